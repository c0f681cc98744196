import { type CrashMode, DiskModel, type FileChange, type Operation, shareInode } from './disk-model.js'
import { Directory, type Entry, type Inode, MemVfs, type VfsRecorder } from './mem-vfs.js'

export { CRASH_MODES, type CrashMode } from './disk-model.js'

/**
 * A file system in memory that remembers every change, so that what a crash would have left can be had for any moment:
 *
 *   const vfs = new CrashVfs()
 *   … run, noting vfs.operations at every acknowledgement …
 *   for (let i = 0; i <= vfs.operations; i++) check(vfs.crashImage(i, 'sectors', seed))
 *
 * Images in ascending order are cheap (the model moves on); files are shared until they are written. An image is a CrashVfs
 * itself: crash it again during its recovery. After a 'kill' what was not synced still is not: a power cut may take it yet.
 * A sync takes one turn of the event loop and covers what was written before it.
 */
export class CrashVfs extends MemVfs {
  readonly #base: Directory
  /** What led from #base to here; the first #inherited of them happened before a kill. */
  readonly #operations: Operation[]
  readonly #inherited: number
  #model: DiskModel | null = null
  /** Called after every operation with their number so far. */
  onOperation: ((count: number) => void) | null = null

  /** `tree` is what `operations` make of `base`; by default there was nothing before. */
  constructor(
    base: Directory = new Directory(0),
    nextId = 1,
    operations: readonly Operation[] = [],
    tree: Directory = shareTree(base),
  ) {
    super(tree, nextId)
    this.#base = base
    this.#operations = [...operations]
    this.#inherited = operations.length
    this.recorder = this.#createRecorder()
  }

  /** How many operations (changes and syncs) there were since this file system was made. */
  get operations(): number {
    return this.#operations.length - this.#inherited
  }

  /** One line an operation, for failing tests. */
  describe(index: number): string {
    const operation = this.#operations[this.#inherited + index]
    if (operation?.kind === 'write')
      return `write #${operation.id} ${operation.data.length} at ${operation.position}`
    return JSON.stringify(operation)
  }

  /** The file system after a crash behind the first `count` operations. Same arguments, same image. */
  crashImage(count: number = this.operations, mode: CrashMode = 'drop', seed = 0): CrashVfs {
    const end = this.#inherited + count
    if (this.#model === null || this.#model.at > end) this.#model = new DiskModel(this.#base)
    this.#model.advance(this.#operations, end)
    const tree = this.#model.image(mode, seed)
    if (mode !== 'kill') return new CrashVfs(tree, this.nextId)
    return new CrashVfs(this.#base, this.nextId, this.#operations.slice(0, end), tree)
  }

  #record(operation: Operation): void {
    this.#operations.push(operation)
    this.onOperation?.(this.operations)
  }

  #createRecorder(): VfsRecorder {
    const create = (parent: Directory, name: string, entry: Entry): void =>
      this.#record({
        kind: 'create',
        directory: parent.id,
        name,
        id: entry.id,
        isDirectory: entry instanceof Directory,
      })
    const sync = (inode: Inode, upTo: number): void => this.#record({ kind: 'sync', id: inode.id, upTo })
    return {
      create,
      mkdir: create,
      rename: (fromParent, from, toParent, to, entry) =>
        this.#record({
          kind: 'rename',
          fromDirectory: fromParent.id,
          from,
          directory: toParent.id,
          name: to,
          id: entry.id,
        }),
      remove: (parent, name, entry) =>
        this.#record({ kind: 'remove', directory: parent.id, name, id: entry.id }),
      write: (inode, buffer, position) =>
        this.#record({
          kind: 'write',
          id: inode.id,
          data: new Uint8Array(buffer),
          position,
        } satisfies FileChange),
      truncate: (inode, size) => this.#record({ kind: 'truncate', id: inode.id, size }),
      sync: async (inode) => {
        const upTo = this.#operations.length
        await new Promise((resolve) => setImmediate(resolve))
        sync(inode, upTo)
      },
      syncNow: (inode) => sync(inode, this.#operations.length),
      syncDirectory: (directory) => this.#record({ kind: 'syncDirectory', directory: directory.id }),
    }
  }
}

function shareTree(directory: Directory): Directory {
  const copy = new Directory(directory.id)
  for (const [name, entry] of directory.entries) {
    copy.entries.set(name, entry instanceof Directory ? shareTree(entry) : shareInode(entry))
  }
  return copy
}
