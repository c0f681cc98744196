/** How much rows weigh, decoded: where a writer cuts its blocks. */
import { type Column, Kind, type RowBlock } from '../model/row-block.js'

const KEY_AND_STAMP_BYTES = 24
const CELL_BYTES = 25
const SLOT_BYTES = 8

/** Rows up to `row`, and what they weigh. Reused: read it before the next call. */
export interface Fit {
  row: number
  bytes: number
}
const fit: Fit = { row: 0, bytes: 0 }

/**
 * The most rows from `from` on that weigh `bytesMax` in all, at least `rowsMin`, at most up to `to`. O(1) for flat blocks
 * without byte columns, else O(cells).
 */
export function rowsWithin(
  block: RowBlock,
  from: number,
  to: number,
  bytesMax: number,
  rowsMin: number,
): Fit {
  const fixed = block.flat ? fixedRowBytes(block) : 0
  if (fixed > 0) {
    fit.row = Math.min(to, from + Math.max(rowsMin, Math.floor(bytesMax / fixed)))
    fit.bytes = (fit.row - from) * fixed
    return fit
  }
  const columns = block.columns
  for (let c = 0; c < columns.length; c++) columns[c]!.ready()
  let bytes = 0
  let row = from
  for (; row < to; row++) {
    const more = block.flat ? flatRowBytes(block, row) : generalRowBytes(block, row)
    if (bytes + more > bytesMax && row - from >= rowsMin) break
    bytes += more
  }
  fit.row = row
  fit.bytes = bytes
  return fit
}

/** Bytes of every row of a flat block, 0 when they differ. */
function fixedRowBytes(block: RowBlock): number {
  const columns = block.columns
  for (let c = 0; c < columns.length; c++) if (columns[c]!.ready().kind === Kind.Bytes) return 0
  // Without suffixes each row has a key of its own length; the mean is near enough but for huge keys.
  const keys = block.prefixData.length / block.rowCount
  return KEY_AND_STAMP_BYTES + Math.ceil(keys) + SLOT_BYTES * columns.length
}

function flatRowBytes(block: RowBlock, row: number): number {
  const columns = block.columns
  let bytes = KEY_AND_STAMP_BYTES + keyBytes(block, row)
  for (let c = 0; c < columns.length; c++) bytes += slotWeight(columns[c]!, row)
  return bytes
}

function generalRowBytes(block: RowBlock, row: number): number {
  const { columns, cellColumns, slots, rowStarts } = block
  let bytes = KEY_AND_STAMP_BYTES + keyBytes(block, row)
  const end = rowStarts[row + 1]!
  for (let cell = rowStarts[row]!; cell < end; cell++) {
    bytes += CELL_BYTES + slotWeight(columns[cellColumns[cell]!]!, slots[cell]!)
  }
  return bytes
}

function keyBytes(block: RowBlock, row: number): number {
  // Long prefixes are mostly shared: each row carries its part.
  if (block.suffixBytes === 4) return 4 + Math.ceil(block.prefixData.length / block.rowCount)
  return block.prefixOffsets[row + 1]! - block.prefixOffsets[row]!
}

function slotWeight(column: Column, slot: number): number {
  if (column.kind !== Kind.Bytes) return SLOT_BYTES
  const entry = column.codes.length === 0 ? slot : column.codes[slot]!
  // The slot of a marker may lie anywhere.
  if (!(entry + 1 < column.offsets.length)) return SLOT_BYTES
  return SLOT_BYTES + column.offsets[entry + 1]! - column.offsets[entry]!
}
