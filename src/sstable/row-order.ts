import { compareRows, type RowBlock } from '../model/row-block.js'

/** The first row that is not above the one before it, -1 when all rows ascend. O(rows). */
export function firstUnsortedRow(block: RowBlock): number {
  for (let group = 0; group < block.groupCount; group++) {
    const first = block.suffixBytes === 4 ? block.groupStarts[group]! : group
    if (group > 0 && compareRows(block, group - 1, first - 1, block, group, first) >= 0) return first
    if (block.suffixBytes === 0) continue
    const { suffixes } = block
    const end = block.groupStarts[group + 1]!
    for (let row = first + 1; row < end; row++) if (suffixes[row - 1]! >= suffixes[row]!) return row
  }
  return -1
}
