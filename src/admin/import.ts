/**
 * An exported snapshot as a new table of this database. Checksums and headers carry file ids, so the files are rewritten
 * under ids of ours, every block decoded on the way; then one manifest edit makes them a table.
 */
import type { Engine } from '../engine.js'
import { type SnapshotTable, snapshotFiles } from '../manifest/manifest-snapshot.js'
import type { FileRecord } from '../manifest/manifest-state.js'
import type { SnapshotCopyOptions } from '../model/admin-api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { checkTableName } from '../model/names.js'
import { discardFiles } from '../new-files.js'
import { type Archive, archivedPath, damagedArchive, findArchive } from './archive.js'
import { type Desk, swapTable } from './at-rest.js'
import { fileChecksum } from './copy-file.js'
import { reserving } from './find-table.js'
import { rewriteFile } from './rewrite-file.js'
import { tableOf } from './snapshots.js'

export async function importSnapshot(
  desk: Desk,
  folder: string,
  newTable: string,
  options: SnapshotCopyOptions,
): Promise<void> {
  const { engine } = desk
  engine.writable()
  const name = checkTableName(newTable)
  const archive = findArchive(engine.options.vfs, folder, options.name)
  const tables = [...archive.state.snapshots.values()].flatMap((snapshot) => snapshot.tables)
  const source = tableOf(`'${archive.name}' in ${folder}`, tables, options.table)
  await reserving(engine, name, () => copyIn(desk, folder, archive, source, name))
}

async function copyIn(
  desk: Desk,
  folder: string,
  archive: Archive,
  source: SnapshotTable,
  name: string,
): Promise<void> {
  const { engine } = desk
  const { manifest } = engine
  const { disabled: _, ...descriptor } = source.table
  const table: TableDescriptor = {
    ...descriptor,
    id: manifest.allocateId(),
    name,
    families: descriptor.families.map((family) => ({ ...family, id: manifest.allocateId() })),
  }
  const familyIds = new Map(source.table.families.map(({ id }, i) => [id, table.families[i]!.id]))
  const records = new Map<number, FileRecord>()
  try {
    for (const id of snapshotFiles({ tables: [source] })) {
      const familyId = familyIds.get(archive.state.files.get(id)!.familyId)!
      records.set(id, await copyFileIn(engine, folder, archive, id, table, familyId))
    }
    const regions = source.regions.map(({ region, families }) => ({
      region: { ...region, id: manifest.allocateId(), tableId: table.id },
      families: families.map(
        ([id, files]) => [familyIds.get(id)!, files.map((file) => records.get(file)!.fileId)] as const,
      ),
    }))
    const files = [...records.values()]
    advanceSequence(engine, files)
    await swapTable(desk, null, { table, regions, files, from: null }, [
      { kind: 'restore', table, regions, files },
    ])
  } catch (error) {
    discardFiles(engine, [...records.values()])
    throw error
  }
}

async function copyFileIn(
  engine: Engine,
  folder: string,
  archive: Archive,
  id: number,
  table: TableDescriptor,
  familyId: number,
): Promise<FileRecord> {
  const path = archivedPath(folder, id)
  const expected = archive.files.find((file) => file.id === id)
  if (expected === undefined) throw damagedArchive(path, 'its description lacks it')
  const found = await fileChecksum(engine.options.vfs, path)
  if (found.bytes !== expected.bytes || found.crc !== expected.crc)
    throw damagedArchive(path, 'it fails its checksum')
  const family = table.families.find((f) => f.id === familyId)!
  return rewriteFile(engine, { path, fileId: id }, table, family)
}

/** Its cells keep their sequences, which say what was written after what: ours go on above them. */
function advanceSequence(engine: Engine, files: readonly FileRecord[]): void {
  const writer = engine.writable()
  const last = files.reduce((max, { maxSequence }) => Math.max(max, maxSequence), 0)
  if (last > writer.lastSequence) writer.take(last - writer.lastSequence)
}
