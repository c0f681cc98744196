/**
 * The file system seam. This is the only file of the engine that touches node:fs; tests put a crash-simulating and a
 * fault-injecting twin (test/support) behind the same interface. Reads and writes are synchronous (a cached 16 KiB read costs
 * 3 µs this way and 35 µs by a promise); only syncs, which wait for the disk, are asynchronous.
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { HourbaseError } from './errors.js'

export type OpenMode =
  | 'read' // must exist
  | 'create' // must not exist; read and write
  | 'readwrite' // created when missing, never truncated

export interface VfsFile {
  readonly path: string
  /** Reads up to `length` bytes at `position` into `buffer[offset…]`; fewer only at the end of the file. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): number
  /** Writes all of `buffer` at `position` or throws (IO_ERROR, OUT_OF_DISK); then any part of it may be there. */
  write(buffer: Uint8Array, position: number): void
  /** Resolves when data and size are on stable storage. Never retried by callers: a failed sync poisons. */
  sync(): Promise<void>
  /** The same, blocking: for worker threads and close. */
  syncNow(): void
  truncate(sizeBytes: number): void
  size(): number
  close(): void
}

export interface Vfs {
  open(path: string, mode: OpenMode): VfsFile
  exists(path: string): boolean
  /** Names in a directory, without order. */
  list(path: string): string[]
  /** Creates a directory and its missing parents. */
  mkdir(path: string): void
  /** Removes a directory with all it holds; no error when missing. */
  removeTree(path: string): void
  rename(from: string, to: string): void
  unlink(path: string): void
  /** Makes creations, renames and removals in `path` durable. */
  syncDirectory(path: string): void
  /** Free bytes for unprivileged users on the file system that holds `path`. */
  freeBytes(path: string): number
}

function wrap<T>(what: string, path: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw ioError(what, path, cause)
  }
}

/** Turns an errno error into a typed one that names the operation and the path. */
export function ioError(what: string, path: string, cause: unknown): HourbaseError {
  const errno = (cause as { code?: string }).code ?? 'unknown'
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new HourbaseError('OUT_OF_DISK', `no space left: ${what} ${path}`, {
      cause,
      where: { path, errno },
      hint: 'free space on the disk; writes go on by themselves or after the next open',
    })
  }
  return new HourbaseError('IO_ERROR', `${what} ${path}: ${errno}`, { cause, where: { path, errno } })
}

class NodeFile implements VfsFile {
  readonly path: string
  readonly #fd: number

  constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): number {
    let done = 0
    while (done < length) {
      const n = wrap('read', this.path, () =>
        fs.readSync(this.#fd, buffer, offset + done, length - done, position + done),
      )
      if (n === 0) break
      done += n
    }
    return done
  }

  write(buffer: Uint8Array, position: number): void {
    let done = 0
    while (done < buffer.length) {
      // A full disk shows as a short write first and as ENOSPC only on the next call.
      const n = wrap('write', this.path, () =>
        fs.writeSync(this.#fd, buffer, done, buffer.length - done, position + done),
      )
      done += n
    }
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fs.fdatasync(this.#fd, (error) => (error ? reject(ioError('sync', this.path, error)) : resolve()))
    })
  }

  syncNow(): void {
    wrap('sync', this.path, () => fs.fdatasyncSync(this.#fd))
  }

  truncate(sizeBytes: number): void {
    wrap('truncate', this.path, () => fs.ftruncateSync(this.#fd, sizeBytes))
  }

  size(): number {
    return wrap('stat', this.path, () => fs.fstatSync(this.#fd).size)
  }

  close(): void {
    wrap('close', this.path, () => fs.closeSync(this.#fd))
  }
}

/** Only the owner may read, write or connect. For a socket, which no Vfs knows. */
export function restrictToOwner(path: string): void {
  wrap('chmod', path, () => fs.chmodSync(path, 0o600))
}

/** Removes what a killed process left under a socket's name. Requires: the directory's lock is held. */
export function removeStaleSocket(path: string): void {
  wrap('remove', path, () => fs.rmSync(path, { force: true }))
}

const FLAGS = { read: 'r', create: 'wx+', readwrite: fs.constants.O_RDWR | fs.constants.O_CREAT } as const

export const nodeVfs: Vfs = {
  open: (path, mode) =>
    new NodeFile(
      path,
      wrap('open', path, () => fs.openSync(path, FLAGS[mode], 0o600)),
    ),
  exists: (path) => fs.existsSync(path),
  list: (path) => wrap('list', path, () => fs.readdirSync(path)),
  mkdir: (path) => {
    wrap('mkdir', path, () => fs.mkdirSync(path, { recursive: true, mode: 0o700 }))
  },
  removeTree: (path) => wrap('remove', path, () => fs.rmSync(path, { recursive: true, force: true })),
  rename: (from, to) => wrap('rename', from, () => fs.renameSync(from, to)),
  unlink: (path) => wrap('unlink', path, () => fs.unlinkSync(path)),
  syncDirectory: (path) =>
    wrap('sync directory', path, () => {
      const fd = fs.openSync(path, 'r')
      try {
        fs.fsyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
    }),
  freeBytes: (path) =>
    wrap('statfs', path, () => {
      const stat = fs.statfsSync(fs.existsSync(path) ? path : dirname(path))
      return Number(stat.bavail) * Number(stat.bsize)
    }),
}

/** A file on which a lock is held through its descriptor (util/lock.ts). Closing it gives the lock up. */
export interface LockFile {
  readonly fd: number
  /** At most 4 KiB: what the holder wrote about itself. */
  read(): string
  /** Replaces the content. */
  write(text: string): void
  close(): void
}

export function openLockFile(path: string): LockFile {
  const fd = wrap('open', path, () => fs.openSync(path, FLAGS.readwrite, 0o600))
  return {
    fd,
    read: () =>
      wrap('read', path, () => {
        const buffer = Buffer.alloc(4096)
        return buffer.toString('utf8', 0, fs.readSync(fd, buffer, 0, buffer.length, 0))
      }),
    write: (text) =>
      wrap('write', path, () => {
        fs.ftruncateSync(fd, 0)
        fs.writeSync(fd, text, 0)
      }),
    close: () => wrap('close', path, () => fs.closeSync(fd)),
  }
}
