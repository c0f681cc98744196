/** Where rows come from. A source hands out pages of raw rows and, with each, the cursor from which the next run may go on. */
import type { Scalar } from '../model/api.js'

/** What a source's raw value is, before it is cast to a column's type. Null stands for itself in every kind. */
export type RawKind =
  | 'text' // any text: CSV fields, MySQL strings
  | 'number' // a JavaScript integer: TINYINT … INT, YEAR
  | 'integerText' // exact integer as digits: BIGINT
  | 'decimalText' // DECIMAL as text, within its own precision
  | 'doubleText' // the shortest text of a double
  | 'dateText' // `2013-01-31`, zero and partial dates too
  | 'datetimeText' // `2013-01-31 05:30:00.25` without zone, zero dates too
  | 'bytes'
  | 'value' // already a value of `type`: rows of a table of the store

export interface SourceColumn {
  readonly name: string
  /** As the source writes it: `int(10) unsigned`, `csv text`. */
  readonly sourceType: string
  readonly nullable: boolean
  /** The value type it gets when nothing else is said. */
  readonly type: string
  readonly raw: RawKind
  /** datetimeText: the zone of the wall clock; null = the import's source time zone. */
  readonly zone: string | null
}

export interface SourceDescription {
  /** For people: `mysql://host/db.table`, a file name. */
  readonly name: string
  readonly columns: readonly SourceColumn[]
  /** The columns that order and page the rows; empty: one stream that cannot go on from its middle. */
  readonly keyColumns: readonly string[]
  /** Changes when the columns or the file change. */
  readonly fingerprint: string
  /** What the user should know before the run. */
  readonly notes: readonly string[]
}

/** A place between two rows of a source; plain values, so that it can be stored. */
export type Cursor = Readonly<Record<string, CursorValue>>
export type CursorValue =
  | string
  | number
  | boolean
  | Uint8Array
  | null
  | readonly (string | number | Uint8Array | null)[]

export type RawValue = Scalar
export type RawRow = RawValue[]

/** A row that could not be read at all. */
export interface DamagedRow {
  readonly position: Readonly<Record<string, Scalar>>
  readonly problem: string
  readonly raw: string
}

export interface Page {
  /** Values in the order of `SourceDescription.columns`. */
  readonly rows: readonly RawRow[]
  /** Line number or ordinal by row; null where the source has none. */
  readonly lines: readonly number[] | null
  readonly damaged: readonly DamagedRow[]
  /** Where to go on when all rows of this page are stored; null: not possible before the end of this stretch. */
  readonly cursor: Cursor | null
}

export interface SourceStatus {
  /** 'kept': one snapshot for all rows; 'lost': the connection broke and later rows are of a newer snapshot; 'none': no such thing. */
  readonly snapshot: 'kept' | 'lost' | 'none'
  readonly reconnects: number
}

export interface RowSource {
  describe(): Promise<SourceDescription>
  /** Rows in all, roughly; null when unknown. */
  estimateRows(): Promise<number | null>
  /** Pages from a cursor (null: from the start), each at most a few MiB. One page is read ahead. */
  pages(from: Cursor | null): AsyncIterable<Page>
  /** How a row is told in errors: its key or its line. */
  position(page: Page, row: number): Readonly<Record<string, Scalar>>
  status(): SourceStatus
  close(): Promise<void>
}
