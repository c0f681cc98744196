/** Online backup: a snapshot of everything that lives as long as its export. Restored into a new directory. */
import { randomBytes } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import type { ManifestEdit } from '../manifest/manifest-edit.js'
import { ManifestLog } from '../manifest/manifest-log.js'
import type { FileRecord } from '../manifest/manifest-state.js'
import type { BackupReport } from '../model/admin-api.js'
import { makeDirectory } from '../util/directories.js'
import { HourbaseError } from '../util/errors.js'
import { nodeVfs, type Vfs } from '../util/fs.js'
import { type Archive, archivedPath, archiveNames, damagedArchive, findArchive } from './archive.js'
import type { Desk } from './at-rest.js'
import { copyFile } from './copy-file.js'
import { exportAs } from './export.js'
import { deleteSnapshot, findSnapshot, snapshotTables } from './snapshots.js'

/** No user's snapshot begins with a dot. */
const HELD = '.backup-'

/** The hidden table of checkpoints is part of it. What a backup that was killed held is let go by the next one. */
export async function backup(desk: Desk, folder: string): Promise<BackupReport> {
  const { engine } = desk
  engine.writable()
  const { vfs } = engine.options
  const name = nextName(archiveNames(vfs, folder))
  const held = `${HELD}${Buffer.from(randomBytes(6)).toString('hex')}`
  for (const other of engine.manifest.state.snapshots.keys())
    if (other.startsWith(HELD) && !running.has(other)) await deleteSnapshot(desk, other)
  running.add(held)
  try {
    const { sequence } = await snapshotTables(desk, held, [...engine.tables.values()])
    try {
      const report = await exportAs(engine, folder, findSnapshot(engine, held), { kind: 'backup', name })
      return { ...report, name, sequence }
    } finally {
      await deleteSnapshot(desk, held)
    }
  } finally {
    running.delete(held)
  }
}

/** Of this process. */
const running = new Set<string>()

/** Ascending as text. */
function nextName(names: readonly string[]): string {
  const numbers = names.map((name) => Number(/^backup-(\d+)$/.exec(name)?.[1] ?? 0))
  return `backup-${String(Math.max(0, ...numbers) + 1).padStart(6, '0')}`
}

export interface RestoreOptions {
  /** Which backup of the folder; default the last. */
  readonly name?: string
  /** Injected in tests. */
  readonly vfs?: Vfs
}

/**
 * Makes a database in `directory`, which must not be there, from a backup. Every byte is checked before the directory gets
 * its name: an interrupted restore leaves `DIRECTORY.restoring` at most, and the next attempt begins anew.
 * @throws INVALID_ARGUMENT, SNAPSHOT_NOT_FOUND, CORRUPTION, IO errors as they come
 */
export async function restoreBackup(
  folder: string,
  directory: string,
  options: RestoreOptions = {},
): Promise<{ readonly name: string; readonly files: number; readonly sequence: number }> {
  const { vfs = nodeVfs } = options
  if (vfs.exists(directory)) {
    throw new HourbaseError('INVALID_ARGUMENT', `${directory} is there already`, {
      where: { directory },
      hint: 'restore into a new directory, then move it where you want it',
    })
  }
  const archive = findArchive(vfs, folder, options.name ?? lastBackup(vfs, folder))
  const target = resolve(directory)
  const temporary = `${target}.restoring`
  vfs.removeTree(temporary)
  makeDirectory(vfs, join(temporary, 'sst'))
  for (const { id, bytes, crc } of archive.files) {
    const from = archivedPath(folder, id)
    await copyFile(vfs, from, archivedPath(temporary, id), (copy) => {
      if (copy.bytes !== bytes || copy.crc !== crc) throw damagedArchive(from, 'it fails its checksum')
    })
  }
  vfs.syncDirectory(join(temporary, 'sst'))
  const manifest = await ManifestLog.open(vfs, join(temporary, 'manifest'), {
    newUuid: () => randomBytes(16),
  })
  await manifest.commit(editsOf(archive))
  await manifest.close()
  vfs.syncDirectory(temporary)
  vfs.rename(temporary, target)
  vfs.syncDirectory(dirname(target))
  return { name: archive.name, files: archive.files.length, sequence: archive.sequence }
}

function lastBackup(vfs: Vfs, folder: string): string | undefined {
  return archiveNames(vfs, folder).findLast((name) => /^backup-\d+$/.test(name))
}

/** Ids stay as they were: nothing in the files has to change. */
function editsOf({ state }: Archive): ManifestEdit[] {
  const edits: ManifestEdit[] = []
  for (const namespace of state.namespaces.values()) edits.push({ kind: 'setNamespace', namespace })
  const known = new Set<number>()
  for (const { table, regions } of [...state.snapshots.values()].flatMap(({ tables }) => tables)) {
    const ids = new Set(regions.flatMap(({ families }) => families.flatMap(([, listed]) => listed)))
    const files: FileRecord[] = [...ids].filter((id) => !known.has(id)).map((id) => state.files.get(id)!)
    for (const id of ids) known.add(id)
    edits.push({ kind: 'restore', table, regions, files })
  }
  for (const [name, value] of state.checkpoints) edits.push({ kind: 'setCheckpoint', name, value })
  return edits
}
