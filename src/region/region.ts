/**
 * A region: the rows [start, stop) of one table, as one store a family. It holds state and swaps it; what to flush, compact
 * or split is decided elsewhere. Two invariants of the write path (src/writer.ts) meet here: batches are applied in
 * sequence order, and a snapshot is one synchronous look, so a reader sees a row's families at the same sequence.
 */
import type { FileRecord } from '../manifest/manifest-state.js'
import { MemStore } from '../memstore/memstore.js'
import type { RegionDescriptor } from '../model/descriptor.js'
import type { RowBlock } from '../model/row-block.js'
import type { TableSchema } from '../model/table-schema.js'
import type { SstableReader } from '../sstable/sstable-reader.js'
import type { StoreSources } from '../store/store-scan.js'
import { assert } from '../util/assert.js'

/** Immutable: replaced as a whole by every flush and compaction; the active MemStore alone grows. */
interface StoreState {
  readonly active: MemStore
  /** Being flushed, newest first. */
  readonly frozen: readonly MemStore[]
  readonly files: readonly SstableReader[]
  readonly quarantined: readonly QuarantinedFile[]
}

/** A damaged file: kept, never read, never compacted. Reads that touch its key range fail and name it. */
export interface QuarantinedFile {
  readonly record: FileRecord
  readonly reason: string
}

/** What a scan sees: taken in one go, unchanged by later flushes, compactions and splits. Release it when done. */
export interface RegionSnapshot {
  readonly descriptor: RegionDescriptor
  /** By family index. */
  readonly sources: readonly StoreSources[]
  readonly quarantined: readonly (readonly QuarantinedFile[])[]
  release(): void
}

export class Region {
  readonly descriptor: RegionDescriptor
  readonly schema: TableSchema
  /** Everything up to this sequence lies in SSTables. */
  flushedSequence: number
  #stores: readonly StoreState[]
  #activeSegment = Number.POSITIVE_INFINITY
  #frozenSegment = Number.POSITIVE_INFINITY

  constructor(
    descriptor: RegionDescriptor,
    schema: TableSchema,
    files: readonly (readonly SstableReader[])[],
    flushedSequence: number,
    quarantined: readonly (readonly QuarantinedFile[])[] = [],
  ) {
    this.descriptor = descriptor
    this.schema = schema
    this.flushedSequence = flushedSequence
    this.#stores = schema.descriptor.families.map((_, index) => ({
      active: new MemStore(schema.stores[index]!),
      frozen: [],
      files: files[index] ?? [],
      quarantined: quarantined[index] ?? [],
    }))
  }

  /** Adds a family's block: all of its rows or those listed. Synchronous, so the families of a batch become visible together. */
  apply(family: number, block: RowBlock, rows: Uint32Array | null, walSegment: number): void {
    this.#stores[family]!.active.add(block, rows)
    if (walSegment < this.#activeSegment) this.#activeSegment = walSegment
  }

  /** The oldest WAL segment that holds rows not yet in SSTables; Infinity when there are none. */
  get oldestSegment(): number {
    return Math.min(this.#activeSegment, this.#frozenSegment)
  }

  snapshot(): RegionSnapshot {
    const stores = this.#stores
    const sources: StoreSources[] = []
    for (const store of stores) {
      for (const file of store.files) file.retain()
      const views = [store.active, ...store.frozen].filter((m) => m.rowCount > 0).map((m) => m.view())
      sources.push({ views, files: store.files })
    }
    let released = false
    return {
      descriptor: this.descriptor,
      sources,
      quarantined: stores.map((store) => store.quarantined),
      release() {
        if (released) return
        released = true
        for (const store of stores) for (const file of store.files) file.release()
      },
    }
  }

  files(family: number): readonly SstableReader[] {
    return this.#stores[family]!.files
  }

  quarantined(family: number): readonly QuarantinedFile[] {
    return this.#stores[family]!.quarantined
  }

  /** Takes a damaged file out of every later read. Scans that hold it go on until they touch the damage. */
  quarantine(family: number, file: SstableReader, entry: QuarantinedFile): void {
    this.#stores = this.#stores.map((store, index) =>
      index === family
        ? {
            ...store,
            files: store.files.filter((f) => f !== file),
            quarantined: [...store.quarantined, entry],
          }
        : store,
    )
  }

  /** The rows not yet in SSTables, family by family: a split hands them to the daughters. */
  memstoreBatches(
    family: number,
  ): readonly { readonly block: RowBlock; readonly rows: Uint32Array | null }[] {
    const { active, frozen } = this.#stores[family]!
    return [...frozen.toReversed(), active].flatMap((memstore) => memstore.batches)
  }

  /** Not yet in SSTables, for what a compaction may conclude. */
  memstores(family: number): readonly MemStore[] {
    const { active, frozen } = this.#stores[family]!
    return [active, ...frozen].filter((memstore) => memstore.rowCount > 0)
  }

  get familyCount(): number {
    return this.#stores.length
  }

  /** Bytes not yet in SSTables: active and frozen. */
  get memstoreBytes(): number {
    let bytes = 0
    for (const store of this.#stores) {
      bytes += store.active.sizeBytes
      for (const frozen of store.frozen) bytes += frozen.sizeBytes
    }
    return bytes
  }

  get activeBytes(): number {
    let bytes = 0
    for (const store of this.#stores) bytes += store.active.sizeBytes
    return bytes
  }

  get isEmptyInMemory(): boolean {
    return this.#stores.every((s) => s.active.rowCount === 0 && s.frozen.length === 0)
  }

  /**
   * Sets the active MemStores aside for a flush and begins new ones. A flush that failed leaves its MemStores frozen: they
   * are handed out again together with what came since, so no write waits for ever.
   * @returns by family, oldest first; null when there is nothing to flush.
   */
  freeze(): readonly (readonly MemStore[])[] | null {
    this.#stores = this.#stores.map((store, family) => {
      if (store.active.rowCount === 0) return store
      const active = new MemStore(this.schema.stores[family]!)
      return { ...store, active, frozen: [store.active, ...store.frozen] }
    })
    this.#frozenSegment = this.oldestSegment
    this.#activeSegment = Number.POSITIVE_INFINITY
    const frozen = this.#stores.map((store) => store.frozen.toReversed())
    return frozen.some((list) => list.length > 0) ? frozen : null
  }

  /** After the manifest has the new files: swaps the flushed MemStores for them. */
  installFlush(
    flushed: readonly (readonly MemStore[])[],
    readers: readonly (SstableReader | null)[],
    sequence: number,
  ): void {
    this.#stores = this.#stores.map((store, family) => {
      const gone = new Set(flushed[family])
      const reader = readers[family]
      return {
        ...store,
        frozen: store.frozen.filter((m) => !gone.has(m)),
        files: reader == null ? store.files : [...store.files, reader],
      }
    })
    this.flushedSequence = Math.max(this.flushedSequence, sequence)
    this.#frozenSegment = Number.POSITIVE_INFINITY
  }

  /** After the manifest's commit: inputs out, outputs in, the order of age kept (outputs take the place of the oldest input). */
  installCompaction(
    family: number,
    removed: ReadonlySet<number>,
    added: readonly SstableReader[],
  ): SstableReader[] {
    const gone: SstableReader[] = []
    this.#stores = this.#stores.map((store, index) => {
      if (index !== family) return store
      const files: SstableReader[] = []
      let placed = false
      for (const file of store.files) {
        if (!removed.has(file.meta.fileId)) {
          files.push(file)
          continue
        }
        gone.push(file)
        if (!placed) files.push(...added)
        placed = true
      }
      assert(placed || removed.size === 0, 'a compaction replaces files that are there')
      return { ...store, files }
    })
    return gone
  }

  addFiles(family: number, readers: readonly SstableReader[]): void {
    this.#stores = this.#stores.map((store, index) =>
      index === family ? { ...store, files: [...store.files, ...readers] } : store,
    )
  }

  /** Bytes of the largest store: what split policies look at (HBase 2.x). */
  get largestStoreBytes(): number {
    return Math.max(0, ...this.#stores.map((s) => s.files.reduce((sum, f) => sum + f.meta.bytes, 0)))
  }
}
