/**
 * One writer per data directory. The lock is an OFD lock on the file LOCK: it belongs to one open file description, so a
 * second open in the same process fails too and closing another descriptor of the file does not give it up; the kernel
 * releases it however the process ends. The file's content only tells who holds it and may be stale.
 */
import { tryLock } from 'fs-native-extensions'
import { utf8Decode } from './bytes.js'
import { HourbaseError } from './errors.js'
import { nodeVfs, openLockFile, type Vfs } from './fs.js'

export const LOCK_FILE_NAME = 'LOCK'
const LOCK_TEXT_BYTES_MAX = 4096

export interface LockInfo {
  readonly pid: number
  /** Wall clock of the opening, ms. */
  readonly since: number
  /** Path of the writer's control socket, null when it has none. */
  readonly socket: string | null
}

export interface DirectoryLock {
  /** Gives the lock up; once is enough, more is harmless. */
  release(): void
}

/** Takes the lock of an existing data directory. @throws LOCKED naming the pid of the holder. */
export function acquireLock(vfs: Vfs, directory: string, info: LockInfo): DirectoryLock {
  return vfs === nodeVfs ? lockFile(directory, info) : lockInMemory(vfs, directory, info)
}

/** What LOCK says of its holder, null when it says nothing. Whether the lock is held now is not known by this. */
export function readLockInfo(vfs: Vfs, directory: string): LockInfo | null {
  if (vfs !== nodeVfs) return memoryLocks.get(vfs)?.get(directory) ?? null
  const path = `${directory}/${LOCK_FILE_NAME}`
  if (!vfs.exists(path)) return null
  const file = vfs.open(path, 'read')
  try {
    const buffer = new Uint8Array(LOCK_TEXT_BYTES_MAX)
    return parseLockInfo(utf8Decode(buffer.subarray(0, file.read(buffer, 0, buffer.length, 0))))
  } finally {
    file.close()
  }
}

function lockFile(directory: string, info: LockInfo): DirectoryLock {
  const file = openLockFile(`${directory}/${LOCK_FILE_NAME}`)
  try {
    if (!tryLock(file.fd)) throw lockedError(directory, parseLockInfo(file.read()))
    file.write(JSON.stringify(info))
  } catch (error) {
    file.close()
    throw error
  }
  let held = true
  return {
    release() {
      if (!held) return
      held = false
      try {
        file.write('')
      } finally {
        file.close()
      }
    },
  }
}

const memoryLocks: WeakMap<Vfs, Map<string, LockInfo>> = new WeakMap()

function lockInMemory(vfs: Vfs, directory: string, info: LockInfo): DirectoryLock {
  const locks = memoryLocks.get(vfs) ?? new Map<string, LockInfo>()
  memoryLocks.set(vfs, locks)
  const holder = locks.get(directory)
  if (holder !== undefined) throw lockedError(directory, holder)
  locks.set(directory, info)
  return {
    release() {
      if (locks.get(directory) === info) locks.delete(directory)
    },
  }
}

function lockedError(directory: string, holder: LockInfo | null): HourbaseError {
  const who = holder === null ? 'another process' : `process ${holder.pid}`
  return new HourbaseError('LOCKED', `${directory} is in use: ${who} has it open for writing`, {
    where: {
      directory,
      pid: holder?.pid ?? null,
      since: holder?.since ?? null,
      socket: holder?.socket ?? null,
    },
    hint:
      holder === null || holder.socket === null
        ? 'close it there first, or open it read-only here'
        : `close it there first, open it read-only here, or send the command to it through ${holder.socket}`,
  })
}

function parseLockInfo(text: string): LockInfo | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { pid, since, socket } = value as Record<string, unknown>
  if (typeof pid !== 'number' || typeof since !== 'number') return null
  return { pid, since, socket: typeof socket === 'string' ? socket : null }
}
