/** From the public ScanOptions to what the engine reads: byte range, families and columns, time range, mask. Pure. */
import type { KeyParts, RowKeyLike, ScanOptions } from './model/api.js'
import { type ColumnSelection, selectColumns } from './model/column-selection.js'
import { readTimes } from './model/read-times.js'
import type { ScanRange } from './model/scan-range.js'
import type { TableSchema } from './model/table-schema.js'
import type { TimeRange } from './model/time-input.js'
import { compileWhere, quoteName, type WhereMask } from './model/where.js'
import type { CellLimit } from './region/cell-limit-cursor.js'
import type { RegionScan } from './region/region-scanner.js'
import { planFilter, type ScanFilter } from './scan-filter.js'
import { compareBytes, EMPTY, equalBytes, keySuccessor, prefixSuccessor } from './util/bytes.js'
import { HourbaseError } from './util/errors.js'

export interface ScanPlan {
  readonly scan: RegionScan
  readonly where: WhereMask | null
  readonly filter: ScanFilter | null
  /** Answers are Results (cells) instead of typed rows. */
  readonly asResults: boolean
  readonly limit: number
  /** Cells a Result at most. */
  readonly cellsPerResult: number
}

type RangeOptions = Pick<
  ScanOptions,
  'prefix' | 'start' | 'stop' | 'reversed' | 'timeRange' | 'startInclusive' | 'stopInclusive'
>

export function planScan(schema: TableSchema, options: ScanOptions, now: number): ScanPlan {
  const asResults = !schema.isTyped || options.raw === true || options.cells === true
  const versions = options.versions === 'all' ? Number.POSITIVE_INFINITY : (options.versions ?? 1)
  checkOptions(schema, options, versions, asResults)
  const selection = selectColumns(schema, options.columns)
  if (options.raw === true && selection.families.some(({ read, qualifiers }) => read && qualifiers !== null))
    throw new HourbaseError('INVALID_ARGUMENT', 'a raw scan takes no columns', {
      where: { table: schema.name },
      hint: 'leave columns out, or name whole families',
    })
  const limit = cellLimit(options)
  const filter = planFilter(options, selection.families, { versions, cellLimit: limit, asResults })
  const { timeRange, familyRanges, hull } = readTimes(schema, options)
  const condition = withKnownTime(schema, options.where, hull)
  const where = condition === undefined ? null : compileWhere(condition, schema)
  return {
    scan: {
      range: planRange(schema, options, hull),
      families: where === null ? selection.families : withWhereColumns(schema, selection, where),
      timeRange,
      familyRanges,
      // A filter is offered all that the family keeps and its own count begins behind it.
      versions: filter === null || versions <= 0 ? versions : Number.POSITIVE_INFINITY,
      newVersions: versions,
      raw: options.raw ?? false,
      now,
      cellLimit: filter === null ? limit : null,
    },
    where: where?.mask() ?? null,
    filter,
    asResults,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    cellsPerResult:
      options.batch !== undefined && options.batch > 0 ? options.batch : Number.POSITIVE_INFINITY,
  }
}

/** HBase: a limit of 0 gives one cell, negative numbers mean none. */
function cellLimit({ maxResultsPerFamily = -1, rowOffsetPerFamily = 0 }: ScanOptions): CellLimit | null {
  if (maxResultsPerFamily < 0 && rowOffsetPerFamily <= 0) return null
  const offset = Math.max(0, rowOffsetPerFamily)
  if (maxResultsPerFamily < 0) return { offset, end: Number.POSITIVE_INFINITY }
  return { offset, end: Math.max(1, maxResultsPerFamily + offset) }
}

function checkOptions(schema: TableSchema, options: ScanOptions, versions: number, asResults: boolean): void {
  const bad = (message: string, hint: string): never => {
    throw new HourbaseError('INVALID_ARGUMENT', message, { hint, where: { table: schema.name } })
  }
  // HBase: a scan for no version is empty.
  if (!(versions >= (schema.isTyped ? 1 : 0))) bad(`versions is ${versions}`, 'ask for at least 1')
  if (options.batch !== undefined && !asResults) bad('batch needs cells: true', 'a typed row is not cut')
  if (versions > 1 && !asResults) bad('versions > 1 needs cells: true', 'a typed row has one value a column')
  if (options.limit !== undefined && !(options.limit >= 0))
    bad(`limit is ${options.limit}`, 'give a number of rows ≥ 0')
  if (options.where !== undefined && !schema.isTyped)
    bad(`'${schema.name}' is a raw table: where needs typed columns`, 'use a filter')
}

/** A row without event time lies in no time range, whatever the stamp of its write. */
function withKnownTime(
  schema: TableSchema,
  where: string | undefined,
  { min, max }: TimeRange,
): string | undefined {
  const time = schema.time
  const bounded = Number.isFinite(min) || Number.isFinite(max)
  if (!bounded || time === null || !time.nullable) return where
  const known = `${quoteName(schema.key.parts[time.part]!.name)} is not null`
  return where === undefined ? known : `(${where}) and ${known}`
}

/** The where's columns are read too, though not given out. */
function withWhereColumns(
  schema: TableSchema,
  { families }: ColumnSelection,
  { columnNames }: { readonly columnNames: readonly string[] },
): ColumnSelection['families'] {
  if (columnNames.length === 0) return families
  const named = selectColumns(schema, columnNames).families
  return families.map((family, i) => {
    const more = named[i]!.qualifiers
    if (!family.read) return named[i]!
    if (family.qualifiers === null || more === null) return family
    const extra = more.filter((name) => !family.qualifiers!.some((known) => equalBytes(known, name)))
    return { read: true, qualifiers: [...family.qualifiers, ...extra].sort(compareBytes) }
  })
}

/** The byte range of a scan; in a typed table the time range narrows it where the key allows. */
export function planRange(schema: TableSchema, options: RangeOptions, timeRange: TimeRange): ScanRange {
  const reversed = options.reversed ?? false
  let start = options.start === undefined ? EMPTY : schema.rowBound(options.start)
  let stop = options.stop === undefined ? EMPTY : schema.rowBound(options.stop)
  if (stop.length > 0 && compareBytes(start, stop) > 0) {
    throw new HourbaseError('INVALID_ARGUMENT', 'the range ends before it begins (start > stop)', {
      where: { table: schema.name },
      hint: 'swap start and stop; reversed scans too give the smaller key as start',
    })
  }
  if (options.startInclusive === false && start.length > 0) {
    start = boundAfter(schema, options.start!)
    if (start.length === 0) return noRows(reversed)
  }
  if (options.stopInclusive === true && stop.length > 0) stop = boundAfter(schema, options.stop!)
  if (options.prefix !== undefined) {
    const prefix = schema.prefixRange(options.prefix)
    const timed = prefixTimeRange(schema, options.prefix, timeRange)
    start = maxKey(start, timed?.start ?? prefix.start)
    stop = minStop(stop, timed?.stop ?? prefix.stop)
  } else {
    const timed = prefixTimeRange(schema, {}, timeRange)
    if (timed !== null) {
      start = maxKey(start, timed.start)
      stop = minStop(stop, timed.stop)
    }
  }
  return stop.length > 0 && compareBytes(start, stop) >= 0 ? noRows(reversed) : { start, stop, reversed }
}

function noRows(reversed: boolean): ScanRange {
  const key = Uint8Array.of(0)
  return { start: key, stop: key, reversed }
}

/** Above all rows that the bound names; empty where no key is. */
function boundAfter(schema: TableSchema, row: RowKeyLike): Uint8Array {
  const isBytes = typeof row === 'string' || row instanceof Uint8Array
  return isBytes ? keySuccessor(schema.rowBound(row)) : schema.prefixRange(row).stop
}

function maxKey(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) >= 0 ? a : b
}

function minStop(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  return b.length === 0 || compareBytes(a, b) <= 0 ? a : b
}

/** When all parts before the event time are given, a time range is a key range: station = JFK and 30 days is one stretch. */
function prefixTimeRange(
  schema: TableSchema,
  prefix: RowKeyLike,
  { min, max }: TimeRange,
): { start: Uint8Array; stop: Uint8Array } | null {
  const time = schema.time
  if (time === null || typeof prefix === 'string' || prefix instanceof Uint8Array) return null
  const parts = schema.key.parts
  const leading = parts.slice(0, time.part)
  if (Object.keys(prefix).length !== leading.length || leading.some((p) => prefix[p.name] === undefined))
    return null
  const name = parts[time.part]!.name
  const base = schema.rowBound(prefix)
  const start =
    Math.abs(min) < KEY_MS_MAX ? schema.rowBound(timeKey(prefix, name, min, time.msPerUnit)) : base
  const stop =
    Math.abs(max) < KEY_MS_MAX
      ? schema.rowBound(timeKey(prefix, name, max, time.msPerUnit))
      : prefixSuccessor(base)
  return { start, stop }
}

/** Moments that every time type can hold in a key; a bound beyond them is as good as none. */
const KEY_MS_MAX = 7e15

/** The first key at or after `ms`. */
function timeKey(prefix: KeyParts, name: string, ms: number, msPerUnit: number): KeyParts {
  if (msPerUnit < 1) return { ...prefix, [name]: BigInt(ms) * 1000n }
  return { ...prefix, [name]: Math.ceil(ms / msPerUnit) * msPerUnit }
}
