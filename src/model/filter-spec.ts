/** HBase's filters as data: what `filter` takes besides a filter string. Plain JSON, bytes as text or `{ b64 }`. */

/** A string stands for its UTF-8. */
export type FilterBytes = Uint8Array | string | { readonly b64: string }
/** Beyond ±(2^53 - 1) as a bigint or decimal text. */
export type FilterInteger = number | bigint | string

export type CompareOp =
  | 'LESS'
  | 'LESS_OR_EQUAL'
  | 'EQUAL'
  | 'NOT_EQUAL'
  | 'GREATER_OR_EQUAL'
  | 'GREATER'
  | 'NO_OP'

export type ComparatorSpec =
  | { readonly name: 'BinaryComparator' | 'BinaryPrefixComparator'; readonly value: FilterBytes }
  | { readonly name: 'BinaryComponentComparator'; readonly value: FilterBytes; readonly offset: number }
  | { readonly name: 'RegexStringComparator'; readonly pattern: string; readonly ignoreCase?: boolean }
  | { readonly name: 'SubstringComparator'; readonly substr: string }
  | { readonly name: 'NullComparator' }
  | {
      readonly name: 'BitComparator'
      readonly value: FilterBytes
      readonly bitOp: 'AND' | 'OR' | 'XOR'
    }
  | { readonly name: 'LongComparator'; readonly value: FilterInteger }
  | { readonly name: 'BigDecimalComparator'; readonly value: string }

interface ColumnCompare {
  readonly family: FilterBytes
  readonly qualifier: FilterBytes
  readonly op: CompareOp
  readonly comparator: ComparatorSpec
}

export type FilterSpec =
  | {
      readonly name: 'RowFilter' | 'FamilyFilter' | 'QualifierFilter' | 'ValueFilter'
      readonly op: CompareOp
      readonly comparator: ComparatorSpec
    }
  | { readonly name: 'PrefixFilter' | 'ColumnPrefixFilter'; readonly prefix: FilterBytes }
  | { readonly name: 'MultipleColumnPrefixFilter'; readonly prefixes: readonly FilterBytes[] }
  | {
      readonly name: 'ColumnRangeFilter'
      readonly min?: FilterBytes | null
      readonly minInclusive?: boolean
      readonly max?: FilterBytes | null
      readonly maxInclusive?: boolean
    }
  | ({ readonly name: 'ColumnValueFilter' } & ColumnCompare)
  | ({
      readonly name: 'SingleColumnValueFilter' | 'SingleColumnValueExcludeFilter'
      readonly filterIfMissing?: boolean
      readonly latestVersionOnly?: boolean
    } & ColumnCompare)
  | {
      readonly name: 'DependentColumnFilter'
      readonly family: FilterBytes
      readonly qualifier: FilterBytes
      readonly dropDependent?: boolean
      readonly op?: CompareOp
      readonly comparator?: ComparatorSpec
    }
  | { readonly name: 'KeyOnlyFilter'; readonly lenAsVal?: boolean }
  | { readonly name: 'FirstKeyOnlyFilter' }
  | { readonly name: 'FirstKeyValueMatchingQualifiersFilter'; readonly qualifiers: readonly FilterBytes[] }
  | { readonly name: 'PageFilter'; readonly size: FilterInteger }
  | { readonly name: 'ColumnCountGetFilter'; readonly limit: number }
  | { readonly name: 'ColumnPaginationFilter'; readonly limit: number; readonly offset: number }
  | { readonly name: 'ColumnPaginationFilter'; readonly limit: number; readonly column: FilterBytes }
  | { readonly name: 'InclusiveStopFilter'; readonly stop: FilterBytes }
  | {
      readonly name: 'TimestampsFilter'
      readonly timestamps: readonly FilterInteger[]
      readonly canHint?: boolean
    }
  | { readonly name: 'RandomRowFilter'; readonly chance: number }
  | { readonly name: 'FuzzyRowFilter'; readonly keys: readonly (readonly [FilterBytes, FilterBytes])[] }
  | {
      readonly name: 'MultiRowRangeFilter'
      readonly ranges: readonly (readonly [FilterBytes, boolean, FilterBytes, boolean])[]
    }
  | { readonly name: 'SkipFilter' | 'WhileMatchFilter'; readonly filter: FilterSpec }
  | {
      readonly name: 'FilterList'
      readonly operator: 'MUST_PASS_ALL' | 'MUST_PASS_ONE'
      readonly filters: readonly FilterSpec[]
    }
  /** A filter string. */
  | { readonly name: 'parse'; readonly string: string }
