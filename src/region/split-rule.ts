/** HBase's split policies: above which size a region of a table splits, and which keys may part its rows. Pure. */

import type { TableDescriptor } from '../model/descriptor.js'
import { parseSplitPolicy } from '../model/split-policy-text.js'
import { compareBytes, utf8 } from '../util/bytes.js'

/** More regions than this: every policy waits for the full size. */
const GROWING_REGIONS_MAX = 100

/** What the size depends on. */
export interface SplitFacts {
  /** Regions of the table. */
  readonly regions: number
  /** MemStore bytes that start a flush. */
  readonly flushBytes: number
}

/** A region whose largest store is above this splits; Infinity: never by itself. */
export function splitThreshold(
  table: Pick<TableDescriptor, 'splitPolicy' | 'regionBytesMax'>,
  { regions, flushBytes }: SplitFacts,
): number {
  const { size } = parseSplitPolicy(table.splitPolicy ?? 'CONSTANT_SIZE')
  const { regionBytesMax } = table
  const first = Math.min(regionBytesMax, 2 * flushBytes)
  if (size === 'DISABLED') return Number.POSITIVE_INFINITY
  if (size === 'STEPPING') return regions === 1 ? first : regionBytesMax
  if (size === 'INCREASING_TO_UPPER_BOUND' && regions > 0 && regions <= GROWING_REGIONS_MAX)
    return Math.min(regionBytesMax, first * regions ** 3)
  return regionBytesMax
}

/** The policy's key for a split near `key`; null where rows that belong together fill the region from its `start` on. */
export function restrictedSplitKey(
  table: Pick<TableDescriptor, 'splitPolicy'>,
  start: Uint8Array,
  key: Uint8Array,
): Uint8Array | null {
  const { prefixBytes, delimiter } = parseSplitPolicy(table.splitPolicy ?? 'CONSTANT_SIZE')
  const length = prefixBytes > 0 ? Math.min(prefixBytes, key.length) : prefixEnd(key, delimiter)
  const restricted = length === key.length ? key : key.slice(0, length)
  return compareBytes(restricted, start) > 0 ? restricted : null
}

/** Up to the delimiter; the whole key where there is none. */
function prefixEnd(key: Uint8Array, delimiter: string): number {
  if (delimiter === '') return key.length
  const at = Buffer.from(key.buffer, key.byteOffset, key.length).indexOf(utf8(delimiter))
  return at <= 0 ? key.length : at
}
