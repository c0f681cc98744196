import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock, RunCursor } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'
import type { ScanRange } from '../model/scan-range.js'
import { keySuccessor } from '../util/bytes.js'
import type { BatchList } from './batch-list.js'
import { gatherFlat } from './gather-flat.js'
import { gatherGeneral, keyOfPick } from './gather-general.js'
import type { GatherPlaces } from './gather-places.js'
import { type PickSegment, segmentsOf } from './pick-segments.js'
import type { RowIndex } from './row-index.js'
import { pickRows } from './row-picker.js'
import { RowPicks } from './row-picks.js'

/** A scan that wants ten rows must not gather thousands: blocks grow from the first number to the second. */
const FIRST_ROWS = 128
const ROWS_MAX = 2048
const GROWTH = 4

/** What a cursor reads: all of one MemStore. */
export interface MemStoreData {
  readonly schema: StoreSchema
  readonly index: RowIndex
  readonly batches: BatchList
  /** Scratch shared by all cursors: nothing of it outlives a gather. */
  readonly places: GatherPlaces
}

/**
 * Sorted blocks of the rows with ordinals below `limit`. Between two blocks it remembers the rest of the range and nothing
 * else, so adds in between may move what they like.
 */
export class MemStoreCursor implements RunCursor {
  block!: RowBlock
  from = 0
  to = 0
  readonly #data: MemStoreData
  readonly #limit: number
  readonly #picks = new RowPicks()
  #rest: ScanRange
  #rowsMax = FIRST_ROWS
  #segments: PickSegment[] = []
  #isExhausted = false
  #builder: RowBlockBuilder | null = null

  constructor(data: MemStoreData, limit: number, range: ScanRange) {
    this.#data = data
    this.#limit = limit
    this.#rest = range
  }

  next(): boolean {
    if (this.#segments.length === 0 && !this.#pick()) return false
    const segment = this.#rest.reversed ? this.#segments.pop()! : this.#segments.shift()!
    const { schema, index, batches, places } = this.#data
    if (segment.flat) {
      this.block = gatherFlat(schema, index, batches, places, this.#picks, segment.from, segment.to)
    } else {
      this.#builder ??= new RowBlockBuilder(schema)
      this.block = gatherGeneral(this.#builder, index, batches, this.#picks, segment.from, segment.to)
    }
    this.from = 0
    this.to = this.block.rowCount
    return true
  }

  #pick(): boolean {
    if (this.#isExhausted) return false
    const { index, batches } = this.#data
    const picks = this.#picks
    pickRows(index, this.#limit, this.#rest, this.#rowsMax, picks)
    this.#isExhausted = picks.rowCount < this.#rowsMax
    this.#rowsMax = Math.min(ROWS_MAX, this.#rowsMax * GROWTH)
    if (picks.count === 0) return false
    const { start, stop, reversed } = this.#rest
    if (reversed) this.#rest = { start, stop: keyOfPick(index, picks, 0), reversed }
    else this.#rest = { start: keySuccessor(keyOfPick(index, picks, picks.count - 1)), stop, reversed }
    this.#segments = segmentsOf(batches, picks)
    return true
  }

  close(): void {
    this.#isExhausted = true
    this.#segments = []
  }
}

/** A run of one row that was written once: its batch serves as the block, whatever the order of the batch. */
export class SingleRowCursor implements RunCursor {
  readonly block: RowBlock
  readonly from: number
  readonly to: number
  #isDone = false

  constructor(block: RowBlock, row: number) {
    this.block = block
    this.from = row
    this.to = row + 1
  }

  next(): boolean {
    if (this.#isDone) return false
    this.#isDone = true
    return true
  }

  close(): void {
    this.#isDone = true
  }
}
