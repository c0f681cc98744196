import { lowerBoundRow, RowBlock, type RunCursor } from '../model/row-block.js'
import type { ScanRange } from '../model/scan-range.js'
import { equalBytes } from '../util/bytes.js'
import type { SstableReader } from './sstable-reader.js'

export interface SstableScanOptions {
  /** Qualifiers of the columns wanted; null = all. Flat blocks come without the others; general blocks keep every cell. */
  readonly columns: readonly Uint8Array[] | null
  /** Blocks in which nothing bears on the time range [min, max) are left out; null = none are. */
  readonly prune: { readonly min: number; readonly max: number } | null
  /** Shared by the files of one scan; without it every block goes into the cache. */
  readonly tally?: CacheTally
}

/** What a scan has put into the block cache. One that would fill it alone pushes out what others use, for nothing. */
export interface CacheTally {
  bytesCached: number
}

const NO_ROWS: RowBlock = new RowBlock({
  rowCount: 0,
  suffixBytes: 0,
  prefixOffsets: new Uint32Array(1),
  prefixData: new Uint8Array(0),
  columns: [],
  flat: true,
  timestamps: new Float64Array(0),
  sequences: null,
  minTimestamp: Number.POSITIVE_INFINITY,
  maxTimestamp: Number.NEGATIVE_INFINITY,
  maxSequence: 0,
  hasMarkers: false,
  sizeBytes: 0,
})

/**
 * The rows of one file in a range, a run a block. Holds the reader until close(): columns not yet decoded must be made ready
 * before that.
 */
export class SstableScan implements RunCursor {
  block: RowBlock = NO_ROWS
  from = 0
  to = 0
  /** Blocks given out, or loaded to find no row of the range in them. */
  blocksRead = 0
  /** Blocks left out because of their keys or their time. */
  blocksSkipped: number
  readonly #reader: SstableReader
  readonly #range: ScanRange
  readonly #options: SstableScanOptions
  /** Blocks [first, end) may hold rows of the range. */
  readonly #first: number
  readonly #end: number
  #done = 0
  #isOpen = true

  constructor(reader: SstableReader, range: ScanRange, options: SstableScanOptions) {
    reader.retain()
    this.#reader = reader
    this.#range = range
    this.#options = options
    const { blocks } = reader
    this.#first = range.start.length === 0 ? 0 : blocks.firstBlockFrom(range.start)
    this.#end = Math.max(this.#first, range.stop.length === 0 ? blocks.count : blocks.blocksBelow(range.stop))
    this.blocksSkipped = blocks.count - (this.#end - this.#first)
  }

  next(): boolean {
    const count = this.#end - this.#first
    while (this.#isOpen && this.#done < count) {
      const step = this.#done++
      const index = this.#range.reversed ? this.#end - 1 - step : this.#first + step
      if (this.#isPruned(index)) {
        this.blocksSkipped++
        continue
      }
      const block = this.#reader.readBlock(index, this.#options.tally ?? null)
      this.blocksRead++
      this.#clip(block, index)
      if (this.from === this.to) continue
      this.block = withColumns(block, this.#options.columns)
      return true
    }
    return false
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#reader.release()
  }

  #isPruned(index: number): boolean {
    const { prune } = this.#options
    return prune !== null && this.#reader.blocks.missesTime(index, prune.min, prune.max)
  }

  /** Only the outer blocks can have rows beyond the range. */
  #clip(block: RowBlock, index: number): void {
    const { start, stop } = this.#range
    const isLast = index === this.#end - 1 && stop.length > 0
    const isFirst = index === this.#first && start.length > 0
    this.to = isLast ? lowerBoundRow(block, stop) : block.rowCount
    this.from = isFirst ? Math.min(lowerBoundRow(block, start), this.to) : 0
  }
}

/** The block with the wanted columns alone. Column objects are shared: what one scan decodes, others need not. */
function withColumns(block: RowBlock, wanted: readonly Uint8Array[] | null): RowBlock {
  if (wanted === null || !block.flat) return block
  const columns = block.columns.filter((column) => wanted.some((name) => equalBytes(name, column.qualifier)))
  if (columns.length === block.columns.length) return block
  return block.withColumns(columns)
}
