/** Pages are cut so that one write of a page stays one WAL record: all or nothing, together with its checkpoint. */
import type { RawRow } from './source.js'

/** Half of what one record holds: a lookup may add columns, and text may take more bytes than it has characters. */
export const PAGE_BYTES_MAX: number = 1024 * 1024

const FIXED_BYTES = 9

/** The end of the rows from `from` that fit into `bytesMax` (at least one row), and their rough size. */
export function bytesCut(
  rows: readonly RawRow[],
  from: number,
  bytesMax: number,
): { to: number; bytes: number } {
  let bytes = 0
  let to = from
  while (to < rows.length) {
    const size = rowBytes(rows[to]!)
    if (to > from && bytes + size > bytesMax) break
    bytes += size
    to++
  }
  return { to, bytes }
}

function rowBytes(row: RawRow): number {
  let bytes = 0
  for (let i = 0; i < row.length; i++) {
    const value = row[i]
    if (typeof value === 'string') bytes += value.length + FIXED_BYTES
    else if (value instanceof Uint8Array) bytes += value.length + FIXED_BYTES
    else bytes += FIXED_BYTES
  }
  return bytes
}
