/** Flat RowBlocks from picked rows of flat batches: one loop a column over (batch, row) places. */
import { ColumnBuilder } from '../model/column-builder.js'
import type { StoreSchema } from '../model/descriptor.js'
import { roomForU32 } from '../model/growable.js'
import { Column, Kind, NO_UINTS, RowBlock } from '../model/row-block.js'
import { BYTES_TYPE, type ValueType } from '../model/value-type.js'
import { compareBytes } from '../util/bytes.js'
import type { BatchLayout, BatchList } from './batch-list.js'
import { gatherKeys } from './gather-keys.js'
import type { RowIndex } from './row-index.js'
import type { RowPicks } from './row-picks.js'

const ROW_BYTES = 24
const NUMBER_BYTES = 8
const BLOCK_BYTES = 1000
const COLUMN_BYTES = 300

/** The batches that a block is gathered from, and for each row its place: `locals[i]` counts the batches met up. */
class Places {
  count = 0
  blocks: RowBlock[] = []
  layouts: BatchLayout[] = []
  locals: Uint32Array = NO_UINTS
  rows: Uint32Array = NO_UINTS
  /** By batch: 1 + local while it is among `met`. */
  #localOf: Uint32Array = NO_UINTS
  #met: number[] = []

  find(batches: BatchList, picks: RowPicks, from: number, to: number): void {
    for (const batch of this.#met) this.#localOf[batch] = 0
    this.#met = []
    this.blocks = []
    this.layouts = []
    this.count = to - from
    this.#localOf = roomForU32(this.#localOf, this.#localOf.length, batches.batches.length - this.#localOf.length)
    this.locals = roomForU32(this.locals, 0, this.count)
    this.rows = roomForU32(this.rows, 0, this.count)
    const { batchOf, rowOf } = batches
    const { ordinals } = picks
    for (let i = from; i < to; i++) {
      const ordinal = ordinals[i]!
      const batch = batchOf[ordinal]!
      let local = this.#localOf[batch]!
      if (local === 0) local = this.#meet(batches, batch)
      this.locals[i - from] = local - 1
      this.rows[i - from] = rowOf[ordinal]!
    }
  }

  #meet(batches: BatchList, batch: number): number {
    this.#met.push(batch)
    this.blocks.push(batches.batches[batch]!.block)
    this.layouts.push(batches.layoutOf[batch]!)
    this.#localOf[batch] = this.blocks.length
    return this.blocks.length
  }
}
