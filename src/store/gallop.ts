/**
 * Searching for a foreign key from where a cursor stands: steps that double, then halves, so that a run of n rows costs
 * O(log n) comparisons wherever it ends. By groups first: rows of one group differ in the suffix alone.
 */
import { compareRows, type RowBlock } from '../model/row-block.js'

/** The first row in (from, to) whose key is ≥ that of `otherRow`, else `to`. Requires: row `from`, of `group`, lies below. */
export function gallopUp(
  block: RowBlock,
  group: number,
  from: number,
  to: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  if (block.suffixBytes === 0) return upInGroups(block, from, to, other, otherGroup, otherRow)
  const starts = block.groupStarts
  const end = starts[group + 1]!
  if (end < to && compareRows(block, group + 1, end, other, otherGroup, otherRow) < 0) {
    const above = upInGroups(block, group + 1, groupsUntil(block, group + 1, to), other, otherGroup, otherRow)
    const until = above < block.groupCount && starts[above]! < to ? starts[above]! : to
    return upInGroup(block, above - 1, starts[above - 1]!, until, other, otherGroup, otherRow)
  }
  return upInGroup(block, group, from, Math.min(end, to), other, otherGroup, otherRow)
}

/** One past the last group that begins before row `to`. */
function groupsUntil(block: RowBlock, group: number, to: number): number {
  const starts = block.groupStarts
  let low = group
  let high = block.groupCount
  if (starts[high - 1]! < to) return high
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! < to) low = middle
    else high = middle
  }
  return high
}

/** The first group in (from, to) whose first row is ≥ the key, else `to`. Group `from` begins below. */
function upInGroups(
  block: RowBlock,
  from: number,
  to: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  const starts = block.suffixBytes === 0 ? null : block.groupStarts
  let low = from
  let high = to
  for (let step = 1; low + step < to; step *= 2) {
    const next = low + step
    if (compareRows(block, next, starts === null ? next : starts[next]!, other, otherGroup, otherRow) >= 0) {
      high = next
      break
    }
    low = next
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (
      compareRows(block, middle, starts === null ? middle : starts[middle]!, other, otherGroup, otherRow) < 0
    ) {
      low = middle
    } else high = middle
  }
  return high
}

/** Rows (from, to) of one group: row `from` lies below the key. */
function upInGroup(
  block: RowBlock,
  group: number,
  from: number,
  to: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  if (!sameLength(block, group, other, otherGroup)) {
    return upByRows(block, group, from, to, other, otherGroup, otherRow)
  }
  // Prefixes of one length that differ put the whole group on one side.
  if (compareRows(block, group, to - 1, other, otherGroup, otherRow) < 0) return to
  const suffixes = block.suffixes
  const target = other.suffixes[otherRow]!
  let low = from
  let high = to - 1
  for (let step = 1; low + step < high; step *= 2) {
    if (suffixes[low + step]! >= target) {
      high = low + step
      break
    }
    low += step
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (suffixes[middle]! < target) low = middle
    else high = middle
  }
  return high
}

/** Rare: prefixes of different lengths, where suffix bytes meet prefix bytes. */
function upByRows(
  block: RowBlock,
  group: number,
  from: number,
  to: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (compareRows(block, group, middle, other, otherGroup, otherRow) < 0) low = middle
    else high = middle
  }
  return high
}

function sameLength(block: RowBlock, group: number, other: RowBlock, otherGroup: number): boolean {
  return (
    block.prefixOffsets[group + 1]! - block.prefixOffsets[group]! ===
    other.prefixOffsets[otherGroup + 1]! - other.prefixOffsets[otherGroup]!
  )
}

/**
 * Going down: the first row in [from, last] from which on all keys lie above that of `otherRow`.
 * Requires: row `last`, of `group`, lies above.
 */
export function gallopDown(
  block: RowBlock,
  group: number,
  from: number,
  last: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  let high = last
  let highGroup = group
  for (let step = 1; high > from; step *= 2) {
    const next = Math.max(high - step, from)
    const nextGroup = groupAtOrBefore(block, highGroup, next)
    if (compareRows(block, nextGroup, next, other, otherGroup, otherRow) <= 0) {
      return downBetween(block, nextGroup, next, high, other, otherGroup, otherRow)
    }
    high = next
    highGroup = nextGroup
  }
  return high
}

/** Row `low` is at or below the key, row `high` above. */
function downBetween(
  block: RowBlock,
  lowGroup: number,
  low: number,
  high: number,
  other: RowBlock,
  otherGroup: number,
  otherRow: number,
): number {
  let below = low
  let above = high
  let belowGroup = lowGroup
  while (above - below > 1) {
    const middle = (below + above) >>> 1
    const group = groupAtOrAfter(block, belowGroup, middle)
    if (compareRows(block, group, middle, other, otherGroup, otherRow) <= 0) {
      below = middle
      belowGroup = group
    } else above = middle
  }
  return above
}

/** The group of `row`, which lies in `group` or before it. */
export function groupAtOrBefore(block: RowBlock, group: number, row: number): number {
  if (block.suffixBytes === 0) return row
  const starts = block.groupStarts
  if (starts[group]! <= row) return group
  let low = 0
  let high = group
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= row) low = middle
    else high = middle
  }
  return low
}

/** The group of `row`, which lies in `group` or after it. */
export function groupAtOrAfter(block: RowBlock, group: number, row: number): number {
  if (block.suffixBytes === 0) return row
  const starts = block.groupStarts
  if (row < starts[group + 1]!) return group
  if (row < starts[group + 2]!) return group + 1
  let low = group + 1
  let high = block.groupCount
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= row) low = middle
    else high = middle
  }
  return low
}
