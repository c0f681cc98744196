import { Directory, type Entry, Inode } from './mem-vfs.js'
import { fileAfterCut } from './power-cut.js'
import { SeededRandom } from './seeded-random.js'

/**
 * What is left after the process or the power went away. All but 'kill' lose what was not synced:
 *  kill          kill -9: nothing is lost
 *  drop          everything unsynced is lost
 *  sectors       any subset of unsynced 512-byte sectors, file sizes and directory entries survives; lost sectors hold NUL or garbage
 *  nul           entries and sizes survive, the content is NUL
 *  entries-only  directory operations survive, file data and sizes do not
 *  data-only     file data survives, directory operations do not
 */
export type CrashMode = 'kill' | 'drop' | 'sectors' | 'nul' | 'entries-only' | 'data-only'
export const CRASH_MODES: readonly CrashMode[] = [
  'kill',
  'drop',
  'sectors',
  'nul',
  'entries-only',
  'data-only',
]

export type DirectoryOperation =
  | {
      readonly kind: 'create'
      readonly directory: number
      readonly name: string
      readonly id: number
      readonly isDirectory: boolean
    }
  | { readonly kind: 'remove'; readonly directory: number; readonly name: string; readonly id: number }
  | {
      readonly kind: 'rename'
      readonly fromDirectory: number
      readonly from: string
      readonly directory: number
      readonly name: string
      readonly id: number
    }
export type FileChange =
  | { readonly kind: 'write'; readonly id: number; readonly data: Uint8Array; readonly position: number }
  | { readonly kind: 'truncate'; readonly id: number; readonly size: number }
export type Operation =
  | DirectoryOperation
  | FileChange
  /** Covers the changes among the first `upTo` operations: a sync does not cover what was written while it ran. */
  | { readonly kind: 'sync'; readonly id: number; readonly upTo: number }
  | { readonly kind: 'syncDirectory'; readonly directory: number }

interface Pending<T> {
  readonly index: number
  readonly operation: T
}

interface FileState {
  readonly durable: Inode
  pending: Pending<FileChange>[]
}

interface DirectoryState {
  readonly durable: Map<string, number>
  pending: Pending<DirectoryOperation>[]
}

/**
 * The disk after a prefix of a run: per file its durable content and pending changes, per directory its durable and pending
 * entries. Stricter than any real file system: syncing a file does not save its name, and pending operations survive one
 * by one. A rename is atomic; one across directories is durable when its target directory is synced.
 */
export class DiskModel {
  readonly #files: Map<number, FileState> = new Map()
  readonly #directories: Map<number, DirectoryState> = new Map()
  readonly #root: number
  #at = 0

  constructor(base: Directory) {
    this.#root = base.id
    this.#adopt(base)
  }

  get at(): number {
    return this.#at
  }

  /** Applies operations up to (without) index `to`. */
  advance(operations: readonly Operation[], to: number): void {
    for (; this.#at < to; this.#at++) this.#apply(operations[this.#at]!, this.#at)
  }

  /** The tree a new process finds. */
  image(mode: CrashMode, seed: number): Directory {
    const random = new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(this.#at + 1, 0x85ebca6b))
    const entries = this.#survivingEntries(mode, random)
    const build = (id: number): Directory => {
      const directory = new Directory(id)
      for (const [name, child] of entries.get(id)!) {
        directory.entries.set(
          name,
          this.#directories.has(child) ? build(child) : this.#file(child, mode, random),
        )
      }
      return directory
    }
    return build(this.#root)
  }

  #adopt(directory: Directory): void {
    const durable = new Map<string, number>()
    this.#directories.set(directory.id, { durable, pending: [] })
    for (const [name, entry] of directory.entries) {
      durable.set(name, entry.id)
      if (entry instanceof Directory) this.#adopt(entry)
      else this.#files.set(entry.id, { durable: shareInode(entry), pending: [] })
    }
  }

  #apply(operation: Operation, index: number): void {
    switch (operation.kind) {
      case 'create':
        if (operation.isDirectory) this.#directories.set(operation.id, { durable: new Map(), pending: [] })
        else this.#files.set(operation.id, { durable: emptyInode(operation.id), pending: [] })
        this.#directories.get(operation.directory)!.pending.push({ index, operation })
        break
      case 'remove':
      case 'rename':
        this.#directories.get(operation.directory)!.pending.push({ index, operation })
        break
      case 'write':
      case 'truncate':
        this.#files.get(operation.id)!.pending.push({ index, operation })
        break
      case 'sync':
        this.#syncFile(this.#files.get(operation.id)!, operation.upTo)
        break
      case 'syncDirectory':
        this.#syncDirectory(this.#directories.get(operation.directory)!)
        break
    }
  }

  #syncFile(file: FileState, upTo: number): void {
    let covered = 0
    for (; covered < file.pending.length && file.pending[covered]!.index < upTo; covered++) {
      applyChange(file.durable, file.pending[covered]!.operation)
    }
    if (covered > 0) file.pending = file.pending.slice(covered)
  }

  #syncDirectory(directory: DirectoryState): void {
    for (const { operation } of directory.pending) {
      applyEntry(operation, directory.durable, this.#directories.get(sourceOf(operation))?.durable)
    }
    directory.pending = []
  }

  #survivingEntries(mode: CrashMode, random: SeededRandom): Map<number, Map<string, number>> {
    const entries = new Map<number, Map<string, number>>()
    for (const [id, directory] of this.#directories) entries.set(id, new Map(directory.durable))
    if (mode === 'drop' || mode === 'data-only') return entries
    const pending: Pending<DirectoryOperation>[] = []
    for (const directory of this.#directories.values()) pending.push(...directory.pending)
    pending.sort((a, b) => a.index - b.index)
    for (const { operation } of pending) {
      if (mode === 'sectors' && random.coin()) continue
      applyEntry(operation, entries.get(operation.directory)!, entries.get(sourceOf(operation)))
    }
    return entries
  }

  #file(id: number, mode: CrashMode, random: SeededRandom): Entry {
    const file = this.#files.get(id)!
    file.durable.shared = true
    const left = new Inode(id, file.durable.data, file.durable.size, true)
    if (file.pending.length === 0 || mode === 'drop' || mode === 'entries-only') return left
    const changes = file.pending.map((pending) => pending.operation)
    if (mode === 'kill' || mode === 'data-only') {
      for (const change of changes) applyChange(left, change)
      return left
    }
    return fileAfterCut(left, changes, mode, random)
  }
}

/** A second inode with the same content; whichever is written first copies it. */
export function shareInode(inode: Inode): Inode {
  inode.shared = true
  return new Inode(inode.id, inode.data, inode.size, true)
}

function emptyInode(id: number): Inode {
  return new Inode(id, new Uint8Array(0), 0, false)
}

function applyChange(inode: Inode, change: FileChange): void {
  if (change.kind === 'write') inode.write(change.data, change.position)
  else inode.truncate(change.size)
}

function sourceOf(operation: DirectoryOperation): number {
  return operation.kind === 'rename' ? operation.fromDirectory : operation.directory
}

function applyEntry(
  operation: DirectoryOperation,
  entries: Map<string, number>,
  source: Map<string, number> | undefined,
): void {
  if (operation.kind === 'remove') {
    if (entries.get(operation.name) === operation.id) entries.delete(operation.name)
    return
  }
  if (operation.kind === 'rename' && source?.get(operation.from) === operation.id)
    source.delete(operation.from)
  entries.set(operation.name, operation.id)
}
