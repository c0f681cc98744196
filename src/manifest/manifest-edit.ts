import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import type { NamespaceRecord, SnapshotRegion } from './manifest-snapshot.js'

/** What the manifest keeps of an SSTable. Further plain fields of the object handed in are kept as well. */
export interface FileRecord {
  readonly fileId: number
  readonly tableId: number
  readonly familyId: number
  readonly bytes: number
  readonly rows: number
  readonly cells: number
  readonly firstRow: Uint8Array
  readonly lastRow: Uint8Array
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly minSequence: number
  readonly maxSequence: number
  readonly hasMarkers: boolean
  /** Why it is not read any more. */
  readonly quarantined?: string
}

export interface RegionFiles {
  readonly regionId: number
  readonly files: readonly FileRecord[]
}

/** One change of the state. Edits committed together are one record: all of them or none. */
export type ManifestEdit =
  /** The regions tile the key space. */
  | {
      readonly kind: 'createTable'
      readonly table: TableDescriptor
      readonly regions: readonly RegionDescriptor[]
    }
  /** Files of families that are gone leave with them. */
  | { readonly kind: 'alterTable'; readonly table: TableDescriptor }
  | { readonly kind: 'dropTable'; readonly tableId: number }
  /** The parent's files go to each daughter whose rows they may hold. */
  | {
      readonly kind: 'split'
      readonly parent: number
      readonly daughters: readonly [RegionDescriptor, RegionDescriptor]
    }
  /** Both parents have been flushed up to flushedSequence. */
  | {
      readonly kind: 'merge'
      readonly parents: readonly [number, number]
      readonly child: RegionDescriptor
      readonly flushedSequence: number
    }
  | {
      readonly kind: 'flush'
      readonly regionId: number
      readonly files: readonly FileRecord[]
      readonly flushedSequence: number
    }
  /** The added files take the place of the oldest removed one of their family. */
  | {
      readonly kind: 'compact'
      readonly regionId: number
      readonly removed: readonly number[]
      readonly added: readonly FileRecord[]
    }
  /** A load id that was committed before is refused: the caller asks state.loadIds first. */
  | {
      readonly kind: 'bulkLoad'
      readonly regions: readonly RegionFiles[]
      readonly loadId?: string
      readonly checkpoint?: { readonly name: string; readonly value: Uint8Array }
    }
  /** Keeps the tables' definitions, regions and files as they are now. */
  | {
      readonly kind: 'snapshot'
      readonly name: string
      readonly createdAt: number
      readonly sequence: number
      readonly tableIds: readonly number[]
    }
  | { readonly kind: 'deleteSnapshot'; readonly name: string }
  /** A table of files that are known (to a snapshot) or come with it. The regions tile the key space. */
  | {
      readonly kind: 'restore'
      readonly table: TableDescriptor
      readonly regions: readonly SnapshotRegion[]
      readonly files: readonly FileRecord[]
    }
  | { readonly kind: 'setNamespace'; readonly namespace: NamespaceRecord }
  /** No table is in it. */
  | { readonly kind: 'dropNamespace'; readonly name: string }
  /** Reason null: the file is whole again. */
  | { readonly kind: 'quarantine'; readonly fileId: number; readonly reason: string | null }
  | { readonly kind: 'removeFile'; readonly fileId: number }
  | { readonly kind: 'setCheckpoint'; readonly name: string; readonly value: Uint8Array }
  | { readonly kind: 'removeCheckpoint'; readonly name: string }
  /** WAL segments below `floor` are not needed; segment `last` exists. Neither goes back. */
  | { readonly kind: 'wal'; readonly floor: number; readonly last: number }
