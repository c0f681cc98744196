import { assert } from '../util/assert.js'
import { compareRange } from '../util/bytes.js'
import { copyU32, frontU8, frontU32, roomForU32 } from './growable.js'
import { GrowableBytes } from './growable-bytes.js'
import { NO_UINTS, type RowBlock } from './row-block.js'

/** The keys of a block that is being built: grouped prefixes and suffixes. Keys must ascend. */
export class KeyBuilder {
  rowCount = 0
  readonly suffixBytes: 0 | 4
  readonly prefixes: GrowableBytes = new GrowableBytes()
  #groupStarts: Uint32Array = NO_UINTS
  #suffixes: Uint32Array = NO_UINTS

  constructor(suffixBytes: 0 | 4) {
    this.suffixBytes = suffixBytes
  }

  get sizeBytes(): number {
    return this.prefixes.usedBytes + this.prefixes.count * 8 + this.rowCount * this.suffixBytes
  }

  /** Appends the keys of rows [from, to); `from` lies in `group`. Gives the group of row `to - 1`. */
  appendRun(block: RowBlock, from: number, to: number, group: number): number {
    if (this.suffixBytes === 0) {
      this.#checkPrefix(block.prefixData, block.prefixOffsets[from]!, block.prefixOffsets[from + 1]!, 0)
      this.prefixes.appendEntries(block.prefixOffsets, block.prefixData, from, to)
      this.rowCount += to - from
      return to - 1
    }
    let row = from
    let g = group
    while (true) {
      const groupEnd = block.groupStarts[g + 1]!
      const end = Math.min(groupEnd, to)
      this.#enterGroup(
        block.prefixData,
        block.prefixOffsets[g]!,
        block.prefixOffsets[g + 1]!,
        block.suffixes[row]!,
      )
      this.#suffixes = roomForU32(this.#suffixes, this.rowCount, end - row)
      copyU32(block.suffixes, row, end, this.#suffixes, this.rowCount)
      this.rowCount += end - row
      row = end
      if (row === to) return g
      g++
    }
  }

  appendRow(block: RowBlock, row: number, group: number): void {
    const start = block.prefixOffsets[group]!
    const end = block.prefixOffsets[group + 1]!
    if (this.suffixBytes === 4) this.#pushSuffix(block.prefixData, start, end, block.suffixes[row]!)
    else this.#pushWhole(block.prefixData, start, end)
  }

  #pushWhole(data: Uint8Array, start: number, end: number): void {
    this.#checkPrefix(data, start, end, 0)
    this.prefixes.append(data, start, end)
    this.rowCount++
  }

  #pushSuffix(data: Uint8Array, start: number, end: number, suffix: number): void {
    this.#enterGroup(data, start, end, suffix)
    if (this.rowCount === this.#suffixes.length) this.#suffixes = roomForU32(this.#suffixes, this.rowCount, 1)
    this.#suffixes[this.rowCount++] = suffix
  }

  appendKey(key: Uint8Array): void {
    const end = key.length - this.suffixBytes
    assert(end >= 0, 'a row key is shorter than the suffix of its table')
    if (this.suffixBytes === 0) {
      this.#pushWhole(key, 0, end)
      return
    }
    const suffix = (key[end]! << 24) | (key[end + 1]! << 16) | (key[end + 2]! << 8) | key[end + 3]!
    this.#pushSuffix(key, 0, end, suffix >>> 0)
  }

  /** Goes on in the last group where the prefix is the same, else starts one. */
  #enterGroup(data: Uint8Array, start: number, end: number, suffix: number): void {
    if (this.#checkPrefix(data, start, end, suffix)) return
    this.#groupStarts = roomForU32(this.#groupStarts, this.prefixes.count, 2)
    this.#groupStarts[this.prefixes.count] = this.rowCount
    this.prefixes.append(data, start, end)
  }

  /** True when the prefix is that of the last row. Refuses a key that does not lie above the last one. */
  #checkPrefix(data: Uint8Array, start: number, end: number, suffix: number): boolean {
    if (this.rowCount === 0) return false
    const last = this.prefixes.count - 1
    const offsets = this.prefixes.offsets
    const lastStart = offsets[last]!
    const lastEnd = offsets[last + 1]!
    const order = compareRange(this.prefixes.data, lastStart, lastEnd, data, start, end)
    if (this.suffixBytes === 0) {
      assert(order < 0, 'rows of a block must ascend')
      return false
    }
    const lastSuffix = this.#suffixes[this.rowCount - 1]!
    if (order === 0) {
      assert(lastSuffix < suffix, 'rows of a block must ascend')
      return true
    }
    // Where one prefix begins with the other only the whole keys tell the order; that is rare.
    if (order > 0 || order === lastEnd - lastStart - (end - start)) {
      const above = isWholeKeyAbove(
        this.prefixes.data,
        lastStart,
        lastEnd,
        lastSuffix,
        data,
        start,
        end,
        suffix,
      )
      assert(above, 'rows of a block must ascend')
    }
    return false
  }

  /** For a finished block. `lent`: views on the builder's arrays instead of copies. */
  parts(lent: boolean): {
    groupStarts: Uint32Array
    prefixOffsets: Uint32Array
    prefixData: Uint8Array
    suffixes: Uint32Array
  } {
    const grouped = this.suffixBytes === 4
    if (grouped) {
      this.#groupStarts = roomForU32(this.#groupStarts, this.prefixes.count, 1)
      this.#groupStarts[this.prefixes.count] = this.rowCount
    }
    return {
      groupStarts: grouped ? frontU32(this.#groupStarts, this.prefixes.count + 1, lent) : NO_UINTS,
      prefixOffsets: frontU32(this.prefixes.offsets, this.prefixes.count + 1, lent),
      prefixData: frontU8(this.prefixes.data, this.prefixes.usedBytes, lent),
      suffixes: grouped ? frontU32(this.#suffixes, this.rowCount, lent) : NO_UINTS,
    }
  }

  clear(): void {
    this.rowCount = 0
    this.prefixes.clear()
  }
}

/** Whether prefix b ++ suffix lies above prefix a ++ suffix. */
function isWholeKeyAbove(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  aSuffix: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
  bSuffix: number,
): boolean {
  const aKey = wholeKey(a, aStart, aEnd, aSuffix)
  const bKey = wholeKey(b, bStart, bEnd, bSuffix)
  return compareRange(aKey, 0, aKey.length, bKey, 0, bKey.length) < 0
}

function wholeKey(data: Uint8Array, start: number, end: number, suffix: number): Uint8Array {
  const key = new Uint8Array(end - start + 4)
  key.set(data.subarray(start, end))
  new DataView(key.buffer).setUint32(end - start, suffix)
  return key
}
