import type { ScanRange } from '../model/scan-range.js'
import { compareEntries, firstGroupAbove, firstGroupReaching, suffixFloor } from './key-bounds.js'
import type { RowIndex } from './row-index.js'
import type { RowPicks } from './row-picks.js'

/** Up to so many unsorted entries are searched one by one rather than sorted for a lookup. */
const TAIL_SEARCH_MAX = 64

/** Where a pick stands in one sorted run of groups. Entries are of the list of `group`. */
interface Head {
  readonly run: Uint32Array
  /** Places in the run within the range: [first, last]. */
  readonly first: number
  readonly last: number
  at: number
  group: number
  entry: number
  entryEnd: number
}

/** Picks up to `rowsMax` rows of the range with ordinals below `limit`: the first ones, or reversed the last ones. */
export function pickRows(
  index: RowIndex,
  limit: number,
  range: ScanRange,
  rowsMax: number,
  picks: RowPicks,
): void {
  picks.clear()
  const step = range.reversed ? -1 : 1
  const heads: Head[] = []
  for (const run of index.order.runs()) {
    const head = headOf(index, run, range)
    if (enterGroup(index, head, range)) heads.push(head)
  }
  while (heads.length > 0 && picks.rowCount < rowsMax) {
    const lowest = indexOfNext(index, heads, -1, step)
    const head = heads[lowest]!
    if (heads.length === 1) {
      takeEntries(index, head, limit, rowsMax, picks)
    } else {
      const barrier = heads[indexOfNext(index, heads, lowest, step)]!
      if (isWhollyBefore(index, head, barrier, step)) takeEntries(index, head, limit, rowsMax, picks)
      else takeOneRow(index, head, limit, picks)
    }
    if (head.entry !== head.entryEnd) continue
    head.at += step
    if (!enterGroup(index, head, range)) heads.splice(lowest, 1)
  }
  if (range.reversed) picks.reverse()
}

/** Picks all that was written below `limit` under one key. O(1) mostly. */
export function pickRow(index: RowIndex, limit: number, key: Uint8Array, picks: RowPicks): void {
  picks.clear()
  const prefixEnd = key.length - index.suffixBytes
  const group = prefixEnd < 0 ? -1 : index.table.find(key, 0, prefixEnd)
  if (group < 0) return
  const { lists } = index
  if (lists.countOf(group) - lists.sortedCountOf(group) > TAIL_SEARCH_MAX) lists.sort(group)
  const suffix = suffixFloor(index.table, group, key, index.suffixBytes)
  const { entries } = lists
  const start = lists.startOf(group)
  const sortedEnd = start + lists.sortedCountOf(group)
  const end = start + lists.countOf(group)
  for (let i = start + lists.lowerBound(group, suffix); i < end; i++) {
    const isSame = entries[2 * i] === suffix
    if (isSame && entries[2 * i + 1]! < limit) picks.push(group, suffix, entries[2 * i + 1]!)
    if (!isSame && i < sortedEnd) i = sortedEnd - 1
  }
}

function headOf(index: RowIndex, run: Uint32Array, range: ScanRange): Head {
  const { start, stop, reversed } = range
  const first = start.length === 0 ? 0 : firstGroupReaching(index.table, run, start, index.suffixBytes)
  const end = stop.length === 0 ? run.length : firstGroupAbove(index.table, run, stop, index.suffixBytes)
  return { run, first, last: end - 1, at: reversed ? end - 1 : first, group: 0, entry: 0, entryEnd: 0 }
}

/** Goes to the next group with entries in the range, from head.at on. False at the end. */
function enterGroup(index: RowIndex, head: Head, range: ScanRange): boolean {
  const { lists } = index
  const step = range.reversed ? -1 : 1
  for (; head.at >= head.first && head.at <= head.last; head.at += step) {
    const group = head.run[head.at]!
    lists.sort(group)
    // Only the outermost groups of the range can be cut.
    const low = head.at === head.first && range.start.length > 0 ? entryFloor(index, group, range.start) : 0
    const isCut = head.at === head.last && range.stop.length > 0
    const high = isCut ? entryFloor(index, group, range.stop) : lists.countOf(group)
    if (low >= high) continue
    head.group = group
    head.entry = range.reversed ? high - 1 : low
    head.entryEnd = range.reversed ? low - 1 : high
    return true
  }
  return false
}

function entryFloor(index: RowIndex, group: number, key: Uint8Array): number {
  return index.lists.lowerBound(group, suffixFloor(index.table, group, key, index.suffixBytes))
}

/** The head whose row comes first, `except` left out. */
function indexOfNext(index: RowIndex, heads: readonly Head[], except: number, step: number): number {
  let best = -1
  for (let i = 0; i < heads.length; i++) {
    if (i === except) continue
    if (best < 0 || compareHeads(index, heads[i]!, heads[best]!) * step < 0) best = i
  }
  return best
}

function compareHeads(index: RowIndex, a: Head, b: Head): number {
  const { table, lists } = index
  if (index.suffixBytes === 0) return table.compare(a.group, b.group)
  const aSuffix = lists.entries[2 * (lists.startOf(a.group) + a.entry)]!
  const bSuffix = lists.entries[2 * (lists.startOf(b.group) + b.entry)]!
  return compareEntries(table, a.group, aSuffix, b.group, bSuffix)
}

/** Whether all rows of the head's group come before those of the barrier's; the head's row does. */
function isWhollyBefore(index: RowIndex, head: Head, barrier: Head, step: number): boolean {
  if (index.suffixBytes === 0) return true
  const { table } = index
  if (table.isBeginning(head.group, barrier.group) || table.isBeginning(barrier.group, head.group))
    return false
  return table.compare(head.group, barrier.group) * step < 0
}

/** Takes entries of the head's group, to its end or until there are `rowsMax` rows. */
function takeEntries(index: RowIndex, head: Head, limit: number, rowsMax: number, picks: RowPicks): void {
  const { entries } = index.lists
  const { group, entryEnd } = head
  const start = index.lists.startOf(group)
  const step = entryEnd < head.entry ? -1 : 1
  let entry = head.entry
  for (; entry !== entryEnd; entry += step) {
    const suffix = entries[2 * (start + entry)]!
    if (picks.rowCount === rowsMax && !picks.endsWith(group, suffix)) break
    const ordinal = entries[2 * (start + entry) + 1]!
    if (ordinal < limit) picks.push(group, suffix, ordinal)
  }
  head.entry = entry
}

function takeOneRow(index: RowIndex, head: Head, limit: number, picks: RowPicks): void {
  const { entries } = index.lists
  const start = index.lists.startOf(head.group)
  const step = head.entryEnd < head.entry ? -1 : 1
  const suffix = entries[2 * (start + head.entry)]!
  while (head.entry !== head.entryEnd && entries[2 * (start + head.entry)] === suffix) {
    const ordinal = entries[2 * (start + head.entry) + 1]!
    if (ordinal < limit) picks.push(head.group, suffix, ordinal)
    head.entry += step
  }
}
