import type { RunCursor } from '../model/row-block.js'
import { isPointRange, type ScanRange } from '../model/scan-range.js'
import { MemStoreCursor, type MemStoreData, SingleRowCursor } from './memstore-cursor.js'
import type { MemStoreStats } from './memstore-stats.js'
import { pickRow } from './row-picker.js'
import { RowPicks } from './row-picks.js'

const pointPicks = new RowPicks()

/** A MemStore as it was when the view was taken: later adds do not show. Costs nothing to take and to keep. */
export class MemStoreView {
  /** Rows written; a row written twice counts twice. */
  readonly rowCount: number
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly hasMarkers: boolean
  readonly #data: MemStoreData

  constructor(data: MemStoreData, stats: MemStoreStats) {
    this.#data = data
    this.rowCount = data.batches.rowCount
    this.minTimestamp = stats.minTimestamp
    this.maxTimestamp = stats.maxTimestamp
    this.hasMarkers = stats.hasMarkers
  }

  /** Rows of the range in sorted blocks of up to 2,048. A range of one key costs one look into the hash table. */
  scan(range: ScanRange): RunCursor {
    if (isPointRange(range)) {
      pickRow(this.#data.index, this.rowCount, range.start, pointPicks)
      if (pointPicks.count === 1) {
        const { batches } = this.#data
        const ordinal = pointPicks.ordinals[0]!
        const batch = batches.batchOf(ordinal)
        return new SingleRowCursor(batches.batches[batch]!.block, batches.rowOf(ordinal, batch))
      }
    }
    return new MemStoreCursor(this.#data, this.rowCount, range)
  }
}
