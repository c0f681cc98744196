/** From the public ScanOptions to what the engine reads: byte range, families and columns, time range, mask. Pure. */
import type { KeyParts, RowKeyLike, ScanOptions } from './model/api.js'
import { type ColumnSelection, selectColumns } from './model/column-selection.js'
import type { ScanRange } from './model/scan-range.js'
import type { TableSchema } from './model/table-schema.js'
import { type TimeRange, toTimeRange } from './model/time-input.js'
import { compileWhere, quoteName, type WhereMask } from './model/where.js'
import type { RegionScan } from './region/region-scanner.js'
import { compareBytes, EMPTY, prefixSuccessor } from './util/bytes.js'
import { HourbaseError } from './util/errors.js'

export interface ScanPlan {
  readonly scan: RegionScan
  readonly where: WhereMask | null
  /** Answers are Results (cells) instead of typed rows. */
  readonly asResults: boolean
  readonly limit: number
}

type RangeOptions = Pick<ScanOptions, 'prefix' | 'start' | 'stop' | 'reversed' | 'timeRange'>

export function planScan(schema: TableSchema, options: ScanOptions, now: number): ScanPlan {
  const asResults = !schema.isTyped || options.raw === true || options.cells === true
  const versions = options.versions ?? 1
  checkOptions(schema, options, versions, asResults)
  const timeRange = toTimeRange(options.timeRange)
  const condition = withKnownTime(schema, options.where, timeRange)
  const where = condition === undefined ? null : compileWhere(condition, schema)
  const selection = selectColumns(schema, options.columns)
  return {
    scan: {
      range: planRange(schema, options, timeRange),
      families: where === null ? selection.families : withWhereColumns(schema, selection, where),
      timeRange,
      versions,
      raw: options.raw ?? false,
      now,
    },
    where: where?.mask() ?? null,
    asResults,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
  }
}

function checkOptions(schema: TableSchema, options: ScanOptions, versions: number, asResults: boolean): void {
  const bad = (message: string, hint: string): never => {
    throw new HourbaseError('INVALID_ARGUMENT', message, { hint, where: { table: schema.name } })
  }
  if (!(versions >= 1)) bad(`versions is ${versions}`, 'ask for at least 1')
  if (versions > 1 && !asResults) bad('versions > 1 needs cells: true', 'a typed row has one value a column')
  if (options.limit !== undefined && !(options.limit >= 0))
    bad(`limit is ${options.limit}`, 'give a number of rows ≥ 0')
  if (options.raw === true && options.columns !== undefined)
    bad('a raw scan takes no columns', 'leave columns out')
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
  selection: ColumnSelection,
  where: { readonly columnNames: readonly string[] },
): ColumnSelection['families'] {
  const named = [...selection.columns.map((c) => c.qualifiedName), ...where.columnNames]
  if (selection.families.every((f) => !f.read || f.qualifiers === null)) {
    const extra = selectColumns(
      schema,
      where.columnNames.length === 0 ? undefined : where.columnNames,
    ).families
    return selection.families.map((f, i) => (f.read ? f : where.columnNames.length === 0 ? f : extra[i]!))
  }
  return selectColumns(schema, named).families
}

/** The byte range of a scan; in a typed table the time range narrows it where the key allows. */
export function planRange(schema: TableSchema, options: RangeOptions, timeRange: TimeRange): ScanRange {
  let start = options.start === undefined ? EMPTY : schema.rowBound(options.start)
  let stop = options.stop === undefined ? EMPTY : schema.rowBound(options.stop)
  if (start.length > 0 && stop.length > 0 && compareBytes(start, stop) > 0) {
    throw new HourbaseError('INVALID_ARGUMENT', 'the range ends before it begins (start > stop)', {
      where: { table: schema.name },
      hint: 'swap start and stop; reversed scans too give the smaller key as start',
    })
  }
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
  return { start, stop, reversed: options.reversed ?? false }
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
