/** The public shapes of what reads and writes one row in one step, and of batches: HBase's Increment, Append, CheckAndMutate, RowMutations. */
import type {
  BytesLike,
  DeleteTarget,
  FamilyValues,
  ReadOptions,
  Result,
  RowKeyLike,
  Scalar,
  TimeRangeLike,
  TypedRow,
} from './api.js'
import type { Durability } from './descriptor.js'
import type { CompareOp, FilterSpec } from './filter-spec.js'

/** `'d:temp'`, in typed tables a unique short name too; or family and qualifier, whose bytes may be anything. */
export type ColumnLike = string | { readonly family: string; readonly qualifier: BytesLike }

/** One cell of a put. Typed tables take the column's values, raw tables bytes or text. */
export interface PutCell {
  readonly family: string
  readonly qualifier: BytesLike
  readonly value: Scalar
  readonly timestamp?: number
  readonly ttlMs?: number
}
/** Values by family and column, or cell by cell: with bytes as qualifiers, a timestamp or TTL of its own. */
export type PutValues = FamilyValues | readonly PutCell[]

export interface IncrementCell {
  readonly family: string
  readonly qualifier: BytesLike
  readonly amount: number | bigint
}
/** `{ d: { hits: 1 } }`, or cell by cell. */
export type IncrementAmounts =
  | Readonly<Record<string, Readonly<Record<string, number | bigint>>>>
  | readonly IncrementCell[]

export interface AppendCell {
  readonly family: string
  readonly qualifier: BytesLike
  readonly suffix: BytesLike
}
/** `{ d: { log: 'x' } }`, or cell by cell. */
export type AppendSuffixes =
  | Readonly<Record<string, Readonly<Record<string, BytesLike>>>>
  | readonly AppendCell[]

export interface ComputeOptions {
  /** Of the read: a cell outside it counts as missing. */
  readonly timeRange?: TimeRangeLike
  /** Cell TTL in ms of the new cells; default what the old cell had. */
  readonly ttlMs?: number
  /** Whether the new cells are answered. Default true. */
  readonly returnResults?: boolean
}

interface OperationOptions {
  durability?: Durability
  signal?: AbortSignal
  /** Typed tables: long and ulong in the answer as numbers. */
  longs?: ReadOptions['longs']
}

export interface IncrementOptions extends ComputeOptions, OperationOptions {}
export interface AppendOptions extends ComputeOptions, OperationOptions {}
export interface MutateOptions extends OperationOptions {}

/** A change of one row, for mutateRow, checkAndMutate and batch. */
export type RowMutation =
  | {
      readonly kind: 'put'
      readonly values: PutValues
      /** Of cells that name none; default the clock. */
      readonly timestamp?: number
      readonly ttlMs?: number
    }
  | {
      readonly kind: 'delete'
      /** Default the whole row. */
      readonly what?: readonly DeleteTarget[]
      readonly timestamp?: number
    }
  | ({ readonly kind: 'increment'; readonly amounts: IncrementAmounts } & ComputeOptions)
  | ({ readonly kind: 'append'; readonly suffixes: AppendSuffixes } & ComputeOptions)

/**
 * What is asked of the row as it is. `value` stands left of the operator: `{ operator: 'LESS', value: 5 }` holds where
 * 5 < the stored value. An empty or null value asks "empty or missing?" (with NOT_EQUAL: "neither?"); any other value never
 * holds for a missing column. A filter holds where it leaves a cell of the row.
 */
export type RowCondition =
  | { readonly column: ColumnLike; readonly notExists: true }
  | { readonly column: ColumnLike; readonly equals: Scalar }
  | { readonly column: ColumnLike; readonly operator: CompareOp; readonly value: Scalar }
  | { readonly filter: string | FilterSpec }

export interface CheckOptions extends OperationOptions {
  /** Of the condition's read. */
  readonly timeRange?: TimeRangeLike
}

export interface CheckResult {
  /** Whether the condition held; if not, nothing was written. */
  readonly success: boolean
  /** The new cells of increments and appends. */
  readonly result: TypedRow | Result | null
}

export type BatchMutation = RowMutation & {
  readonly row: RowKeyLike
  /** Default the call's. The strongest one counts for all that shares a record. */
  readonly durability?: Durability
}

/** HBase's status of one mutation of a batch. Anything but SUCCESS wrote nothing of it; `error` says why. */
export interface BatchStatus {
  readonly status: 'SUCCESS' | 'BAD_FAMILY' | 'SANITY_CHECK_FAILURE' | 'FAILURE'
  readonly error?: { readonly code: string; readonly message: string }
  /** The new cells of an increment or append. */
  readonly result?: TypedRow | Result | null
}

/** What a Table does with one row in one step. All cells of a call are stamped, logged and become visible together. */
export interface RowOperations {
  /**
   * Adds to 8-byte numbers (typed tables: long, ulong and int columns); a missing one begins at 0, overflow wraps. The new
   * cells, or null where returnResults is false. @throws VALUE_INVALID where a stored value has another length.
   */
  increment(
    row: RowKeyLike,
    amounts: IncrementAmounts,
    options?: IncrementOptions,
  ): Promise<TypedRow | Result | null>
  /** Adds bytes at the end of values (typed tables: string and bytes columns). */
  append(
    row: RowKeyLike,
    suffixes: AppendSuffixes,
    options?: AppendOptions,
  ): Promise<TypedRow | Result | null>
  checkAndMutate(
    row: RowKeyLike,
    condition: RowCondition,
    mutation: RowMutation | readonly RowMutation[],
    options?: CheckOptions,
  ): Promise<CheckResult>
  /** All or nothing. What increments, appends and deletes of the newest version read is the row before the call. */
  mutateRow(
    row: RowKeyLike,
    mutations: readonly RowMutation[],
    options?: MutateOptions,
  ): Promise<TypedRow | Result | null>
  /** Not atomic together: each row by itself. A wrong mutation does not keep the others from being written. */
  batch(mutations: readonly BatchMutation[], options?: MutateOptions): Promise<BatchStatus[]>
  exists(row: RowKeyLike, options?: ReadOptions): Promise<boolean>
  /** One answer a row, in their order; null where there is none. */
  getMany(rows: readonly RowKeyLike[], options?: ReadOptions): Promise<(TypedRow | Result | null)[]>
}
