import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock } from '../model/row-block.js'
import { assert } from '../util/assert.js'
import { BatchList, type MemBatch } from './batch-list.js'
import { filledRows } from './filled-rows.js'
import { GatherPlaces } from './gather-places.js'
import { MemoryWeight } from './memory-weight.js'
import type { MemStoreData } from './memstore-cursor.js'
import { exportBatches, importBatches, type MemStoreExport } from './memstore-export.js'
import { emptyStats, type MemStoreStats, widenStats } from './memstore-stats.js'
import { MemStoreView } from './memstore-view.js'
import { RowIndex } from './row-index.js'

/**
 * The rows of one store that are not in an SSTable yet: the batches as they were written, and an index over their rows.
 * Nothing is ever changed or removed; a flushed MemStore is let go as a whole.
 */
export class MemStore {
  readonly #data: MemStoreData
  readonly #stats: MemStoreStats = emptyStats()
  readonly #weight: MemoryWeight = new MemoryWeight()
  #batchBytes = 0
  #view: MemStoreView | null = null

  constructor(schema: StoreSchema) {
    this.#data = {
      schema,
      index: new RowIndex(schema.suffixBytes),
      batches: new BatchList(),
      places: new GatherPlaces(),
    }
  }

  /** A MemStore in another thread, from what `exportForWorker` gave. @throws CORRUPTION */
  static import(schema: StoreSchema, exported: MemStoreExport): MemStore {
    const store = new MemStore(schema)
    importBatches(exported, (block, rows) => store.add(block, rows))
    return store
  }

  /**
   * Adds a batch, of which `rows` count (null = all). It may be in any order and repeat rows, and must never change again.
   * Of two writes of a row, the one that is added later must have the higher sequence.
   */
  add(batch: RowBlock, rows: Uint32Array | null): void {
    assert(batch.suffixBytes === this.#data.schema.suffixBytes, 'a batch has the key layout of another table')
    for (let c = 0; c < batch.columns.length; c++) batch.columns[c]!.ready()
    const filled = filledRows(batch, rows)
    const count = filled === null ? batch.rowCount : filled.length
    if (count === 0) return
    const first = this.#data.batches.add(batch, filled)
    if (filled === null) this.#data.index.addAll(batch, first)
    else this.#data.index.addSome(batch, filled, first)
    widenStats(this.#stats, batch, filled)
    // A batch that lies in several regions counts in each for its part.
    this.#batchBytes += Math.ceil((batch.sizeBytes * count) / batch.rowCount)
    this.#weight.reach(this.#batchBytes)
    this.#view = null
  }

  get batches(): readonly MemBatch[] {
    return this.#data.batches.batches
  }

  /** Rows written; a row written twice counts twice. */
  get rowCount(): number {
    return this.#data.batches.rowCount
  }

  /** Bytes of batches and index. */
  get sizeBytes(): number {
    return Math.ceil(this.#batchBytes + this.#data.index.sizeBytes + this.#data.batches.sizeBytes)
  }

  /** Infinity while empty. */
  get minTimestamp(): number {
    return this.#stats.minTimestamp
  }

  /** -Infinity while empty. */
  get maxTimestamp(): number {
    return this.#stats.maxTimestamp
  }

  /** Infinity while empty. */
  get minSequence(): number {
    return this.#stats.minSequence
  }

  /** 0 while empty. */
  get maxSequence(): number {
    return this.#stats.maxSequence
  }

  get hasMarkers(): boolean {
    return this.#stats.hasMarkers
  }

  /** A snapshot of what has been added by now. */
  view(): MemStoreView {
    this.#view ??= new MemStoreView(this.#data, this.#stats)
    return this.#view
  }

  /** The batches in a shape that postMessage hands over without copying shared memory. */
  exportForWorker(): MemStoreExport {
    return exportBatches(this.batches)
  }
}
