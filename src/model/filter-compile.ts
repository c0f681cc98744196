import { assertNever } from '../util/assert.js'
import type { CellFilter } from './filter-base.js'
import {
  ColumnCountGetFilter,
  ColumnPaginationFilter,
  ColumnPrefixFilter,
  ColumnRangeFilter,
  FamilyFilter,
  FirstKeyOnlyFilter,
  FirstMatchingFilter,
  MultipleColumnPrefixFilter,
  QualifierFilter,
  TimestampsFilter,
} from './filter-columns.js'
import { FuzzyRowFilter } from './filter-fuzzy.js'
import { AndList, OrList } from './filter-lists.js'
import type { FilterNode } from './filter-node.js'
import {
  InclusiveStopFilter,
  MultiRowRangeFilter,
  PrefixFilter,
  RandomRowFilter,
  RowFilter,
} from './filter-rows.js'
import {
  ColumnValueFilter,
  DependentColumnFilter,
  KeyOnlyFilter,
  SingleColumnValueFilter,
  ValueFilter,
} from './filter-values.js'
import { PageFilter, SkipFilter, WhileMatchFilter } from './filter-wrappers.js'

export interface FilterSetting {
  readonly reversed: boolean
  /** Uniform in [0, 1), for RandomRowFilter. */
  readonly random: () => number
}

/** A filter at work. It remembers things: one for every scan. */
export function compileFilter(node: FilterNode, setting: FilterSetting): CellFilter {
  switch (node.name) {
    case 'RowFilter':
      return new RowFilter(node)
    case 'FamilyFilter':
      return new FamilyFilter(node)
    case 'QualifierFilter':
      return new QualifierFilter(node)
    case 'ValueFilter':
      return new ValueFilter(node)
    case 'PrefixFilter':
      return new PrefixFilter(node.prefix, setting.reversed)
    case 'ColumnPrefixFilter':
      return new ColumnPrefixFilter(node.prefix)
    case 'MultipleColumnPrefixFilter':
      return new MultipleColumnPrefixFilter(node.prefixes)
    case 'ColumnRangeFilter':
      return new ColumnRangeFilter(node)
    case 'ColumnValueFilter':
      return new ColumnValueFilter(node)
    case 'SingleColumnValueFilter':
    case 'SingleColumnValueExcludeFilter':
      return new SingleColumnValueFilter(node, node.name === 'SingleColumnValueExcludeFilter')
    case 'DependentColumnFilter':
      return new DependentColumnFilter(node)
    case 'KeyOnlyFilter':
      return new KeyOnlyFilter(node.lenAsVal)
    case 'FirstKeyOnlyFilter':
      return new FirstKeyOnlyFilter()
    case 'FirstKeyValueMatchingQualifiersFilter':
      return new FirstMatchingFilter(node.qualifiers)
    case 'PageFilter':
      return new PageFilter(node.size)
    case 'ColumnCountGetFilter':
      return new ColumnCountGetFilter(node.limit)
    case 'ColumnPaginationFilter':
      return new ColumnPaginationFilter(node.limit, node.offset, node.column)
    case 'InclusiveStopFilter':
      return new InclusiveStopFilter(node.stop, setting.reversed)
    case 'TimestampsFilter':
      return new TimestampsFilter(node.timestamps, node.canHint)
    case 'RandomRowFilter':
      return new RandomRowFilter(node.chance, setting.random)
    case 'FuzzyRowFilter':
      return new FuzzyRowFilter(node.keys, setting.reversed)
    case 'MultiRowRangeFilter':
      return new MultiRowRangeFilter(node.ranges, setting.reversed)
    case 'SkipFilter':
      return new SkipFilter(compileFilter(node.filter, setting))
    case 'WhileMatchFilter':
      return new WhileMatchFilter(compileFilter(node.filter, setting))
    case 'FilterList': {
      const members = node.filters.map((member) => compileFilter(member, setting))
      return node.isAnd ? new AndList(members) : new OrList(members, setting.reversed)
    }
    default:
      return assertNever(node)
  }
}
