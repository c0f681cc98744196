/** Which rows a filter can let through at all: what lies outside need not be read. Pure. */
import { compareBytes, EMPTY, keySuccessor, prefixSuccessor } from '../util/bytes.js'
import type { CompareNode, FilterNode } from './filter-node.js'

/** Rows [start, stop); an empty stop is open. */
export interface KeyRange {
  readonly start: Uint8Array
  readonly stop: Uint8Array
}

/** Ascending, apart from each other; null = any row. No ranges: none. */
export type KeyRanges = readonly KeyRange[] | null

export function filterRanges(node: FilterNode, reversed: boolean): KeyRanges {
  return outlastsRows(node) ? null : rangesOf(node, reversed)
}

/** Filters that remember rows which they refused: leaving such rows out would change what comes after. */
function outlastsRows(node: FilterNode): boolean {
  if (node.name === 'FilterList') return node.filters.some(outlastsRows)
  return node.name === 'WhileMatchFilter' || node.name === 'ColumnCountGetFilter'
}

function rangesOf(node: FilterNode, reversed: boolean): KeyRanges {
  switch (node.name) {
    case 'PrefixFilter':
      return [prefixRange(node.prefix)]
    case 'InclusiveStopFilter':
      return reversed
        ? [{ start: node.stop, stop: EMPTY }]
        : [{ start: EMPTY, stop: keySuccessor(node.stop) }]
    case 'RowFilter':
      return rowFilterRanges(node)
    case 'MultiRowRangeFilter':
      return node.ranges.map(({ start, startIn, stop, stopIn }) => ({
        start: startIn ? start : keySuccessor(start),
        stop: stopIn && stop.length > 0 ? keySuccessor(stop) : stop,
      }))
    case 'FilterList': {
      if (node.filters.length === 0) return null
      const all = node.filters.map((member) => rangesOf(member, reversed))
      return node.isAnd ? all.reduce(intersect) : all.reduce(unite)
    }
    default:
      return null
  }
}

function prefixRange(prefix: Uint8Array): KeyRange {
  return { start: prefix, stop: prefixSuccessor(prefix) }
}

function rowFilterRanges({ op, comparator }: CompareNode): KeyRanges {
  if (op === 'NO_OP') return []
  const isPrefix = comparator.name === 'BinaryPrefixComparator'
  if (!isPrefix && comparator.name !== 'BinaryComparator') return null
  const { value } = comparator
  // Keys below `value`, equal to it (those that begin with it), above.
  const behind = isPrefix ? prefixSuccessor(value) : keySuccessor(value)
  const below: KeyRange[] = value.length === 0 ? [] : [{ start: EMPTY, stop: value }]
  const above: KeyRange[] = behind.length === 0 ? [] : [{ start: behind, stop: EMPTY }]
  switch (op) {
    case 'LESS':
      return below
    case 'LESS_OR_EQUAL':
      return [{ start: EMPTY, stop: behind }]
    case 'EQUAL':
      return [{ start: value, stop: behind }]
    case 'NOT_EQUAL':
      return [...below, ...above]
    case 'GREATER_OR_EQUAL':
      return [{ start: value, stop: EMPTY }]
    case 'GREATER':
      return above
  }
}

export function intersect(a: KeyRanges, b: KeyRanges): KeyRanges {
  if (a === null || b === null) return a ?? b
  const both: KeyRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const start = compareBytes(a[i]!.start, b[j]!.start) >= 0 ? a[i]!.start : b[j]!.start
    const stop = compareStops(a[i]!.stop, b[j]!.stop) <= 0 ? a[i]!.stop : b[j]!.stop
    if (stop.length === 0 || compareBytes(start, stop) < 0) both.push({ start, stop })
    if (compareStops(a[i]!.stop, b[j]!.stop) <= 0) i++
    else j++
  }
  return both
}

function unite(a: KeyRanges, b: KeyRanges): KeyRanges {
  if (a === null || b === null) return null
  const joined: KeyRange[] = []
  for (const range of [...a, ...b].sort((x, y) => compareBytes(x.start, y.start))) {
    const last = joined.at(-1)
    if (last === undefined || (last.stop.length > 0 && compareBytes(last.stop, range.start) < 0)) {
      joined.push(range)
    } else if (compareStops(range.stop, last.stop) > 0) {
      joined[joined.length - 1] = { start: last.start, stop: range.stop }
    }
  }
  return joined
}

/** An empty stop lies behind all others. */
function compareStops(a: Uint8Array, b: Uint8Array): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  return compareBytes(a, b)
}
