/** A filter after validation: bytes are bytes, defaults are filled in, comparators can compare. */
import type { CompareOp } from './filter-spec.js'

export interface ComparatorNode {
  readonly name: string
  /** How HBase's toString shows it. */
  readonly value: Uint8Array
  /** The comparator's value against data[start, end): negative, 0 or positive. */
  readonly compare: (data: Uint8Array, start: number, end: number) => number
}

export interface CompareNode {
  readonly op: CompareOp
  readonly comparator: ComparatorNode
}

export interface ColumnCompareNode extends CompareNode {
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
}

/** Rows of a MultiRowRangeFilter, an empty stop is open. */
export interface RowRangeNode {
  readonly start: Uint8Array
  readonly startIn: boolean
  readonly stop: Uint8Array
  readonly stopIn: boolean
}

export type FilterNode =
  | ({
      readonly name: 'RowFilter' | 'FamilyFilter' | 'QualifierFilter' | 'ValueFilter'
    } & CompareNode)
  | { readonly name: 'PrefixFilter' | 'ColumnPrefixFilter'; readonly prefix: Uint8Array }
  /** Ascending. */
  | { readonly name: 'MultipleColumnPrefixFilter'; readonly prefixes: readonly Uint8Array[] }
  | {
      readonly name: 'ColumnRangeFilter'
      readonly min: Uint8Array | null
      readonly minIn: boolean
      readonly max: Uint8Array | null
      readonly maxIn: boolean
    }
  | ({ readonly name: 'ColumnValueFilter' } & ColumnCompareNode)
  | ({
      readonly name: 'SingleColumnValueFilter' | 'SingleColumnValueExcludeFilter'
      readonly ifMissing: boolean
      readonly latestOnly: boolean
    } & ColumnCompareNode)
  | {
      readonly name: 'DependentColumnFilter'
      readonly family: Uint8Array
      readonly qualifier: Uint8Array
      readonly drop: boolean
      readonly op: CompareOp
      readonly comparator: ComparatorNode | null
    }
  | { readonly name: 'KeyOnlyFilter'; readonly lenAsVal: boolean }
  | { readonly name: 'FirstKeyOnlyFilter' }
  | { readonly name: 'FirstKeyValueMatchingQualifiersFilter'; readonly qualifiers: readonly Uint8Array[] }
  | { readonly name: 'PageFilter'; readonly size: number }
  | { readonly name: 'ColumnCountGetFilter'; readonly limit: number }
  | {
      readonly name: 'ColumnPaginationFilter'
      readonly limit: number
      readonly offset: number
      readonly column: Uint8Array | null
    }
  | { readonly name: 'InclusiveStopFilter'; readonly stop: Uint8Array }
  /** Ascending. */
  | { readonly name: 'TimestampsFilter'; readonly timestamps: readonly number[]; readonly canHint: boolean }
  | { readonly name: 'RandomRowFilter'; readonly chance: number }
  | { readonly name: 'FuzzyRowFilter'; readonly keys: readonly FuzzyKeyNode[] }
  /** Ascending, apart from each other. */
  | { readonly name: 'MultiRowRangeFilter'; readonly ranges: readonly RowRangeNode[] }
  | { readonly name: 'SkipFilter' | 'WhileMatchFilter'; readonly filter: FilterNode }
  | { readonly name: 'FilterList'; readonly isAnd: boolean; readonly filters: readonly FilterNode[] }

export interface FuzzyKeyNode {
  readonly key: Uint8Array
  /** 0 = fixed byte. */
  readonly mask: Uint8Array
}

/** `order`: the comparator's value against the stored one, which stands left of the operator. */
export function passes(op: CompareOp, order: number): boolean {
  switch (op) {
    case 'LESS':
      return order > 0
    case 'LESS_OR_EQUAL':
      return order >= 0
    case 'EQUAL':
      return order === 0
    case 'NOT_EQUAL':
      return order !== 0
    case 'GREATER_OR_EQUAL':
      return order <= 0
    case 'GREATER':
      return order < 0
    case 'NO_OP':
      return false
  }
}
