/** What an import does, as plain JSON values: the library takes it, the CLI makes it of its options, the checkpoint keeps it. */
import type { CsvEncoding } from './csv-reader.js'
import type { LocalTimePolicy } from './local-time.js'
import type { MysqlAddress } from './mysql-session.js'
import type { ZeroDates } from './mysql-types.js'

export interface MysqlSourceSpec extends Partial<MysqlAddress> {
  readonly kind: 'mysql'
  /** One of table and query. A query's columns must have different names. */
  readonly table?: string
  readonly query?: string
  readonly columns?: readonly string[]
  readonly where?: string
  /** Columns to page by, instead of the primary key. */
  readonly splitBy?: readonly string[]
  /** Where a run finds the password when its options hold none; the password itself is never part of a spec. */
  readonly passwordFile?: string
  readonly passwordEnv?: string
}

export interface CsvSourceSpec {
  readonly kind: 'csv'
  readonly file: string
  readonly delimiter?: string
  readonly encoding?: CsvEncoding
}

/** A typed table of the same store; for lookups. */
export interface StoreSourceSpec {
  readonly kind: 'store'
  readonly table: string
}

export type SourceSpec = MysqlSourceSpec | CsvSourceSpec | StoreSourceSpec

export interface LookupSpec {
  /** Prefix of the columns it adds, and the family they go to: `w` gives `w:temp`. */
  readonly as: string
  readonly from: SourceSpec
  /** Pairs of our column and the lookup's column. */
  readonly on: readonly (readonly [string, string])[]
  /** Columns to take; '*' takes all but the lookup's key. */
  readonly take: '*' | readonly string[]
  /** A row without a match: 'null' (default) keeps it with nulls, 'reject' quarantines it, 'skip' leaves it out. */
  readonly miss?: 'null' | 'reject' | 'skip'
  /** Value types of the lookup's own columns, where they are not to be guessed. */
  readonly columnTypes?: Readonly<Record<string, string>>
}

/** In the order of the list; `nullIf` and `trim` act on the source's text before all others. */
export type TransformSpec =
  | { readonly nullIf: readonly string[]; readonly columns?: readonly string[] }
  | { readonly trim: true; readonly columns?: readonly string[] }
  | { readonly rename: Readonly<Record<string, string>> }
  /** A new column by an expression: `utcHour(year, month, day, hour, 'America/New_York')`. */
  | { readonly derive: string; readonly as: string }
  | { readonly lookup: LookupSpec }
  | { readonly drop: readonly string[] }

export interface ImportSpec {
  /** Name of the run's checkpoint; default the table. */
  readonly job?: string
  readonly source: SourceSpec
  readonly table: string
  /** Family of columns that no lookup and no `columnFamilies` entry sends elsewhere; default `d`. */
  readonly family?: string
  /** `origin:string time_hour:hour? id:int`. Needed to create the table. */
  readonly rowKey?: string
  /** As TableOptions.time. */
  readonly time?: string | null
  readonly createTable?: boolean
  /** By column, or pattern with `*`: `w` or `w:temperature`. */
  readonly columnFamilies?: Readonly<Record<string, string>>
  readonly columnTypes?: Readonly<Record<string, string>>
  readonly transforms?: readonly TransformSpec[]
  /** Default 'reject'. 'keep': dates and times become strings, as they are. */
  readonly zeroDates?: ZeroDates
  /** Zone of DATETIME values; default UTC. */
  readonly sourceTimeZone?: string
  /** Local times that a clock change skips or repeats; default 'reject'. */
  readonly localTime?: LocalTimePolicy
  readonly tinyint1AsBoolean?: boolean
  /** Rejected rows at most, as a number or a percentage (`'1%'`); default 0. */
  readonly maxErrors?: number | string
  /** JSONL file of the rejected rows. */
  readonly quarantine?: string
  /** Bulk load so many rows at a time, instead of puts. */
  readonly bulkRows?: number
  /** Rows a page at most; default 5,000. */
  readonly pageRows?: number
}

export const PAGE_ROWS = 5_000
export const BULK_ROWS = 100_000
export const FAMILY = 'd'

export function jobName(spec: ImportSpec): string {
  return spec.job ?? spec.table
}

export function nullTextsOf(spec: Pick<ImportSpec, 'transforms'>): string[] {
  return (spec.transforms ?? []).flatMap((transform) => ('nullIf' in transform ? transform.nullIf : []))
}

export function lookupsOf(spec: Pick<ImportSpec, 'transforms'>): LookupSpec[] {
  return (spec.transforms ?? []).flatMap((transform) => ('lookup' in transform ? [transform.lookup] : []))
}
