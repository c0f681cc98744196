/** Where a key cuts a sorted run of groups and the list of one group. */
import type { GroupTable } from './group-table.js'

const FIRST_SUFFIX = 0
const PAST_SUFFIXES = Number.POSITIVE_INFINITY

/** The first group of the run that may hold a row ≥ `key`: all rows of the groups before lie below it. */
export function firstGroupReaching(
  table: GroupTable,
  run: Uint32Array,
  key: Uint8Array,
  suffixBytes: 0 | 4,
): number {
  let low = 0
  let high = run.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (suffixFloor(table, run[middle]!, key, suffixBytes) === PAST_SUFFIXES) low = middle + 1
    else high = middle
  }
  return low
}

/** The first group of the run that holds only rows ≥ `key`. */
export function firstGroupAbove(
  table: GroupTable,
  run: Uint32Array,
  key: Uint8Array,
  suffixBytes: 0 | 4,
): number {
  let low = 0
  let high = run.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (suffixFloor(table, run[middle]!, key, suffixBytes) !== FIRST_SUFFIX) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows of the group with at least this suffix are ≥ `key`: 0 = all of them, infinite = none. */
export function suffixFloor(table: GroupTable, group: number, key: Uint8Array, suffixBytes: 0 | 4): number {
  const { offsets, data } = table.prefixes
  const start = offsets[group]!
  const length = offsets[group + 1]! - start
  const common = Math.min(length, key.length)
  for (let i = 0; i < common; i++) {
    const d = data[start + i]! - key[i]!
    if (d !== 0) return d < 0 ? PAST_SUFFIXES : FIRST_SUFFIX
  }
  if (key.length <= length) return FIRST_SUFFIX
  if (suffixBytes === 0) return PAST_SUFFIXES
  let floor = 0
  for (let i = 0; i < 4; i++) floor = floor * 256 + (key[length + i] ?? 0)
  // A longer key lies above the row that it begins with.
  if (key.length > length + 4) floor++
  return floor > 0xffffffff ? PAST_SUFFIXES : floor
}

/** Compares row (group a, suffix) with (group b, suffix): whole keys, whatever the lengths of the prefixes. */
export function compareEntries(
  table: GroupTable,
  a: number,
  aSuffix: number,
  b: number,
  bSuffix: number,
): number {
  const { offsets, data } = table.prefixes
  const aStart = offsets[a]!
  const bStart = offsets[b]!
  const aLength = offsets[a + 1]! - aStart
  const bLength = offsets[b + 1]! - bStart
  const aEnd = aLength + 4
  const bEnd = bLength + 4
  for (let i = 0; i < aEnd && i < bEnd; i++) {
    const aByte = i < aLength ? data[aStart + i]! : (aSuffix >>> (24 - 8 * (i - aLength))) & 0xff
    const bByte = i < bLength ? data[bStart + i]! : (bSuffix >>> (24 - 8 * (i - bLength))) & 0xff
    if (aByte !== bByte) return aByte - bByte
  }
  return aEnd - bEnd
}
