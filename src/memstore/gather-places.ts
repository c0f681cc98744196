import { roomForU32 } from '../model/growable.js'
import { NO_UINTS, type RowBlock } from '../model/row-block.js'
import type { BatchLayout, BatchList } from './batch-list.js'
import type { RowPicks } from './row-picks.js'

/** The batches a block is gathered from and the place of each of its rows in them. Reused for every block. */
export class GatherPlaces {
  rowCount = 0
  /** The batches met, in the order they were met. */
  blocks: RowBlock[] = []
  layouts: BatchLayout[] = []
  /** The layout of all of them, null when they differ. */
  layout: BatchLayout | null = null
  /** By row of the new block: index into `blocks`, and the row in there. */
  sources: Uint32Array = NO_UINTS
  rows: Uint32Array = NO_UINTS
  /** By batch: 1 + its index in `blocks`, 0 = not met. All 0 between two finds. */
  #met: Uint32Array = NO_UINTS

  /** Finds picks [from, to). */
  find(batches: BatchList, picks: RowPicks, from: number, to: number): void {
    const met = roomForU32(this.#met, 0, batches.batches.length)
    const numbers: number[] = []
    this.#met = met
    this.blocks = []
    this.layouts = []
    this.rowCount = to - from
    this.sources = roomForU32(this.sources, 0, this.rowCount)
    this.rows = roomForU32(this.rows, 0, this.rowCount)
    for (let i = from, j = 0; i < to; i++, j++) {
      const ordinal = picks.ordinals[i]!
      const batch = batches.batchOf(ordinal)
      if (met[batch] === 0) {
        numbers.push(batch)
        this.blocks.push(batches.batches[batch]!.block)
        const layout = batches.layoutOf[batch]!
        this.layouts.push(layout)
        if (numbers.length === 1) this.layout = layout
        else if (this.layout !== layout) this.layout = null
        met[batch] = this.blocks.length
      }
      this.sources[j] = met[batch]! - 1
      this.rows[j] = batches.rowOf(ordinal, batch)
    }
    for (const batch of numbers) met[batch] = 0
  }
}
