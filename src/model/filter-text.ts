/** A filter as HBase's own toString shows it: one form for each, whatever way it was written. */
import { displayBytes } from '../util/bytes.js'
import type { FilterNode } from './filter-node.js'

const SHOWN_MAX = 5

export function filterText(node: FilterNode): string {
  const { name } = node
  switch (name) {
    case 'RowFilter':
    case 'FamilyFilter':
    case 'QualifierFilter':
    case 'ValueFilter':
      return `${name} (${node.op}, ${displayBytes(node.comparator.value)})`
    case 'PrefixFilter':
    case 'ColumnPrefixFilter':
      return `${name} ${displayBytes(node.prefix)}`
    case 'MultipleColumnPrefixFilter':
      return `${name} ${listText(node.prefixes.map(displayBytes))}`
    case 'ColumnRangeFilter': {
      const min = node.min === null ? '' : displayBytes(node.min)
      const max = node.max === null ? '' : displayBytes(node.max)
      return `${name} ${node.minIn ? '[' : '('}${min}, ${max}${node.maxIn ? ']' : ')'}`
    }
    case 'ColumnValueFilter':
    case 'SingleColumnValueFilter':
    case 'SingleColumnValueExcludeFilter': {
      const column = `${displayBytes(node.family)}, ${displayBytes(node.qualifier)}`
      return `${name} (${column}, ${node.op}, ${displayBytes(node.comparator.value)})`
    }
    case 'DependentColumnFilter': {
      const column = `${displayBytes(node.family)}, ${displayBytes(node.qualifier)}`
      const value = node.comparator === null ? 'null' : displayBytes(node.comparator.value)
      return `${name} (${column}, ${node.drop}, ${node.op}, ${value})`
    }
    case 'PageFilter':
      return `${name} ${node.size}`
    case 'ColumnCountGetFilter':
      return `${name} ${node.limit}`
    case 'ColumnPaginationFilter':
      return `${name} (${node.limit}, ${node.column === null ? node.offset : displayBytes(node.column)})`
    case 'InclusiveStopFilter':
      return `${name} ${displayBytes(node.stop)}`
    case 'TimestampsFilter':
      return `${name} ${listText(node.timestamps.map(String))} canHint: [${node.canHint}]`
    case 'SkipFilter':
    case 'WhileMatchFilter':
      return `${name} ${filterText(node.filter)}`
    case 'FilterList':
      return `${name} ${node.isAnd ? 'AND' : 'OR'} ${listText(node.filters.map(filterText))}`
    default:
      return name
  }
}

function listText(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN_MAX)
  const join = shown.join(', ')
  return `(${shown.length}/${items.length}): [${join}]`
}
