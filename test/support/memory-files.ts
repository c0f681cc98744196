/** SSTables that are only lists of blocks: what the store room asks of a file, without files. */
import {
  compareRowWithKey,
  groupOfRow,
  lowerBoundRow,
  type RowBlock,
  rowKeyOf,
} from '../../src/model/row-block.js'
import type { ScanRange } from '../../src/model/scan-range.js'
import type { FileCursor, FileSource } from '../../src/store/store-sources.js'

/** Runs over sorted blocks, each below the next. */
export class BlockCursor implements FileCursor {
  blocksRead = 0
  blocksSkipped = 0
  block!: RowBlock
  from = 0
  to = 0
  readonly #blocks: readonly RowBlock[]
  readonly #range: ScanRange
  #next: number

  constructor(
    blocks: readonly RowBlock[],
    range: ScanRange = { start: new Uint8Array(0), stop: new Uint8Array(0), reversed: false },
  ) {
    this.#blocks = blocks
    this.#range = range
    this.#next = range.reversed ? blocks.length - 1 : 0
  }

  next(): boolean {
    const { start, stop, reversed } = this.#range
    while (this.#next >= 0 && this.#next < this.#blocks.length) {
      const block = this.#blocks[this.#next]!
      this.#next += reversed ? -1 : 1
      const from = lowerBoundRow(block, start)
      const to = stop.length === 0 ? block.rowCount : lowerBoundRow(block, stop)
      if (from >= to) continue
      this.blocksRead++
      this.block = block
      this.from = from
      this.to = to
      return true
    }
    return false
  }

  close(): void {
    this.#next = -1
  }
}

export class MemoryFile implements FileSource {
  readonly blocks: readonly RowBlock[]
  readonly meta: FileSource['meta']

  constructor(blocks: readonly RowBlock[]) {
    this.blocks = blocks
    const first = blocks[0]!
    const last = blocks.at(-1)!
    const hasMarkers = blocks.some((block) => block.hasMarkers)
    this.meta = {
      firstRow: rowKeyOf(first, 0),
      lastRow: rowKeyOf(last, last.rowCount - 1),
      hasMarkers,
      minTimestamp: hasMarkers
        ? Number.NEGATIVE_INFINITY
        : Math.min(...blocks.map((block) => block.minTimestamp)),
      maxTimestamp: Math.max(...blocks.map((block) => block.maxTimestamp)),
    }
  }

  scan(range: ScanRange, options: Parameters<FileSource['scan']>[1]): FileCursor {
    const { prune } = options
    const kept = this.blocks.filter(
      (block) =>
        prune === null ||
        (block.maxTimestamp >= prune.min && (block.hasMarkers || block.minTimestamp < prune.max)),
    )
    const cursor = new BlockCursor(kept, range)
    cursor.blocksSkipped = this.blocks.length - kept.length
    return cursor
  }

  mayContain(key: Uint8Array): boolean {
    return this.blocks.some((block) => {
      const row = lowerBoundRow(block, key)
      return row < block.rowCount && compareRowWithKey(block, groupOfRow(block, row), row, key) === 0
    })
  }
}
