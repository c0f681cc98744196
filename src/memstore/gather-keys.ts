import { NO_UINTS } from '../model/row-block.js'
import type { GroupTable } from './group-table.js'
import type { RowPicks } from './row-picks.js'

export interface GatheredKeys {
  groupStarts: Uint32Array
  prefixOffsets: Uint32Array
  prefixData: Uint8Array
  suffixes: Uint32Array
}

/** The keys of picks [from, to), no two of them equal, as those of a RowBlock. */
export function gatherKeys(
  table: GroupTable,
  picks: RowPicks,
  from: number,
  to: number,
  suffixBytes: 0 | 4,
): GatheredKeys {
  const { offsets, data } = table.prefixes
  const { groups } = picks
  let groupCount = 0
  let prefixBytes = 0
  for (let i = from; i < to; i++) {
    if (i > from && groups[i] === groups[i - 1]) continue
    groupCount++
    prefixBytes += offsets[groups[i]! + 1]! - offsets[groups[i]!]!
  }
  const groupStarts = suffixBytes === 4 ? new Uint32Array(groupCount + 1) : NO_UINTS
  const prefixOffsets = new Uint32Array(groupCount + 1)
  const prefixData = new Uint8Array(prefixBytes)
  let group = 0
  let at = 0
  for (let i = from; i < to; i++) {
    if (i > from && groups[i] === groups[i - 1]) continue
    if (suffixBytes === 4) groupStarts[group] = i - from
    const end = offsets[groups[i]! + 1]!
    for (let j = offsets[groups[i]!]!; j < end; j++) prefixData[at++] = data[j]!
    prefixOffsets[++group] = at
  }
  if (suffixBytes === 4) groupStarts[groupCount] = to - from
  const suffixes = suffixBytes === 4 ? picks.suffixes.slice(from, to) : NO_UINTS
  return { groupStarts, prefixOffsets, prefixData, suffixes }
}
