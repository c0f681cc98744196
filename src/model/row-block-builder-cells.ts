import { copyF64, copyU8, roomForF64, roomForU8, roomForU32 } from './growable.js'
import { NO_BYTES, NO_NUMBERS, NO_UINTS, type RowBlock } from './row-block.js'

/** Rows of more cells are sorted by the built-in sort. */
const INSERTION_MAX = 32

/** Cells in row-major order: the general layout while it is being built, or the cells of one row on their way in. */
export class CellList {
  count = 0
  columns: Uint32Array = NO_UINTS
  slots: Uint32Array = NO_UINTS
  timestamps: Float64Array = NO_NUMBERS
  types: Uint8Array = NO_BYTES
  sequences: Float64Array = NO_NUMBERS
  ttls: Float64Array = NO_NUMBERS
  hasTtls = false

  reserve(more: number): void {
    if (this.count + more <= this.columns.length) return
    this.columns = roomForU32(this.columns, this.count, more)
    this.slots = roomForU32(this.slots, this.count, more)
    this.timestamps = roomForF64(this.timestamps, this.count, more)
    this.types = roomForU8(this.types, this.count, more)
    this.sequences = roomForF64(this.sequences, this.count, more)
    this.ttls = roomForF64(this.ttls, this.count, more)
  }

  push(column: number, slot: number, timestamp: number, type: number, sequence: number, ttlMs: number): void {
    const i = this.count
    if (i === this.columns.length) this.reserve(1)
    this.columns[i] = column
    this.slots[i] = slot
    this.timestamps[i] = timestamp
    this.types[i] = type
    this.sequences[i] = sequence
    this.ttls[i] = ttlMs
    if (!Number.isNaN(ttlMs)) this.hasTtls = true
    this.count = i + 1
  }

  /** Appends cell i of another list. */
  pushFrom(other: CellList, i: number): void {
    this.push(
      other.columns[i]!,
      other.slots[i]!,
      other.timestamps[i]!,
      other.types[i]!,
      other.sequences[i]!,
      other.ttls[i]!,
    )
  }

  /** Appends stamps and types of cells [from, to) of a general block with sequences; columns and slots are the caller's to set. */
  appendStamps(block: RowBlock, from: number, to: number): void {
    const at = this.count
    this.reserve(to - from)
    copyF64(block.timestamps, from, to, this.timestamps, at)
    copyU8(block.types, from, to, this.types, at)
    if (block.sequences !== null) copyF64(block.sequences, from, to, this.sequences, at)
    if (block.ttls === null) this.ttls.fill(Number.NaN, at, at + to - from)
    else copyF64(block.ttls, from, to, this.ttls, at)
    if (block.ttls !== null) this.hasTtls ||= hasNumber(block.ttls, from, to)
    this.count += to - from
  }

  clear(): void {
    this.count = 0
    this.hasTtls = false
  }
}

function hasNumber(values: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (!Number.isNaN(values[i])) return true
  }
  return false
}

/** Indexes of the cells in HBase's order (`ranks`: column → position by qualifier), or null when they lie in it already. */
export function orderOfCells(cells: CellList, ranks: Uint32Array): Uint32Array | null {
  const { count } = cells
  let sorted = 1
  while (sorted < count && compareCells(cells, ranks, sorted - 1, sorted) <= 0) sorted++
  if (sorted >= count) return null
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  if (count > INSERTION_MAX) return order.sort((a, b) => compareCells(cells, ranks, a, b) || a - b)
  for (let i = sorted; i < count; i++) {
    let j = i
    for (; j > 0 && compareCells(cells, ranks, order[j - 1]!, i) > 0; j--) order[j] = order[j - 1]!
    order[j] = i
  }
  return order
}

/** Column ascending, timestamp descending, type descending, sequence descending. */
function compareCells(cells: CellList, ranks: Uint32Array, a: number, b: number): number {
  if (cells.columns[a] !== cells.columns[b]) return ranks[cells.columns[a]!]! - ranks[cells.columns[b]!]!
  return (
    cells.timestamps[b]! - cells.timestamps[a]! ||
    cells.types[b]! - cells.types[a]! ||
    cells.sequences[b]! - cells.sequences[a]!
  )
}

/** Whether the cells make a row of the flat layout; that no column comes twice is the caller's to know. */
export function isUniformPuts(cells: CellList, put: number): boolean {
  if (cells.hasTtls) return false
  const timestamp = cells.timestamps[0]
  const sequence = cells.sequences[0]
  for (let i = 0; i < cells.count; i++) {
    if (cells.types[i] !== put || cells.timestamps[i] !== timestamp || cells.sequences[i] !== sequence)
      return false
  }
  return true
}

/** The row of a cell of a general block. O(log rows). */
export function rowOfCell(block: RowBlock, cell: number): number {
  let low = 0
  let high = block.rowCount - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (block.rowStarts[middle]! <= cell) low = middle
    else high = middle - 1
  }
  return low
}

/** values[at + i] = first + i. */
export function fillCounting(
  values: Float64Array | Uint32Array,
  at: number,
  count: number,
  first: number,
): void {
  for (let i = 0; i < count; i++) values[at + i] = first + i
}
