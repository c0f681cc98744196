import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { connectControl } from './control/control-client.js'
import { ControlServer } from './control/control-server.js'
import { controlSocketPath } from './control/socket-path.js'
import { LocalDatabase } from './database.js'
import { Engine } from './engine.js'
import { Maintenance } from './maintenance.js'
import { ManifestLog } from './manifest/manifest-log.js'
import type { Database } from './model/api.js'
import { type OpenOptions, type ResolvedOptions, resolveOptions } from './options.js'
import { recover, removeOrphans } from './recovery.js'
import { makeDirectory } from './util/directories.js'
import { HourbaseError, isHourbaseError } from './util/errors.js'
import { removeStaleSocket, restrictToOwner } from './util/fs.js'
import { acquireLock, type DirectoryLock, readLockInfo } from './util/lock.js'
import { Wal } from './wal/wal.js'
import { Writer } from './writer.js'

/**
 * Opens the database in `directory`, as its one writer unless `readOnly`.
 * @throws LOCKED when another process holds it (names the pid), FORMAT_UNKNOWN, CORRUPTION, IO_ERROR,
 * INVALID_ARGUMENT when there is none and `create` is false.
 */
export async function open(directory: string, options: OpenOptions = {}): Promise<LocalDatabase> {
  const resolved = resolveOptions(options)
  const { vfs, clock } = resolved
  const exists = vfs.exists(join(directory, 'manifest'))
  if (!exists && (resolved.readOnly || !resolved.create)) throw noDatabase(directory)
  if (resolved.readOnly) return openReadOnly(directory, resolved)
  makeDirectory(vfs, directory)
  const socket = resolved.controlSocket ? controlSocketPath(directory) : null
  const lock = acquireLock(vfs, directory, { pid: process.pid, since: clock.now(), socket })
  try {
    return await openWriter(directory, resolved, lock, socket)
  } catch (error) {
    lock.release()
    throw error
  }
}

function noDatabase(directory: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `there is no database in '${directory}'`, {
    where: { directory },
    hint: 'give the data directory of an existing one, or leave out readOnly and create: false',
  })
}

async function openReadOnly(directory: string, options: ResolvedOptions): Promise<LocalDatabase> {
  // A file may be compacted away between reading the manifest and opening the file: then the newer manifest names its heir.
  for (let attempt = 1; ; attempt++) {
    try {
      const manifest = await ManifestLog.open(options.vfs, join(directory, 'manifest'), { readOnly: true })
      const engine = new Engine(directory, options, manifest)
      const { damage } = recover(engine)
      if (damage.some(({ reason }) => reason !== null) && attempt < 5) continue
      return new LocalDatabase(engine, new Maintenance(engine))
    } catch (error) {
      if (attempt >= 5 || !isHourbaseError(error)) throw error
    }
  }
}

async function openWriter(
  directory: string,
  options: ResolvedOptions,
  lock: DirectoryLock,
  socket: string | null,
): Promise<LocalDatabase> {
  const { vfs, clock } = options
  for (const name of ['manifest', 'wal', 'sst']) makeDirectory(vfs, join(directory, name))
  const manifest = await ManifestLog.open(vfs, join(directory, 'manifest'), {
    newUuid: () => randomBytes(16),
  })
  const engine = new Engine(directory, options, manifest)
  const { end, lastSequence, damage } = recover(engine)
  await manifest.start()
  const wal = await Wal.open(
    {
      vfs,
      directory: join(directory, 'wal'),
      clock,
      databaseUuid: manifest.state.databaseUuid,
      manifestMark: () => manifest.mark(),
      segmentBytesMax: options.walSegmentBytesMax,
    },
    end,
  )
  engine.wal = wal
  if (damage.length > 0) await manifest.commit(damage)
  const maintenance = new Maintenance(engine)
  engine.writer = new Writer(wal, lastSequence, (tables) => maintenance.onApplied(tables))
  await maintenance.jobs.moveWalFloor()
  removeOrphans(engine)
  const database = new LocalDatabase(engine, maintenance)
  if (engine.tables.size === 0) await database.createSystemTable()
  if (socket !== null) await listen(database, socket)
  database.attach({ close: () => lock.release() })
  maintenance.start()
  return database
}

async function listen(database: LocalDatabase, path: string): Promise<void> {
  const server = new ControlServer(database)
  removeStaleSocket(path)
  await server.listen(path)
  restrictToOwner(path)
  database.attach(server)
}

/**
 * A database for a command that may run beside a writer: its own when nobody holds the directory, else the writer's through
 * its control socket. The same calls work on both.
 */
export async function openAny(directory: string, options: OpenOptions = {}): Promise<Database> {
  try {
    return await open(directory, options)
  } catch (error) {
    if (!isHourbaseError(error, 'LOCKED')) throw error
    const info = readLockInfo(resolveOptions(options).vfs, directory)
    if (info?.socket == null) throw error
    try {
      return await connectControl(info.socket)
    } catch {
      throw error
    }
  }
}
