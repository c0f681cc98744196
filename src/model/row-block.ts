/**
 * RowBlock: whole rows of one family as columns. The one shape in which rows are written to the WAL, lie in the MemStore,
 * come out of an SSTable and leave the merge. Immutable once built; a cursor hands on runs (block, from, to) of it.
 *
 * Row key r = prefix of its group ++ 4-byte big-endian suffix (suffixBytes = 4), or the group's prefix alone (suffixBytes = 0,
 * then group r = row r). Rows ascend by key, except in a batch still on its way to the MemStore (`sorted` = false).
 *
 * Two layouts:
 *  flat     every row has at most one cell a column, all of them Puts without cell TTL, with one timestamp and one sequence a
 *           row. A column's slot for row r is r; `valid` says where there is a cell. No cell arrays.
 *  general  cells in row-major order (rowStarts), each row's cells in HBase's order: column ascending, timestamp descending,
 *           type descending, sequence descending. Cell i's value is slot slots[i] of column cellColumns[i].
 */
import { type Column, NO_BYTES, NO_UINTS } from './column.js'

export { Column, Kind, type KindValue, NO_BYTES, NO_LONGS, NO_NUMBERS, NO_UINTS } from './column.js'

export const CellType = {
  Put: 4,
  Delete: 8,
  DeleteFamilyVersion: 10,
  DeleteColumn: 12,
  DeleteFamily: 14,
} as const

export interface RowBlockParts {
  rowCount: number
  sorted?: boolean
  suffixBytes: 0 | 4
  /** groupCount + 1 row indexes (suffixBytes = 4); ignored when suffixBytes = 0. */
  groupStarts?: Uint32Array
  prefixOffsets: Uint32Array
  prefixData: Uint8Array
  suffixes?: Uint32Array
  columns: Column[]
  flat: boolean
  /** One a row (flat) or one a cell (general). A function decodes them when they are first asked for. */
  timestamps: Float64Array | (() => Float64Array)
  /** One a row (flat) or a cell (general); null: sequenceBase + row. A function may give that base as a number. */
  sequences: Float64Array | null | (() => Float64Array | number)
  sequenceBase?: number
  rowStarts?: Uint32Array
  cellColumns?: Uint32Array
  types?: Uint8Array
  slots?: Uint32Array
  /** Cell TTL in ms, NaN = none; null = no cell has one. */
  ttls?: Float64Array | null
  minTimestamp: number
  maxTimestamp: number
  maxSequence: number
  hasMarkers: boolean
  /** Rough heap size, for caches and limits. */
  sizeBytes: number
}

export class RowBlock {
  readonly rowCount: number
  readonly sorted: boolean
  readonly suffixBytes: 0 | 4
  readonly groupCount: number
  readonly groupStarts: Uint32Array
  readonly prefixOffsets: Uint32Array
  readonly prefixData: Uint8Array
  readonly suffixes: Uint32Array
  readonly columns: Column[]
  readonly flat: boolean
  #timestamps: Float64Array | (() => Float64Array)
  #sequences: Float64Array | null | (() => Float64Array | number)
  #sequenceBase: number
  readonly rowStarts: Uint32Array
  readonly cellColumns: Uint32Array
  readonly types: Uint8Array
  readonly slots: Uint32Array
  readonly ttls: Float64Array | null
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly maxSequence: number
  readonly hasMarkers: boolean
  readonly sizeBytes: number

  constructor(parts: RowBlockParts) {
    this.rowCount = parts.rowCount
    this.sorted = parts.sorted ?? true
    this.suffixBytes = parts.suffixBytes
    this.groupCount = parts.prefixOffsets.length - 1
    this.groupStarts = parts.groupStarts ?? NO_UINTS
    this.prefixOffsets = parts.prefixOffsets
    this.prefixData = parts.prefixData
    this.suffixes = parts.suffixes ?? NO_UINTS
    this.columns = parts.columns
    this.flat = parts.flat
    this.#timestamps = parts.timestamps
    this.#sequences = parts.sequences
    this.#sequenceBase = parts.sequenceBase ?? 0
    this.rowStarts = parts.rowStarts ?? NO_UINTS
    this.cellColumns = parts.cellColumns ?? NO_UINTS
    this.types = parts.types ?? NO_BYTES
    this.slots = parts.slots ?? NO_UINTS
    this.ttls = parts.ttls ?? null
    this.minTimestamp = parts.minTimestamp
    this.maxTimestamp = parts.maxTimestamp
    this.maxSequence = parts.maxSequence
    this.hasMarkers = parts.hasMarkers
    this.sizeBytes = parts.sizeBytes
  }

  /** One a row (flat) or one a cell (general). Reads of a whole time range never ask. */
  get timestamps(): Float64Array {
    const timestamps = this.#timestamps
    return typeof timestamps === 'function' ? this.#loadTimestamps(timestamps) : timestamps
  }

  /** One a row (flat) or a cell (general); null: sequenceBase + row. */
  get sequences(): Float64Array | null {
    const sequences = this.#sequences
    return typeof sequences === 'function' ? this.#loadSequences(sequences) : sequences
  }

  get sequenceBase(): number {
    if (typeof this.#sequences === 'function') this.#loadSequences(this.#sequences)
    return this.#sequenceBase
  }

  /** The same rows with some of the columns. What one of the two decodes later, the other need not. */
  withColumns(columns: Column[]): RowBlock {
    return new RowBlock({
      ...this,
      columns,
      timestamps: () => this.timestamps,
      sequences: () => this.sequences ?? this.sequenceBase,
    })
  }

  #loadTimestamps(load: () => Float64Array): Float64Array {
    const timestamps = load()
    this.#timestamps = timestamps
    return timestamps
  }

  #loadSequences(load: () => Float64Array | number): Float64Array | null {
    const loaded = load()
    this.#sequences = typeof loaded === 'number' ? null : loaded
    if (typeof loaded === 'number') this.#sequenceBase = loaded
    return this.#sequences
  }
}

/** Group of row r. O(log groups) with suffixes, O(1) without. */
export function groupOfRow(block: RowBlock, row: number): number {
  if (block.suffixBytes === 0) return row
  const starts = block.groupStarts
  let low = 0
  let high = block.groupCount - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= row) low = middle
    else high = middle - 1
  }
  return low
}

/** A copy of row r's whole key. */
export function rowKeyOf(block: RowBlock, row: number, group: number = groupOfRow(block, row)): Uint8Array {
  const start = block.prefixOffsets[group]!
  const end = block.prefixOffsets[group + 1]!
  const key = new Uint8Array(end - start + block.suffixBytes)
  key.set(block.prefixData.subarray(start, end))
  if (block.suffixBytes === 4) {
    const at = end - start
    const suffix = block.suffixes[row]!
    key[at] = suffix >>> 24
    key[at + 1] = suffix >>> 16
    key[at + 2] = suffix >>> 8
    key[at + 3] = suffix
  }
  return key
}

/** Compares the key of row `aRow` (in group `aGroup`) with that of `bRow`; both blocks have the same suffixBytes. */
export function compareRows(
  a: RowBlock,
  aGroup: number,
  aRow: number,
  b: RowBlock,
  bGroup: number,
  bRow: number,
): number {
  const aStart = a.prefixOffsets[aGroup]!
  const aLength = a.prefixOffsets[aGroup + 1]! - aStart
  const bStart = b.prefixOffsets[bGroup]!
  const bLength = b.prefixOffsets[bGroup + 1]! - bStart
  const aData = a.prefixData
  const bData = b.prefixData
  const common = aLength < bLength ? aLength : bLength
  for (let i = 0; i < common; i++) {
    const d = aData[aStart + i]! - bData[bStart + i]!
    if (d !== 0) return d
  }
  if (a.suffixBytes === 0) return aLength - bLength
  if (aLength === bLength) return a.suffixes[aRow]! - b.suffixes[bRow]!
  return compareUnequalPrefixes(a, aGroup, aRow, b, bGroup, bRow)
}

/** Rare: prefixes of different length with an equal beginning. The suffix bytes take part in the comparison. */
function compareUnequalPrefixes(
  a: RowBlock,
  aGroup: number,
  aRow: number,
  b: RowBlock,
  bGroup: number,
  bRow: number,
): number {
  const aKey = rowKeyOf(a, aRow, aGroup)
  const bKey = rowKeyOf(b, bRow, bGroup)
  const common = Math.min(aKey.length, bKey.length)
  for (let i = 0; i < common; i++) {
    const d = aKey[i]! - bKey[i]!
    if (d !== 0) return d
  }
  return aKey.length - bKey.length
}

/** Compares row r's key with `key`. */
export function compareRowWithKey(block: RowBlock, group: number, row: number, key: Uint8Array): number {
  const start = block.prefixOffsets[group]!
  const length = block.prefixOffsets[group + 1]! - start
  const data = block.prefixData
  const common = length < key.length ? length : key.length
  for (let i = 0; i < common; i++) {
    const d = data[start + i]! - key[i]!
    if (d !== 0) return d
  }
  if (block.suffixBytes === 0) return length - key.length
  if (key.length <= length) return length + 4 - key.length
  const suffix = block.suffixes[row]!
  for (let i = 0; i < 4; i++) {
    if (length + i >= key.length) return 1
    const d = ((suffix >>> (24 - 8 * i)) & 0xff) - key[length + i]!
    if (d !== 0) return d
  }
  return length + 4 - key.length
}

/** The first row in [from, to) whose key is ≥ `key`, else `to`. O(log rows). Requires: sorted. */
export function lowerBoundRow(
  block: RowBlock,
  key: Uint8Array,
  from = 0,
  to: number = block.rowCount,
): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareRowWithKey(block, groupOfRow(block, middle), middle, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

export function rowSequence(block: RowBlock, row: number): number {
  return block.sequences === null ? block.sequenceBase + row : block.sequences[row]!
}

/**
 * A position in sorted rows. After `next()` answered true, rows [from, to) of `block` are the next run, from > 0 possibly.
 * Ascending cursors are read from → to - 1, reversed ones to - 1 → from. Synchronous; never yields an empty run.
 */
export interface RunCursor {
  block: RowBlock
  from: number
  to: number
  next(): boolean
  close(): void
}
