/** When and where a region splits: a pure decider over its files. */

import type { TableDescriptor } from '../model/descriptor.js'
import type { SstableReader } from '../sstable/sstable-reader.js'
import { compareBytes } from '../util/bytes.js'
import type { Region } from './region.js'
import { restrictedSplitKey, type SplitFacts, splitThreshold } from './split-rule.js'

/**
 * The key to split at, or null. Size is that of the largest store (HBase 2.x); a region with files that reach beyond it
 * (fresh from a split) waits for its compaction.
 */
export function shouldSplit(region: Region, table: TableDescriptor, facts: SplitFacts): Uint8Array | null {
  if (region.largestStoreBytes <= splitThreshold(table, facts)) return null
  for (let family = 0; family < region.familyCount; family++) {
    if (region.files(family).some((file) => reachesBeyond(region, file.meta))) return null
  }
  const key = middleKey(region)
  return key === null ? null : restrictedSplitKey(table, region.descriptor.start, key)
}

/** The file holds rows of other regions, too: it comes from a split or a bulk load. */
export function reachesBeyond(
  region: Region,
  file: { readonly firstRow: Uint8Array; readonly lastRow: Uint8Array },
): boolean {
  const { start, stop } = region.descriptor
  const { firstRow, lastRow } = file
  return compareBytes(firstRow, start) < 0 || (stop.length > 0 && compareBytes(lastRow, stop) >= 0)
}

/** The first row of the middle block of the largest file that lies strictly inside the region, or null. */
export function middleKey(region: Region): Uint8Array | null {
  let largest: SstableReader | null = null
  for (let family = 0; family < region.familyCount; family++) {
    for (const file of region.files(family))
      if (largest === null || file.meta.bytes > largest.meta.bytes) largest = file
  }
  if (largest === null) return null
  const { start, stop } = region.descriptor
  const inside: Uint8Array[] = []
  for (let block = 0; block < largest.blocks.count; block++) {
    const key = largest.blocks.firstRow(block)
    const isInside = compareBytes(key, start) > 0 && (stop.length === 0 || compareBytes(key, stop) < 0)
    if (isInside && (inside.length === 0 || compareBytes(key, inside.at(-1)!) > 0)) inside.push(key)
  }
  return inside[inside.length >> 1] ?? null
}
