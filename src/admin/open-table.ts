/** A table of files that the manifest knows or is about to know, ready to be put in another's place. */
import type { Engine } from '../engine.js'
import type { SnapshotRegion } from '../manifest/manifest-snapshot.js'
import type { FileRecord } from '../manifest/manifest-state.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { TableSchema } from '../model/table-schema.js'
import { type QuarantinedFile, Region } from '../region/region.js'
import { RegionMap } from '../region/region-map.js'
import type { SstableReader } from '../sstable/sstable-reader.js'
import { type TableState, tableState } from '../table-state.js'
import { assert } from '../util/assert.js'

export interface OpenTableInput {
  readonly table: TableDescriptor
  readonly regions: readonly SnapshotRegion[]
  /** Records that the manifest does not know yet. */
  readonly files: readonly FileRecord[]
  /** Readers that are open already: they are shared. */
  readonly from: TableState | null
}

/** Every file is opened, so that nothing can fail after the commit. On an error nothing stays open. */
export function openTable(engine: Engine, { table, regions, files, from }: OpenTableInput): TableState {
  const { state } = engine.manifest
  const records = new Map(files.map((record) => [record.fileId, record]))
  const opened = new Map<number, SstableReader>()
  const known = from === null ? new Map<number, SstableReader>() : readersOf(from)
  const taken: SstableReader[] = []
  const take = (id: number): SstableReader => {
    const open = known.get(id) ?? opened.get(id)
    open?.retain()
    const reader = open ?? engine.openReader({ fileId: id })
    opened.set(id, reader)
    taken.push(reader)
    return reader
  }
  const recordOf = (id: number): FileRecord => {
    const record = records.get(id) ?? state.files.get(id)
    assert(record !== undefined, `file ${id} is known`)
    return record
  }
  const schema = new TableSchema(table)
  try {
    const made = regions.map(({ region, families }) => {
      const lists = new Map(families)
      const listed = table.families.map(({ id }) => (lists.get(id) ?? []).map(recordOf))
      const isBad = ({ quarantined }: FileRecord): boolean => quarantined !== undefined
      const good = listed.map((list) => list.filter((r) => !isBad(r)).map(({ fileId }) => take(fileId)))
      const bad = listed.map((list) =>
        list.filter(isBad).map((record): QuarantinedFile => ({ record, reason: record.quarantined! })),
      )
      return new Region(region, schema, good, state.flushedSequence.get(region.id) ?? 0, bad)
    })
    return tableState(schema, new RegionMap(made))
  } catch (error) {
    for (const reader of taken) reader.release()
    throw error
  }
}

export function readersOf(table: TableState): Map<number, SstableReader> {
  const readers = new Map<number, SstableReader>()
  for (const region of table.regions.regions) {
    for (let family = 0; family < region.familyCount; family++)
      for (const file of region.files(family)) readers.set(file.meta.fileId, file)
  }
  return readers
}

/** A table's holds on its files end: files that nobody lists any more go with the last of them. */
export function closeTable(table: TableState, letGo: (file: SstableReader) => void): void {
  for (const region of table.regions.regions) {
    for (let family = 0; family < region.familyCount; family++)
      for (const file of region.files(family)) letGo(file)
  }
}
