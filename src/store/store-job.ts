/** Flushes and compactions as plain data, fit for postMessage: what to read, what to keep, which files to write. */
import type { MemStoreExport } from '../memstore/memstore-export.js'
import type { FamilyDescriptor, StoreSchema } from '../model/descriptor.js'
import { parseValueType } from '../model/value-type.js'
import type { SstableMeta } from '../sstable/sstable-meta.js'
import type { CompactionScope } from './compaction-scope.js'
import { Verdict, type VerdictCounts } from './verdict.js'

export interface FileTarget {
  readonly fileId: number
  /** The final name; it is written as `path.tmp` first. */
  readonly path: string
}

export interface StoreSpec {
  readonly tableId: number
  readonly family: FamilyDescriptor
  readonly suffixBytes: 0 | 4
  readonly blockRowsMax: number
}

export interface FlushStore {
  readonly store: StoreSpec
  /** Oldest first. */
  readonly memstores: readonly MemStoreExport[]
  readonly output: FileTarget
  /** See compactionScope: no file of the store has a sequence among those of the MemStores. */
  readonly contiguous: boolean
}

/** All families of a region together: one commit makes all of their files known. */
export interface FlushJob {
  readonly kind: 'flush'
  readonly now: number
  readonly stores: readonly FlushStore[]
  /** Sequence of the oldest read still to be served from the output; Infinity when every reader holds its own sources. */
  readonly readPoint: number
}

export interface CompactionJob {
  readonly kind: 'compaction'
  readonly now: number
  readonly store: StoreSpec
  /** Oldest first. */
  readonly inputs: readonly FileTarget[]
  /** The region: after a split its files hold rows of both daughters. Empty = open. */
  readonly start: Uint8Array
  readonly stop: Uint8Array
  readonly scope: CompactionScope
  readonly readPoint: number
  /** Ascending timestamps: rows go by their newest put to output i = number of cuts at or below it. One more output than cuts. */
  readonly cuts: readonly number[]
  readonly outputs: readonly FileTarget[]
}

export type StoreJob = FlushJob | CompactionJob

/** What became of the cells: in = out + all the others. */
export interface TrimReport {
  readonly cellsIn: number
  readonly cellsOut: number
  readonly expired: number
  readonly masked: number
  readonly surplus: number
  readonly overwritten: number
  readonly markers: number
}

export interface FlushResult {
  readonly kind: 'flush'
  /** By store of the job; null where nothing was left to write. */
  readonly files: readonly (SstableMeta | null)[]
  readonly reports: readonly TrimReport[]
}

export interface CompactionResult {
  readonly kind: 'compaction'
  /** In the order of the outputs; those without rows are not written. */
  readonly files: readonly SstableMeta[]
  readonly report: TrimReport
}

export type StoreJobResult<J extends StoreJob> = J extends FlushJob ? FlushResult : CompactionResult

/** Types are interned objects, which do not survive the way to another thread: they are made anew from their text. */
export function schemaOf(spec: StoreSpec): StoreSchema {
  const types = spec.family.columns.map(
    ({ name, type }) => [Buffer.from(name).toString('latin1'), parseValueType(type.text)] as const,
  )
  return { suffixBytes: spec.suffixBytes, types: new Map(types) }
}

export function trimReport(counts: VerdictCounts, cellsOut: number): TrimReport {
  return {
    cellsIn: counts.reduce((sum, count) => sum + count, 0),
    cellsOut,
    expired: counts[Verdict.Expired]!,
    masked: counts[Verdict.Masked]!,
    surplus: counts[Verdict.Surplus]!,
    overwritten: counts[Verdict.Overwritten]!,
    markers: counts[Verdict.Marker]!,
  }
}
