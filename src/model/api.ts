/** The public shapes of Hourbase: what a Table takes and gives. Pure types; the doors, the import and a remote HBase share them. */
import type { AdminOperations, SplitsLike } from './admin-api.js'
import type { AggregateQuery, AggregateRow } from './aggregate-api.js'
import type { CompactionPolicyName, Durability, KeepDeletedCells, TableDescriptor } from './descriptor.js'
import type { FilterSpec } from './filter-spec.js'
import type { ColumnLike, PutValues, RowOperations } from './operation-api.js'

export type * from './admin-api.js'
export type * from './aggregate-api.js'
export type * from './filter-spec.js'
export type * from './operation-api.js'

export type Scalar = string | number | bigint | boolean | Uint8Array | null
/** Bytes; a string stands for its UTF-8. */
export type BytesLike = Uint8Array | string
/** Milliseconds since the epoch, a Date, or an ISO 8601 string with zone (`2013-01-01T00:00:00Z`) or date (`2013-01-01` = 00:00 UTC). */
export type TimeLike = number | Date | string
/** Half-open [from, to); null = open on that side. */
export type TimeRangeLike = readonly [TimeLike | null, TimeLike | null]
/** Row-key parts by name, in a typed table. */
export type KeyParts = Readonly<Record<string, Scalar>>
export type RowKeyLike = KeyParts | BytesLike

// ---------------------------------------------------------------- definition
export interface FamilyOptions {
  /** Typed columns: qualifier → type, e.g. `{ temp: 'double', price: 'decimal(10,2)' }`. */
  columns?: Readonly<Record<string, string>>
  versions?: number
  minVersions?: number
  ttlMs?: number
  keepDeletedCells?: KeepDeletedCells
  newVersionBehavior?: boolean
  bloomFilter?: 'NONE' | 'ROW'
  compression?: 'LZ4' | 'NONE'
  blockBytesMax?: number
  compaction?: CompactionPolicyName
}

export interface TableOptions {
  /** `['station:string', 'hour:hour']`; a `?` after the type makes the part nullable. Absent: a raw table. */
  rowKey?: readonly string[]
  /** The row-key part that is the event time; by default the only datetime, hour or day part; null: the write's clock. */
  time?: string | null
  families: Readonly<Record<string, FamilyOptions>>
  durability?: Durability
  regionBytesMax?: number
  readOnly?: boolean
  /** `CONSTANT_SIZE` (default), `STEPPING`, `INCREASING_TO_UPPER_BOUND`, `KEY_PREFIX(bytes)`, `DELIMITED_KEY_PREFIX(delimiter)` or `DISABLED`. */
  splitPolicy?: string
  /** Quota: bytes of files and MemStores beyond which writes are refused. Default none. */
  bytesMax?: number
  /** Pre-split: the regions' start keys, or an algorithm that makes them. */
  splits?: SplitsLike
}

// ---------------------------------------------------------------- writing
/** Values by family and column. In `put` null deletes the column; in bulk forms null means no cell (see `nulls`). */
export type FamilyValues = Readonly<Record<string, Readonly<Record<string, Scalar | undefined>>>>
/**
 * A typed row: nested as `{ row: {station, hour}, values: {d: {temp}} }`, or flat as scans give it: `{ station, hour, temp }`
 * (a column by its short name where only one family has it, else `family:column`).
 */
export type RowInput =
  | { readonly row: RowKeyLike; readonly values: FamilyValues }
  | Readonly<Record<string, Scalar | undefined>>

export interface WriteOptions {
  durability?: Durability
  /** Bulk forms only: 'skip' (default): null is no cell. 'delete': null deletes the column. */
  nulls?: 'skip' | 'delete'
  /** Stored atomically with the rows (same WAL record; bulk load: same manifest edit) under this name. See Database.checkpoint. */
  checkpoint?: { readonly name: string; readonly value: Uint8Array }
  /** The cells' timestamp, ms; default the clock. Typed tables: only of rows without event time. */
  timestamp?: number
  signal?: AbortSignal
}

export interface PutOptions extends WriteOptions {
  /** Cell TTL in ms. */
  ttlMs?: number
}

export interface WriteResult {
  /** Rows written. */
  rows: number
}

/** Which cells of a row to delete; HBase's four kinds. Without `what`: the whole row. */
export type DeleteTarget =
  | {
      readonly kind: 'column'
      readonly family: string
      readonly qualifier: BytesLike
      readonly timestamp?: number
    }
  | {
      readonly kind: 'columns'
      readonly family: string
      readonly qualifier: BytesLike
      readonly timestamp?: number
    }
  | { readonly kind: 'family'; readonly family: string; readonly timestamp?: number }
  | { readonly kind: 'familyVersion'; readonly family: string; readonly timestamp: number }

export interface DeleteOptions extends WriteOptions {
  what?: readonly DeleteTarget[]
  /** Raw tables: default timestamp of the markers; default the clock. */
  timestamp?: number
}

// ---------------------------------------------------------------- reading
export interface Cell {
  readonly row: Uint8Array
  readonly family: string
  readonly qualifier: Uint8Array
  readonly timestamp: number
  readonly type: 'Put' | 'Delete' | 'DeleteFamilyVersion' | 'DeleteColumn' | 'DeleteFamily'
  readonly value: Uint8Array
}

/** One row of a raw read, cells in HBase's order. */
export interface Result {
  readonly row: Uint8Array
  readonly cells: readonly Cell[]
}

/** One row of a typed read: row-key parts and columns side by side, absent columns null. */
export type TypedRow = Record<string, Scalar>

export interface ReadOptions {
  /** `['d:temp', 'd']`: columns or whole families; default everything. Short names are fine where unique. */
  columns?: readonly ColumnLike[]
  timeRange?: TimeRangeLike
  /** This timestamp alone; instead of timeRange. */
  timestamp?: number
  /** By family, where it differs from timeRange. */
  columnFamilyTimeRange?: Readonly<Record<string, TimeRangeLike>>
  /** Default 1. Capped by the family's VERSIONS but for raw reads. More than 1 gives cells (`cells: true` on typed tables). */
  versions?: number | 'all'
  /** Cells a row and family, after `rowOffsetPerFamily` are left out. HBase's: 0 gives one cell, below 0 all. */
  maxResultsPerFamily?: number
  rowOffsetPerFamily?: number
  /** HBase's filters, as a filter string or an object: docs/filters.md. With `where`, only rows for which that holds are asked about. */
  filter?: string | FilterSpec
  /** Typed tables: give Results (cells) instead of typed rows. */
  cells?: boolean
  /** Typed tables: give long, ulong and datetime as numbers; a value that is not a safe integer is an error. Default bigint / ISO string. */
  longs?: 'bigint' | 'number'
  signal?: AbortSignal
}

export interface ScanOptions extends ReadOptions {
  /** Typed: leading row-key parts, e.g. `{ station: 'JFK' }`. Raw: bytes. */
  prefix?: RowKeyLike
  /** First row, inclusive; typed: leading parts are enough. */
  start?: RowKeyLike
  /** Stop row, exclusive. */
  stop?: RowKeyLike
  /** false: rows after `start` only. */
  startInclusive?: boolean
  /** true: `stop` (in typed tables: all rows that begin with it) belongs to the range. */
  stopInclusive?: boolean
  /** Rows at most. */
  limit?: number
  /** Cells a Result at most: a row with more comes in several. Needs Results (raw tables, or `cells`). */
  batch?: number
  reversed?: boolean
  /** Typed: `"temp < 0 and station = 'JFK'"`: rows for which it is true. Grammar: docs/where.md. */
  where?: string
  /** Markers and masked cells too, no column selection (HBase's raw scan). Gives Results. */
  raw?: boolean
  /** Rows a batch, default 1,000. */
  batchRows?: number
}

/** A batch of `scan().columns()`: typed arrays by column name, row-key parts among them. Valid until the next batch. */
export interface ColumnBatch {
  readonly rowCount: number
  readonly columns: Readonly<Record<string, ColumnVector>>
}

export interface ColumnVector {
  readonly type: string
  /** Float64Array for double, int, boolean, hour and day (ms); BigInt64Array (long, datetime µs), BigUint64Array (ulong); string[] or Uint8Array[] otherwise. */
  readonly values: Float64Array | BigInt64Array | BigUint64Array | readonly string[] | readonly Uint8Array[]
  /** 1 where there is a value; null = everywhere. */
  readonly valid: Uint8Array | null
}

export interface ScanHandle<R = TypedRow | Result> extends AsyncIterable<R> {
  batches(): AsyncIterable<R[]>
  columns(): AsyncIterable<ColumnBatch>
  toArray(): Promise<R[]>
}

// ---------------------------------------------------------------- the interfaces
export interface Table extends RowOperations {
  readonly name: string
  describe(): Promise<TableDescriptor>
  put(row: RowKeyLike, values: PutValues, options?: PutOptions): Promise<WriteResult>
  /** Every row is validated first: one bad row rejects the call with its index and nothing is written. Up to 4 MiB is all or nothing after a crash. */
  putRows(rows: readonly RowInput[], options?: WriteOptions): Promise<WriteResult>
  /** Sorted runs straight to SSTables, one manifest commit, no WAL. */
  bulkLoad(
    rows: Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>,
    options?: WriteOptions,
  ): Promise<WriteResult>
  delete(row: RowKeyLike, options?: DeleteOptions): Promise<WriteResult>
  get(row: RowKeyLike, options?: ReadOptions): Promise<TypedRow | Result | null>
  scan(options?: ScanOptions): ScanHandle
  count(options?: ScanOptions): Promise<number>
  aggregate(query: AggregateQuery): Promise<AggregateRow[]>
  regions(): Promise<RegionInfo[]>
  flush(): Promise<void>
  compact(options?: { major?: boolean }): Promise<void>
  /** Splits the region that holds `key` there; without key: the largest region at its middle. */
  split(key?: RowKeyLike): Promise<void>
}

export interface RegionInfo {
  readonly id: number
  /** Bounds as HBase's shell shows them; '' = open. */
  readonly start: string
  readonly stop: string
  readonly memstoreBytes: number
  readonly fileBytes: number
  readonly files: readonly FileInfo[]
}

export interface FileInfo {
  readonly id: number
  readonly family: string
  readonly bytes: number
  readonly rows: number
  readonly cells: number
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly quarantined: boolean
}

export interface TableSummary {
  readonly name: string
  readonly families: readonly string[]
  readonly regions: number
  readonly bytes: number
}

export interface Database extends AdminOperations {
  createTable(name: string, options: TableOptions): Promise<Table>
  dropTable(name: string): Promise<void>
  /** A lazy handle: nothing is checked until it is used. */
  table(name: string): Table
  tables(): Promise<TableSummary[]>
  /** The checkpoint stored under this name (WriteOptions.checkpoint), or null. */
  checkpoint(name: string): Promise<Uint8Array | null>
  checkpoints(prefix: string): Promise<{ name: string; value: Uint8Array }[]>
  removeCheckpoint(name: string): Promise<void>
  check(): Promise<CheckReport>
  stats(): Promise<Record<string, unknown>>
  close(): Promise<void>
}

export interface CheckReport {
  readonly ok: boolean
  readonly filesChecked: number
  readonly bytesChecked: number
  readonly problems: readonly {
    readonly file: string
    readonly offset: number | null
    readonly problem: string
    readonly hint: string
  }[]
}
