/** What the manifest keeps of a snapshot: the definition, regions and file lists of its tables at one moment. The files stay as long as it does. */
import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'

export interface SnapshotRegion {
  readonly region: RegionDescriptor
  /** family → file ids, oldest first. */
  readonly families: readonly (readonly [number, readonly number[]])[]
}

export interface SnapshotTable {
  readonly table: TableDescriptor
  readonly regions: readonly SnapshotRegion[]
}

export interface SnapshotRecord {
  readonly name: string
  readonly createdAt: number
  readonly sequence: number
  readonly tables: readonly SnapshotTable[]
}

export interface NamespaceRecord {
  readonly name: string
  readonly bytesMax: number | null
}

/** Each file once. */
export function snapshotFiles({ tables }: Pick<SnapshotRecord, 'tables'>): Set<number> {
  const ids = new Set<number>()
  for (const { regions } of tables)
    for (const { families } of regions) for (const [, files] of families) for (const id of files) ids.add(id)
  return ids
}
