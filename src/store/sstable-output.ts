/** The files that a job writes: under a temporary name, synced and verified, then renamed, then their directory synced. */
import { dirname } from 'node:path'
import type { RowBlock } from '../model/row-block.js'
import type { SstableMeta } from '../sstable/sstable-meta.js'
import { SstableWriter } from '../sstable/sstable-writer.js'
import type { Vfs } from '../util/fs.js'
import { type FileTarget, type StoreSpec, schemaOf } from './store-job.js'

/** One file, made when its first rows come. */
export class SstableOutput {
  readonly target: FileTarget
  readonly #vfs: Vfs
  readonly #spec: StoreSpec
  #writer: SstableWriter | null = null

  constructor(vfs: Vfs, spec: StoreSpec, target: FileTarget) {
    this.#vfs = vfs
    this.#spec = spec
    this.target = target
  }

  append(block: RowBlock, from: number, to: number): void {
    this.#writer ??= this.#begun()
    this.#writer.append(block, from, to)
  }

  /** @returns null when no rows came: then there is no file. */
  finish(): SstableMeta | null {
    return this.#writer?.finish() ?? null
  }

  get isBegun(): boolean {
    return this.#writer !== null
  }

  get temporaryPath(): string {
    return `${this.target.path}.tmp`
  }

  abort(): void {
    this.#writer?.abort()
  }

  #begun(): SstableWriter {
    const { family, tableId, blockRowsMax } = this.#spec
    return new SstableWriter(this.#vfs, this.temporaryPath, {
      fileId: this.target.fileId,
      tableId,
      familyId: family.id,
      schema: schemaOf(this.#spec),
      compression: family.compression,
      blockRowsMax,
      blockBytesMax: family.blockBytesMax,
      bloomFilter: family.bloomFilter,
    })
  }
}

/** All files of one job: they appear together or not at all, as far as one thread can see to it. */
export class SstableOutputs {
  readonly #vfs: Vfs
  readonly #outputs: SstableOutput[] = []

  constructor(vfs: Vfs) {
    this.#vfs = vfs
  }

  add(spec: StoreSpec, target: FileTarget): SstableOutput {
    const output = new SstableOutput(this.#vfs, spec, target)
    this.#outputs.push(output)
    return output
  }

  /** From here on the finished files have their names, though nobody knows them before the manifest does. */
  publish(): void {
    const directories = new Set<string>()
    for (const output of this.#outputs) {
      if (!output.isBegun) continue
      this.#vfs.rename(output.temporaryPath, output.target.path)
      directories.add(dirname(output.target.path))
    }
    for (const directory of directories) this.#vfs.syncDirectory(directory)
  }

  /** After an error: nobody knows these files. What cannot be removed now is an orphan that the next open removes. */
  discard(): void {
    for (const output of this.#outputs) {
      try {
        output.abort()
        if (output.isBegun && this.#vfs.exists(output.target.path)) this.#vfs.unlink(output.target.path)
      } catch {
        // The error that brought us here is the one to tell.
      }
    }
  }
}
