import { dirname } from 'node:path'
import type { HourbaseError } from '../../src/util/errors.js'
import { ioError, type OpenMode, type Vfs, type VfsFile } from '../../src/util/fs.js'

/** The content of a file. `shared` content belongs to someone else as well and is copied before the first write. */
export class Inode {
  readonly id: number
  data: Uint8Array
  size: number
  shared: boolean

  constructor(id: number, data: Uint8Array, size: number, shared: boolean) {
    this.id = id
    this.data = data
    this.size = size
    this.shared = shared
  }

  write(buffer: Uint8Array, position: number): void {
    const end = position + buffer.length
    this.reserve(end)
    this.data.set(buffer, position)
    if (end > this.size) this.size = end
  }

  truncate(size: number): void {
    this.reserve(size)
    if (size < this.size) this.data.fill(0, size, this.size)
    this.size = size
  }

  /** Makes the content our own and at least `size` bytes large; all bytes beyond this.size are 0. */
  reserve(size: number): void {
    if (!this.shared && size <= this.data.length) return
    const data = new Uint8Array(size <= this.size ? this.size : Math.max(size, this.size * 2, 256))
    data.set(this.data.subarray(0, this.size))
    this.data = data
    this.shared = false
  }
}

/** A directory maps names to inodes or directories. */
export type Entry = Inode | Directory
export class Directory {
  readonly id: number
  readonly entries: Map<string, Entry> = new Map()

  constructor(id: number) {
    this.id = id
  }
}

export function errnoError(what: string, path: string, code: string): HourbaseError {
  return ioError(what, path, Object.assign(new Error(`${code}: ${what} '${path}'`), { code }))
}

/** What a file system in memory tells a recorder, after it has done it. */
export interface VfsRecorder {
  create(parent: Directory, name: string, inode: Inode): void
  mkdir(parent: Directory, name: string, directory: Directory): void
  rename(fromParent: Directory, from: string, toParent: Directory, to: string, entry: Entry): void
  remove(parent: Directory, name: string, entry: Entry): void
  write(inode: Inode, buffer: Uint8Array, position: number): void
  truncate(inode: Inode, size: number): void
  /** Answers when the sync is done; it covers what was written before the call. */
  sync(inode: Inode): Promise<void>
  syncNow(inode: Inode): void
  syncDirectory(directory: Directory): void
}

/** A file system in memory. Behaves like nodeVfs: the same modes, the same errors. Paths are absolute or relative to one root. */
export class MemVfs implements Vfs {
  readonly root: Directory
  freeBytesLeft: number = 1 << 30
  recorder: VfsRecorder | null = null
  #nextId: number

  constructor(root: Directory = new Directory(0), nextId = 1) {
    this.root = root
    this.#nextId = nextId
  }

  open(path: string, mode: OpenMode): VfsFile {
    const parent = this.#directory(dirname(path), 'open', path)
    const name = baseName(path)
    const entry = parent.entries.get(name)
    if (entry instanceof Directory) throw errnoError('open', path, 'EISDIR')
    if (entry !== undefined) {
      if (mode === 'create') throw errnoError('open', path, 'EEXIST')
      return new MemFile(this, path, entry, mode === 'read')
    }
    if (mode === 'read') throw errnoError('open', path, 'ENOENT')
    const inode = new Inode(this.#nextId++, new Uint8Array(0), 0, false)
    parent.entries.set(name, inode)
    this.recorder?.create(parent, name, inode)
    return new MemFile(this, path, inode, false)
  }

  exists(path: string): boolean {
    return this.#find(path) !== undefined
  }

  list(path: string): string[] {
    return [...this.#directory(path, 'list', path).entries.keys()]
  }

  mkdir(path: string): void {
    let at = this.root
    const names = segments(path)
    for (const [depth, name] of names.entries()) {
      let next = at.entries.get(name)
      if (next === undefined) {
        next = new Directory(this.#nextId++)
        at.entries.set(name, next)
        this.recorder?.mkdir(at, name, next)
      }
      if (next instanceof Inode)
        throw errnoError('mkdir', path, depth === names.length - 1 ? 'EEXIST' : 'ENOTDIR')
      at = next
    }
  }

  removeTree(path: string): void {
    const entry = this.#find(path)
    if (entry === undefined) {
      if (this.#find(dirname(path)) instanceof Inode) throw errnoError('remove', path, 'ENOTDIR')
      return
    }
    if (entry instanceof Directory) {
      for (const name of [...entry.entries.keys()]) this.removeTree(`${path}/${name}`)
    }
    this.#remove(path, entry)
  }

  rename(from: string, to: string): void {
    const fromParent = this.#directory(dirname(from), 'rename', from)
    const toParent = this.#directory(dirname(to), 'rename', to)
    const entry = fromParent.entries.get(baseName(from))
    if (entry === undefined) throw errnoError('rename', from, 'ENOENT')
    fromParent.entries.delete(baseName(from))
    toParent.entries.set(baseName(to), entry)
    this.recorder?.rename(fromParent, baseName(from), toParent, baseName(to), entry)
  }

  unlink(path: string): void {
    const entry = this.#directory(dirname(path), 'unlink', path).entries.get(baseName(path))
    if (entry === undefined) throw errnoError('unlink', path, 'ENOENT')
    if (entry instanceof Directory) throw errnoError('unlink', path, 'EISDIR')
    this.#remove(path, entry)
  }

  syncDirectory(path: string): void {
    const directory = this.#directory(path, 'sync directory', path)
    this.recorder?.syncDirectory(directory)
  }

  freeBytes(_path: string): number {
    return this.freeBytesLeft
  }

  /** All of a file's bytes, for tests. */
  readAll(path: string): Uint8Array {
    const inode = this.#find(path)
    if (!(inode instanceof Inode)) throw errnoError('open', path, 'ENOENT')
    return inode.data.slice(0, inode.size)
  }

  /** Replaces or creates a file and makes it durable, for tests. */
  writeAll(path: string, bytes: Uint8Array): void {
    const file = this.open(path, 'readwrite')
    file.truncate(0)
    file.write(bytes, 0)
    file.syncNow()
    file.close()
    this.syncDirectory(dirname(path))
  }

  get nextId(): number {
    return this.#nextId
  }

  #remove(path: string, entry: Entry): void {
    const parent = this.#directory(dirname(path), 'unlink', path)
    parent.entries.delete(baseName(path))
    this.recorder?.remove(parent, baseName(path), entry)
  }

  #find(path: string): Entry | undefined {
    let at: Entry | undefined = this.root
    for (const name of segments(path)) {
      if (!(at instanceof Directory)) return undefined
      at = at.entries.get(name)
    }
    return at
  }

  #directory(path: string, what: string, about: string): Directory {
    let at: Entry = this.root
    for (const name of segments(path)) {
      if (at instanceof Inode) throw errnoError(what, about, 'ENOTDIR')
      const next = at.entries.get(name)
      if (next === undefined) throw errnoError(what, about, 'ENOENT')
      at = next
    }
    if (at instanceof Inode) throw errnoError(what, about, 'ENOTDIR')
    return at
  }
}

class MemFile implements VfsFile {
  readonly path: string
  readonly #vfs: MemVfs
  readonly #inode: Inode
  readonly #readOnly: boolean
  #open = true

  constructor(vfs: MemVfs, path: string, inode: Inode, readOnly: boolean) {
    this.#vfs = vfs
    this.path = path
    this.#inode = inode
    this.#readOnly = readOnly
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): number {
    this.#use('read')
    const end = Math.min(this.#inode.size, position + length)
    if (end <= position) return 0
    buffer.set(this.#inode.data.subarray(position, end), offset)
    return end - position
  }

  write(buffer: Uint8Array, position: number): void {
    if (buffer.length === 0) return
    this.#change('write', 'EBADF')
    this.#inode.write(buffer, position)
    this.#vfs.recorder?.write(this.#inode, buffer, position)
  }

  sync(): Promise<void> {
    this.#use('sync')
    return this.#vfs.recorder?.sync(this.#inode) ?? Promise.resolve()
  }

  syncNow(): void {
    this.#use('sync')
    this.#vfs.recorder?.syncNow(this.#inode)
  }

  truncate(sizeBytes: number): void {
    this.#change('truncate', 'EINVAL')
    this.#inode.truncate(sizeBytes)
    this.#vfs.recorder?.truncate(this.#inode, sizeBytes)
  }

  size(): number {
    this.#use('stat')
    return this.#inode.size
  }

  close(): void {
    this.#use('close')
    this.#open = false
  }

  #use(what: string): void {
    if (!this.#open) throw errnoError(what, this.path, 'EBADF')
  }

  #change(what: string, errno: string): void {
    this.#use(what)
    if (this.#readOnly) throw errnoError(what, this.path, errno)
  }
}

function segments(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
