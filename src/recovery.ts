/**
 * Opening: lock, manifest, files, WAL. Order matters (reliability: a crash inside recovery loses nothing):
 * everything is read first; the WAL's tail is made durable before anything new is written; files the manifest does not
 * name are removed only after the manifest was started anew.
 */
import { join } from 'node:path'
import type { Engine } from './engine.js'
import type { ManifestEdit } from './manifest/manifest-edit.js'
import type { FileRecord, ManifestState } from './manifest/manifest-state.js'
import { maxSequence } from './manifest/manifest-state.js'
import { decodeRowBlock } from './model/row-block-codec.js'
import { TableSchema } from './model/table-schema.js'
import { type QuarantinedFile, Region } from './region/region.js'
import { RegionMap } from './region/region-map.js'
import type { SstableReader } from './sstable/sstable-reader.js'
import { type TableState, tableState } from './table-state.js'
import { isHourbaseError } from './util/errors.js'
import type { TornTail } from './util/log-format.js'
import { readWal, type WalEnd } from './wal/read-wal.js'

export interface Recovered {
  readonly end: WalEnd
  readonly lastSequence: number
  /** What the manifest is to know: files that could not be opened, and (reason null) files that were mended. */
  readonly damage: readonly Extract<ManifestEdit, { kind: 'quarantine' }>[]
}

/** Fills engine.tables from manifest and WAL; writes nothing. */
export function recover(engine: Engine): Recovered {
  const { state } = engine.manifest
  const damage: Extract<ManifestEdit, { kind: 'quarantine' }>[] = []
  const readers = new Map<number, SstableReader | QuarantinedFile>()
  // Those that snapshots alone hold stay closed.
  for (const families of state.regionFiles.values()) {
    for (const id of [...families.values()].flat())
      if (!readers.has(id)) readers.set(id, openFile(engine, state.files.get(id)!, damage))
  }
  const tablesById = new Map<number, TableState>()
  for (const descriptor of state.tables.values()) {
    const schema = new TableSchema(descriptor)
    const regions = [...state.regions.values()]
      .filter((region) => region.tableId === descriptor.id)
      .map((region) => {
        const files = descriptor.families.map((family) => filesOf(state, region.id, family.id, readers))
        const good = files.map((list) => list.filter((f): f is SstableReader => !('reason' in f)))
        const bad = files.map((list) => list.filter((f): f is QuarantinedFile => 'reason' in f))
        return new Region(region, schema, good, state.flushedSequence.get(region.id) ?? 0, bad)
      })
    const table = tableState(schema, new RegionMap(regions))
    tablesById.set(descriptor.id, table)
    engine.tables.set(descriptor.name, table)
  }
  // Each opened reader is held once by every region that lists it.
  retainShared(engine)
  const end = replay(engine, tablesById)
  return { end, lastSequence: Math.max(maxSequence(state), end.lastSequence), damage }
}

function openFile(
  engine: Engine,
  record: FileRecord,
  damage: Extract<ManifestEdit, { kind: 'quarantine' }>[],
): SstableReader | QuarantinedFile {
  const { fileId, quarantined } = record
  if (quarantined !== undefined) {
    const mended = openMended(engine, record)
    if (mended === null) return { record, reason: quarantined }
    engine.notes.push(`file ${fileId} was quarantined and is whole again`)
    damage.push({ kind: 'quarantine', fileId, reason: null })
    return mended
  }
  try {
    return engine.openReader(record)
  } catch (error) {
    if (!isHourbaseError(error, 'CORRUPTION') && !isMissing(error)) throw error
    const reason = (error as Error).message
    engine.notes.push(`quarantined file ${fileId}: ${reason}`)
    damage.push({ kind: 'quarantine', fileId, reason })
    return { record, reason }
  }
}

/** A file that was set aside and has been restored since; every byte of it is read. Null where it is not what it was. */
function openMended(engine: Engine, record: FileRecord): SstableReader | null {
  let reader: SstableReader
  try {
    reader = engine.openReader(record)
  } catch {
    return null
  }
  const { meta } = reader
  const isSame = (['tableId', 'familyId', 'bytes', 'rows', 'cells', 'maxSequence'] as const).every(
    (name) => meta[name] === record[name],
  )
  if (isSame && reader.check().length === 0) return reader
  reader.release()
  return null
}

function isMissing(error: unknown): boolean {
  return isHourbaseError(error, 'IO_ERROR') && error.where['errno'] === 'ENOENT'
}

function filesOf<T>(
  state: ManifestState,
  regionId: number,
  familyId: number,
  readers: ReadonlyMap<number, T>,
): T[] {
  return (state.regionFiles.get(regionId)?.get(familyId) ?? []).map((fileId) => readers.get(fileId)!)
}

/** A reader is opened with one hold; a file shared by two regions needs one for each. */
function retainShared(engine: Engine): void {
  const seen = new Set<SstableReader>()
  for (const { table, region } of engine.regions()) {
    table.descriptor.families.forEach((_, family) => {
      for (const file of region.files(family)) {
        if (seen.has(file)) file.retain()
        seen.add(file)
      }
    })
  }
}

/** Applies the WAL's rows that are not in SSTables yet. Rows of dropped tables and families are passed over. */
function replay(engine: Engine, tables: ReadonlyMap<number, TableState>): WalEnd {
  const { state } = engine.manifest
  const records = readWal(engine.options.vfs, join(engine.directory, 'wal'), {
    databaseUuid: state.databaseUuid,
    fromSegment: state.walFloor,
    ...(state.walLast > 0 ? { lastKnownSegment: state.walLast } : {}),
  })
  for (const record of records) {
    for (const part of record.parts) {
      const table = tables.get(part.tableId)
      const family = table?.descriptor.families.findIndex((f) => f.id === part.familyId) ?? -1
      if (table === undefined || family < 0) continue
      const block = decodeRowBlock(part.bytes)
      table.regions.route(block, (region, rows) => {
        if (record.lastSequence > region.flushedSequence) region.apply(family, block, rows, record.segment)
      })
    }
  }
  const { end } = records
  for (const torn of [engine.manifest.torn, end.torn]) if (torn !== null) noteCut(engine, torn)
  for (const mark of end.manifestMarks) engine.manifest.requireMark(mark)
  return end
}

function noteCut(engine: Engine, torn: TornTail): void {
  engine.cuts.push(torn)
  engine.notes.push(`cut a torn tail of ${torn.bytes} bytes at offset ${torn.offset} off ${torn.file}`)
}

/** Removes files that no manifest names: left by a crash inside a flush, a compaction or a bulk load. */
export function removeOrphans(engine: Engine): void {
  const { vfs } = engine.options
  if (!vfs.exists(engine.sstDirectory)) return
  let removed = 0
  for (const name of vfs.list(engine.sstDirectory)) {
    const fileId = Number.parseInt(name, 10)
    if (name.endsWith('.sst') && engine.manifest.state.files.has(fileId)) continue
    vfs.unlink(join(engine.sstDirectory, name))
    removed++
  }
  if (removed > 0) vfs.syncDirectory(engine.sstDirectory)
}
