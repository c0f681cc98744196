import type { ByteEntries } from './bytes-codec.js'

/** A dictionary must be this much shorter than the column. */
const DISTINCT_RATIO = 4
const COUNT_MIN = 8
/** Longer values are hardly ever equal, and costly to hash. */
const AVERAGE_BYTES_MAX = 512

export interface ValueDictionary {
  /** Entry of the source for each distinct value, in the order of appearance. */
  readonly entries: Uint32Array
  /** For each value, its place in `entries`. */
  readonly codes: Uint32Array
}

/** The distinct values among entries[0, count), or null where a dictionary would not pay. O(bytes). */
export function buildDictionary(
  from: ByteEntries,
  entries: Uint32Array,
  count: number,
): ValueDictionary | null {
  const distinctMax = Math.floor(count / DISTINCT_RATIO)
  if (count < COUNT_MIN) return null
  const { offsets, data } = from
  const slots = tableSize(distinctMax)
  const table = new Uint32Array(slots)
  const mask = slots - 1
  const distinct = new Uint32Array(distinctMax)
  const codes = new Uint32Array(count)
  let found = 0
  let bytes = 0
  for (let i = 0; i < count; i++) {
    const start = offsets[entries[i]!]!
    const end = offsets[entries[i]! + 1]!
    bytes += end - start
    if (bytes > AVERAGE_BYTES_MAX * count) return null
    let slot = hashBytes(data, start, end) & mask
    // Open addressing: the table is at most half full, so a free slot always ends the search.
    while (table[slot] !== 0 && !sameBytes(from, distinct[table[slot]! - 1]!, start, end))
      slot = (slot + 1) & mask
    if (table[slot] === 0) {
      if (found === distinctMax) return null
      distinct[found++] = entries[i]!
      table[slot] = found
    }
    codes[i] = table[slot]! - 1
  }
  return { entries: distinct.subarray(0, found), codes }
}

function tableSize(distinctMax: number): number {
  let size = 16
  while (size < distinctMax * 2) size *= 2
  return size
}

function hashBytes(data: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ data[i]!, 0x01000193)
  return h ^ (h >>> 15)
}

function sameBytes(from: ByteEntries, entry: number, start: number, end: number): boolean {
  const at = from.offsets[entry]!
  if (from.offsets[entry + 1]! - at !== end - start) return false
  const data = from.data
  for (let i = 0; i < end - start; i++) if (data[at + i] !== data[start + i]) return false
  return true
}
