/** From what the caller gave, a filter string or an object, to a FilterNode; every mistake is named. */
import { compareBytes, equalBytes } from '../util/bytes.js'
import { resolveComparator } from './filter-comparator.js'
import { FilterFields, filterInvalid } from './filter-fields.js'
import type { CompareNode, FilterNode, RowRangeNode } from './filter-node.js'
import { parseFilter } from './filter-parser.js'
import type { CompareOp, FilterSpec } from './filter-spec.js'

const DEPTH_MAX = 100
const INT_MAX = 2_147_483_647

const OPS: readonly CompareOp[] = [
  'LESS',
  'LESS_OR_EQUAL',
  'EQUAL',
  'NOT_EQUAL',
  'GREATER_OR_EQUAL',
  'GREATER',
  'NO_OP',
]

/** @throws INVALID_ARGUMENT */
export function resolveFilter(filter: string | FilterSpec): FilterNode {
  return resolve(typeof filter === 'string' ? parseFilter(filter) : filter, 0)
}

function resolve(spec: unknown, depth: number): FilterNode {
  if (depth > DEPTH_MAX) throw filterInvalid(`filters are nested more than ${DEPTH_MAX} deep`)
  const fields = new FilterFields(spec, 'a filter')
  if (fields.name === 'parse') return resolve(parseFilter(fields.text('string')), depth + 1)
  const node = wholeNode(fields, depth) ?? rowNode(fields) ?? columnNode(fields)
  if (node === null) throw filterInvalid(`there is no filter '${fields.name}'`)
  fields.done()
  return node
}

function compareOf(fields: FilterFields): CompareNode {
  return { op: fields.oneOf('op', OPS), comparator: resolveComparator(fields.any('comparator')) }
}

/** Filters that hold others, or look at rows and columns alike. */
function wholeNode(fields: FilterFields, depth: number): FilterNode | null {
  const { name } = fields
  switch (name) {
    case 'FilterList': {
      const isAnd = fields.oneOf('operator', ['MUST_PASS_ALL', 'MUST_PASS_ONE']) === 'MUST_PASS_ALL'
      return { name, isAnd, filters: fields.list('filters').map((item) => resolve(item, depth + 1)) }
    }
    case 'SkipFilter':
    case 'WhileMatchFilter':
      return { name, filter: resolve(fields.any('filter'), depth + 1) }
    case 'RowFilter':
    case 'FamilyFilter':
    case 'QualifierFilter':
    case 'ValueFilter':
      return { name, ...compareOf(fields) }
    case 'KeyOnlyFilter':
      return { name, lenAsVal: fields.flag('lenAsVal', false) }
    case 'FirstKeyOnlyFilter':
      return { name }
    case 'TimestampsFilter': {
      const timestamps = [...new Set(fields.countList('timestamps'))].sort((a, b) => a - b)
      return { name, timestamps, canHint: fields.flag('canHint', false) }
    }
    default:
      return null
  }
}

function rowNode(fields: FilterFields): FilterNode | null {
  const { name } = fields
  switch (name) {
    case 'PrefixFilter':
      return { name, prefix: fields.bytes('prefix') }
    case 'PageFilter':
      return { name, size: fields.count('size') }
    case 'InclusiveStopFilter':
      return { name, stop: fields.bytes('stop') }
    case 'RandomRowFilter':
      return { name, chance: fields.number('chance') }
    case 'FuzzyRowFilter':
      return { name, keys: (fields.tuples('keys', 'bb') as [Uint8Array, Uint8Array][]).map(fuzzyKey) }
    case 'MultiRowRangeFilter': {
      const tuples = fields.tuples('ranges', 'bfbf') as [Uint8Array, boolean, Uint8Array, boolean][]
      return {
        name,
        ranges: mergedRanges(
          tuples.map(([start, startIn, stop, stopIn]) => ({ start, startIn, stop, stopIn })),
        ),
      }
    }
    default:
      return null
  }
}

function fuzzyKey([key, mask]: [Uint8Array, Uint8Array]): { key: Uint8Array; mask: Uint8Array } {
  if (key.length !== mask.length) throw filterInvalid('FuzzyRowFilter: a key and its mask differ in length')
  if (mask.some((byte) => byte > 2))
    throw filterInvalid('FuzzyRowFilter: a mask has other bytes than 0 and 1')
  return { key, mask }
}

/** Ascending and joined where they overlap. */
function mergedRanges(ranges: readonly RowRangeNode[]): RowRangeNode[] {
  if (ranges.length === 0) throw filterInvalid('MultiRowRangeFilter: there are no ranges')
  for (const { start, stop, startIn, stopIn } of ranges) {
    const order = compareBytes(start, stop)
    if (stop.length > 0 && (order > 0 || (order === 0 && !(startIn && stopIn))))
      throw filterInvalid('MultiRowRangeFilter: a range ends before it begins')
  }
  const merged: RowRangeNode[] = []
  for (const range of ranges.toSorted(
    (a, b) => compareBytes(a.start, b.start) || Number(b.startIn) - Number(a.startIn),
  )) {
    const last = merged.at(-1)
    if (last === undefined || isApart(last, range)) merged.push(range)
    else if (isLater(range, last))
      merged[merged.length - 1] = { ...last, stop: range.stop, stopIn: range.stopIn }
  }
  return merged
}

function isApart(before: RowRangeNode, after: RowRangeNode): boolean {
  if (before.stop.length === 0) return false
  const order = compareBytes(before.stop, after.start)
  return order < 0 || (order === 0 && !before.stopIn && !after.startIn)
}

/** Whether `a` ends behind `b`. */
function isLater(a: RowRangeNode, b: RowRangeNode): boolean {
  if (b.stop.length === 0) return false
  if (a.stop.length === 0) return true
  const order = compareBytes(a.stop, b.stop)
  return order > 0 || (order === 0 && a.stopIn)
}

function columnNode(fields: FilterFields): FilterNode | null {
  const { name } = fields
  switch (name) {
    case 'ColumnPrefixFilter':
      return { name, prefix: fields.bytes('prefix') }
    case 'MultipleColumnPrefixFilter':
      return { name, prefixes: distinct(fields.bytesList('prefixes')) }
    case 'ColumnRangeFilter':
      return {
        name,
        min: fields.bytesOrNull('min'),
        minIn: fields.flag('minInclusive', true),
        max: fields.bytesOrNull('max'),
        maxIn: fields.flag('maxInclusive', false),
      }
    case 'ColumnValueFilter':
      return {
        name,
        family: fields.bytes('family'),
        qualifier: fields.bytes('qualifier'),
        ...compareOf(fields),
      }
    case 'SingleColumnValueFilter':
    case 'SingleColumnValueExcludeFilter':
      return {
        name,
        family: fields.bytes('family'),
        qualifier: fields.bytes('qualifier'),
        ...compareOf(fields),
        ifMissing: fields.flag('filterIfMissing', false),
        latestOnly: fields.flag('latestVersionOnly', true),
      }
    case 'DependentColumnFilter':
      return {
        name,
        family: fields.bytes('family'),
        qualifier: fields.bytes('qualifier'),
        drop: fields.flag('dropDependent', false),
        op: fields.has('op') ? fields.oneOf('op', OPS) : 'NO_OP',
        comparator: fields.has('comparator') ? resolveComparator(fields.any('comparator')) : null,
      }
    case 'FirstKeyValueMatchingQualifiersFilter':
      return { name, qualifiers: fields.bytesList('qualifiers') }
    case 'ColumnCountGetFilter':
      return { name, limit: smallCount(fields, 'limit') }
    case 'ColumnPaginationFilter': {
      const limit = smallCount(fields, 'limit')
      if (fields.has('column')) return { name, limit, offset: 0, column: fields.bytes('column') }
      return { name, limit, offset: smallCount(fields, 'offset'), column: null }
    }
    default:
      return null
  }
}

function smallCount(fields: FilterFields, field: string): number {
  const count = fields.count(field)
  if (count > INT_MAX) throw filterInvalid(`${fields.name}: '${field}' is above ${INT_MAX}`)
  return count
}

function distinct(prefixes: readonly Uint8Array[]): Uint8Array[] {
  const sorted = prefixes.toSorted(compareBytes)
  for (let i = 1; i < sorted.length; i++) {
    if (equalBytes(sorted[i - 1]!, sorted[i]!))
      throw filterInvalid('MultipleColumnPrefixFilter: a prefix is given twice')
  }
  return sorted
}
