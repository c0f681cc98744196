import type { OpenMode, Vfs, VfsFile } from '../../src/util/fs.js'
import { errnoError } from './mem-vfs.js'

export type CallKind =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'size'
  | 'close'
  | 'list'
  | 'mkdir'
  | 'removeTree'
  | 'rename'
  | 'unlink'
  | 'syncDirectory'
  | 'freeBytes'

export interface Fault {
  /** Which calls are counted; default all. */
  readonly kind?: CallKind | readonly CallKind[]
  /** Only calls on paths that contain this. */
  readonly path?: string
  /** Fails the at-th such call (from 1) after the fault was added. */
  readonly at: number
  /** … and every later one. */
  readonly forever?: boolean
  /** errno, e.g. EIO, ENOSPC, EMFILE; 'FLIP' turns one bit of what a read gives instead of failing. */
  readonly errno: string
  /** A failing write leaves this share of its bytes behind: 0 none (default), 0.5 half, 1 all. */
  readonly written?: number
  /** FLIP: which bit of the bytes read, modulo their number. */
  readonly bit?: number
  /** The call is done and then reported as failed: the caller cannot know. */
  readonly done?: boolean
}

interface Armed {
  readonly fault: Fault
  seen: number
}

/** Hands every call on to another Vfs, but for those a fault is set for. */
export class FaultVfs implements Vfs {
  readonly inner: Vfs
  /** Calls so far, of every kind: run once without faults to learn how many there are to fail. */
  calls = 0
  /** Faults that struck. */
  struck = 0
  #armed: Armed[] = []

  constructor(inner: Vfs) {
    this.inner = inner
  }

  fail(fault: Fault): void {
    this.#armed.push({ fault, seen: 0 })
  }

  clearFaults(): void {
    this.#armed = []
  }

  /** Counts the call; answers the fault that strikes it. */
  strike(kind: CallKind, path: string): Fault | null {
    this.calls++
    let struck: Fault | null = null
    for (const armed of this.#armed) {
      if (!matches(armed.fault, kind, path)) continue
      armed.seen++
      if (armed.seen === armed.fault.at || (armed.seen > armed.fault.at && armed.fault.forever === true))
        struck ??= armed.fault
    }
    if (struck !== null) this.struck++
    return struck
  }

  /** Runs `call` unless a fault strikes it. */
  run<T>(kind: CallKind, path: string, call: () => T): T {
    const fault = this.strike(kind, path)
    if (fault === null || fault.errno === 'FLIP') return call()
    if (fault.done === true) call()
    throw errnoError(kind, path, fault.errno)
  }

  open(path: string, mode: OpenMode): VfsFile {
    return new FaultFile(
      this,
      this.run('open', path, () => this.inner.open(path, mode)),
    )
  }

  exists(path: string): boolean {
    return this.inner.exists(path)
  }

  list(path: string): string[] {
    return this.run('list', path, () => this.inner.list(path))
  }

  mkdir(path: string): void {
    this.run('mkdir', path, () => this.inner.mkdir(path))
  }

  removeTree(path: string): void {
    this.run('removeTree', path, () => this.inner.removeTree(path))
  }

  rename(from: string, to: string): void {
    this.run('rename', from, () => this.inner.rename(from, to))
  }

  unlink(path: string): void {
    this.run('unlink', path, () => this.inner.unlink(path))
  }

  syncDirectory(path: string): void {
    this.run('syncDirectory', path, () => this.inner.syncDirectory(path))
  }

  freeBytes(path: string): number {
    return this.run('freeBytes', path, () => this.inner.freeBytes(path))
  }
}

class FaultFile implements VfsFile {
  readonly path: string
  readonly #vfs: FaultVfs
  readonly #inner: VfsFile

  constructor(vfs: FaultVfs, inner: VfsFile) {
    this.#vfs = vfs
    this.#inner = inner
    this.path = inner.path
  }

  read(buffer: Uint8Array, offset: number, length: number, position: number): number {
    const fault = this.#vfs.strike('read', this.path)
    if (fault !== null && fault.errno !== 'FLIP') throw errnoError('read', this.path, fault.errno)
    const read = this.#inner.read(buffer, offset, length, position)
    if (fault !== null && read > 0) {
      const bit = (fault.bit ?? 0) % (read * 8)
      buffer[offset + (bit >>> 3)]! ^= 1 << (bit & 7)
    }
    return read
  }

  write(buffer: Uint8Array, position: number): void {
    const fault = this.#vfs.strike('write', this.path)
    const written = fault === null ? buffer.length : Math.floor(buffer.length * (fault.written ?? 0))
    if (written > 0) this.#inner.write(buffer.subarray(0, written), position)
    if (fault !== null) throw errnoError('write', this.path, fault.errno)
  }

  async sync(): Promise<void> {
    const fault = this.#vfs.strike('sync', this.path)
    if (fault === null || fault.done === true) await this.#inner.sync()
    if (fault !== null) throw errnoError('sync', this.path, fault.errno)
  }

  syncNow(): void {
    this.#vfs.run('sync', this.path, () => this.#inner.syncNow())
  }

  truncate(sizeBytes: number): void {
    this.#vfs.run('truncate', this.path, () => this.#inner.truncate(sizeBytes))
  }

  size(): number {
    return this.#vfs.run('size', this.path, () => this.#inner.size())
  }

  close(): void {
    this.#vfs.run('close', this.path, () => this.#inner.close())
  }
}

function matches(fault: Fault, kind: CallKind, path: string): boolean {
  if (fault.path !== undefined && !path.includes(fault.path)) return false
  if (fault.kind === undefined) return true
  return typeof fault.kind === 'string' ? fault.kind === kind : fault.kind.includes(kind)
}
