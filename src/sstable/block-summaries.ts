import type { ValueType } from '../model/value-type.js'
import { compareRange, equalBytes } from '../util/bytes.js'
import type { BlockFacts } from './block-decoder.js'
import { BlockFlag } from './block-head.js'
import type { KeyList } from './key-list-codec.js'

/** A numeric column over all blocks of a file. */
export interface ColumnSummaries {
  readonly qualifier: Uint8Array
  readonly type: ValueType
  /** By block: cells of the column, -1 where only the block itself can tell. */
  readonly counts: Float64Array
  /** Where counts > 0. A sum of NaN: only the block itself can tell. */
  readonly sums: Float64Array
  readonly mins: Float64Array
  readonly maxs: Float64Array
}

export interface BlockSummaryArrays {
  readonly offsets: Float64Array
  readonly bytes: Uint32Array
  readonly baseBytes: Uint32Array
  readonly rowCounts: Uint32Array
  readonly cellCounts: Uint32Array
  readonly flags: Uint32Array
  /** Of all cells, markers too. */
  readonly minTimestamps: Float64Array
  readonly maxTimestamps: Float64Array
  readonly maxSequences: Float64Array
  /** First row of block i is key 2 i, last row 2 i + 1. */
  readonly keys: KeyList
  readonly columns: readonly ColumnSummaries[]
}

/** The parsed index: what is known of each block without reading it, as arrays by block, and all keys in one piece. */
export class BlockSummaries {
  readonly count: number
  /** In the file. */
  readonly offsets: Float64Array
  /** On disk. */
  readonly bytes: Uint32Array
  /** Head and row structure: what must be read before a column. */
  readonly baseBytes: Uint32Array
  readonly rowCounts: Uint32Array
  readonly cellCounts: Uint32Array
  /** -Infinity where the block has delete markers. */
  readonly minTimestamps: Float64Array
  readonly maxTimestamps: Float64Array
  readonly maxSequences: Float64Array
  readonly columns: readonly ColumnSummaries[]
  readonly #flags: Uint32Array
  readonly #cellMinTimestamps: Float64Array
  readonly #keys: KeyList

  constructor(arrays: BlockSummaryArrays) {
    this.count = arrays.offsets.length
    this.offsets = arrays.offsets
    this.bytes = arrays.bytes
    this.baseBytes = arrays.baseBytes
    this.rowCounts = arrays.rowCounts
    this.cellCounts = arrays.cellCounts
    this.#flags = arrays.flags
    this.#cellMinTimestamps = arrays.minTimestamps
    this.minTimestamps = arrays.minTimestamps.slice()
    for (let i = 0; i < this.count; i++) if (this.hasMarkers(i)) this.minTimestamps[i] = -Infinity
    this.maxTimestamps = arrays.maxTimestamps
    this.maxSequences = arrays.maxSequences
    this.#keys = arrays.keys
    this.columns = arrays.columns
  }

  /** One Put at most for each row and column, no TTL. */
  isFlat(block: number): boolean {
    return (this.#flags[block]! & BlockFlag.FLAT) !== 0
  }

  isPutsOnly(block: number): boolean {
    return (this.#flags[block]! & BlockFlag.PUTS_ONLY) !== 0
  }

  hasMarkers(block: number): boolean {
    return (this.#flags[block]! & BlockFlag.MARKERS) !== 0
  }

  /** BlockFlag bits. */
  flagsOf(block: number): number {
    return this.#flags[block]!
  }

  firstRow(block: number): Uint8Array {
    return this.#key(2 * block)
  }

  lastRow(block: number): Uint8Array {
    return this.#key(2 * block + 1)
  }

  #key(index: number): Uint8Array {
    const { offsets, data } = this.#keys
    return data.slice(offsets[index]!, offsets[index + 1]!)
  }

  /** Compares a block's first (`last` false) or last row with `key`. */
  compareRow(block: number, last: boolean, key: Uint8Array): number {
    const { offsets, data } = this.#keys
    const index = 2 * block + (last ? 1 : 0)
    return compareRange(data, offsets[index]!, offsets[index + 1]!, key, 0, key.length)
  }

  /** The first block whose last row is ≥ `key`, else `count`. O(log blocks). */
  firstBlockFrom(key: Uint8Array): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compareRow(middle, true, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many blocks have a first row < `key`: the end of those that a scan up to `key` may need. O(log blocks). */
  blocksBelow(key: Uint8Array): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compareRow(middle, false, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** No cell of the block, nor anything a marker of it hides, lies in [min, max). */
  missesTime(block: number, min: number, max: number): boolean {
    return this.maxTimestamps[block]! < min || this.minTimestamps[block]! >= max
  }

  facts(block: number): BlockFacts {
    return {
      minTimestamp: this.#cellMinTimestamps[block]!,
      maxTimestamp: this.maxTimestamps[block]!,
      maxSequence: this.maxSequences[block]!,
    }
  }

  /** Null: not a numeric column of any block, or too many columns were. */
  column(qualifier: Uint8Array): ColumnSummaries | null {
    return this.columns.find((column) => equalBytes(column.qualifier, qualifier)) ?? null
  }
}
