/** Where a GoldenCellTarget keeps its cells: the naive model, or the store room itself. */
import type { GoldenOp } from './golden-scenario.js'

export type CellTypeName = 'Put' | 'Delete' | 'DeleteFamilyVersion' | 'DeleteColumn' | 'DeleteFamily'

/** All bytes as latin1 text. */
export interface WrittenCell {
  readonly row: string
  readonly family: string
  readonly qualifier: string
  readonly timestamp: number
  readonly type: CellTypeName
  readonly value: string
  /** NaN = none. */
  readonly ttlMs: number
}

export interface StoredCell extends WrittenCell {
  readonly sequence: number
}

export interface FamilyRead {
  readonly family: string
  /** Inclusive. */
  readonly start: string
  /** Exclusive, '' = open. */
  readonly stop: string
  readonly reversed: boolean
  /** Ascending; null = all. */
  readonly columns: readonly string[] | null
  readonly timeRange: { readonly min: number; readonly max: number }
  readonly versions: number
  readonly raw: boolean
  readonly now: number
}

export type FamilyRow = readonly [string, readonly StoredCell[]]

export interface GoldenStorage {
  /** One atomic mutation; no two cells of it have the same coordinates. */
  write(cells: readonly WrittenCell[], now: number): Promise<void> | void
  bulkload(cells: readonly WrittenCell[], now: number): Promise<void> | void
  read(read: FamilyRead): FamilyRow[]
  flush(now: number): Promise<void> | void
  compact(op: GoldenOp, now: number): Promise<void> | void
  close(): Promise<void> | void
}
