/** The JSON form of a query → ScanOptions or AggregateQuery: every field checked by name, unknown ones refused. */
import type {
  AggregateQuery,
  FilterSpec,
  GroupBy,
  Measure,
  ScanOptions,
  TimeLike,
  TimeRangeLike,
} from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { HourbaseError } from '../util/errors.js'
import { keyFromJson } from './key-input.js'
import { MEASURE_NAMES } from './select-input.js'
import { suggestHint } from './suggest.js'

const RANGE_FIELDS = ['timeRange', 'from', 'to', 'prefix', 'start', 'stop', 'where']
export const SCAN_FIELDS: readonly string[] = [
  ...RANGE_FIELDS,
  'columns',
  'limit',
  'reversed',
  'versions',
  'cells',
  'raw',
  'filter',
]
export const AGGREGATE_FIELDS: readonly string[] = [
  ...RANGE_FIELDS,
  'every',
  'by',
  'timeZone',
  'groupBy',
  'select',
  'fill',
  'groupsMax',
]

type Input = Readonly<Record<string, unknown>>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** `extraFields` belong to the door (format, cursor …) and only widen the hint for a mistyped name. */
export function scanFromInput(
  descriptor: TableDescriptor,
  input: Input,
  extraFields: readonly string[] = [],
): ScanOptions {
  refuseUnknown(input, SCAN_FIELDS, extraFields)
  const scan: Mutable<ScanOptions> = rangeFromInput(descriptor, input)
  if (given(input, 'columns')) scan.columns = strings(input, 'columns')
  if (given(input, 'limit')) scan.limit = integer(input, 'limit', 1)
  if (given(input, 'versions')) scan.versions = integer(input, 'versions', 1)
  if (given(input, 'reversed')) scan.reversed = boolean(input, 'reversed')
  if (given(input, 'cells')) scan.cells = boolean(input, 'cells')
  if (given(input, 'raw')) scan.raw = boolean(input, 'raw')
  const filter = filterOf(input)
  if (filter !== null) scan.filter = filter
  // Versions differ by their timestamps, which only cells show.
  if (scan.versions !== undefined && scan.versions !== 1 && descriptor.rowKey !== null) scan.cells = true
  return scan
}

export function aggregateFromInput(
  descriptor: TableDescriptor,
  input: Input,
  extraFields: readonly string[] = [],
): AggregateQuery {
  refuseUnknown(input, AGGREGATE_FIELDS, extraFields)
  const query: Mutable<AggregateQuery> = { ...rangeFromInput(descriptor, input), select: selectOf(input) }
  if (given(input, 'every')) query.every = text(input, 'every')
  if (given(input, 'by')) query.by = text(input, 'by')
  if (given(input, 'timeZone')) query.timeZone = text(input, 'timeZone')
  if (given(input, 'groupBy')) query.groupBy = groupByOf(input['groupBy'])
  if (given(input, 'groupsMax')) query.groupsMax = integer(input, 'groupsMax', 1)
  if (given(input, 'fill')) {
    query.fill = oneOf(text(input, 'fill'), 'fill', ['none', 'null', 'zero', 'previous'] as const)
  }
  return query
}

/** A filter string or an object; the engine checks what is in it. An empty text is none, as in HBase's REST server. */
function filterOf(input: Input): string | FilterSpec | null {
  const filter = input['filter']
  if (filter === undefined || filter === null || filter === '') return null
  if (typeof filter === 'string' || typeof filter === 'object') return filter as string | FilterSpec
  throw bad('filter', 'filter must be a filter string or an object: docs/filters.md')
}

type RangeFields = Mutable<Pick<ScanOptions, 'timeRange' | 'prefix' | 'start' | 'stop' | 'where'>>

function rangeFromInput(descriptor: TableDescriptor, input: Input): RangeFields {
  const range: RangeFields = {}
  const timeRange = timeRangeOf(input)
  if (timeRange !== null) range.timeRange = timeRange
  if (given(input, 'where')) range.where = text(input, 'where')
  for (const name of ['prefix', 'start', 'stop'] as const) {
    if (given(input, name)) range[name] = keyFromJson(descriptor, input[name], { parameter: name })
  }
  return range
}

function timeRangeOf(input: Input): TimeRangeLike | null {
  const hasEnds = given(input, 'from') || given(input, 'to')
  if (!given(input, 'timeRange'))
    return hasEnds ? [timeOf(input['from'], 'from'), timeOf(input['to'], 'to')] : null
  if (hasEnds) throw bad('timeRange', 'give either timeRange or from and to')
  const range = input['timeRange']
  if (!Array.isArray(range) || range.length !== 2)
    throw bad('timeRange', 'timeRange must be [from, to], null = open')
  return [timeOf(range[0], 'timeRange'), timeOf(range[1], 'timeRange')]
}

function timeOf(value: unknown, parameter: string): TimeLike | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw bad(parameter, `${parameter}: a time is ISO 8601 text or whole milliseconds`)
}

function selectOf(input: Input): Record<string, Measure> {
  const select = input['select']
  if (
    typeof select !== 'object' ||
    select === null ||
    Array.isArray(select) ||
    Object.keys(select).length === 0
  ) {
    throw bad('select', 'select must name at least one measure, e.g. {"n": ["count", "*"]}')
  }
  return Object.fromEntries(Object.entries(select).map(([name, value]) => [name, measureOf(name, value)]))
}

function measureOf(name: string, value: unknown): Measure {
  const parameter = `select.${name}`
  if (!Array.isArray(value) || typeof value[0] !== 'string' || typeof value[1] !== 'string') {
    throw bad(parameter, `${parameter} must be [function, column], e.g. ["avg", "d:temp"]`)
  }
  if (!MEASURE_NAMES.includes(value[0])) {
    throw bad(
      parameter,
      `${parameter}: no function '${value[0]}'`,
      suggestHint(value[0], MEASURE_NAMES, 'functions'),
    )
  }
  const hasQuantile = value[0] === 'quantile'
  if (hasQuantile && !(typeof value[2] === 'number' && value[2] >= 0 && value[2] <= 1)) {
    throw bad(parameter, `${parameter}: a quantile is between 0 and 1, e.g. ["quantile", "d:temp", 0.95]`)
  }
  const options: unknown = value[hasQuantile ? 3 : 2]
  if (value.length > (hasQuantile ? 4 : 3)) throw bad(parameter, `${parameter} has too many members`)
  if (options !== undefined) checkMeasureOptions(parameter, options)
  return value as unknown as Measure
}

function checkMeasureOptions(parameter: string, options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw bad(parameter, `${parameter}: the options must be an object such as {"where": "temp < 0"}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (name === 'method') oneOf(value, `${parameter}.method`, ['interpolated', 'discrete'] as const)
    else if (name !== 'where')
      throw bad(parameter, `${parameter}: no option '${name}'`, 'options: where, method')
    else if (typeof value !== 'string') throw bad(parameter, `${parameter}.where must be text`)
  }
}

function groupByOf(value: unknown): GroupBy[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  return list.map((entry) => {
    if (typeof entry === 'string') return entry
    const classes = entry as { column?: unknown; edges?: unknown; labels?: unknown } | null
    const isClasses =
      typeof classes === 'object' &&
      typeof classes?.column === 'string' &&
      isListOf(classes.edges, 'number') &&
      isListOf(classes.labels, 'string')
    if (!isClasses)
      throw bad('groupBy', 'groupBy takes columns, or {column, edges, labels} for classes of a number')
    return entry as GroupBy
  })
}

function isListOf(value: unknown, type: 'number' | 'string'): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === type)
}

function refuseUnknown(input: Input, known: readonly string[], extra: readonly string[]): void {
  for (const name of Object.keys(input)) {
    if (known.includes(name)) continue
    throw bad(name, `no parameter '${name}'`, suggestHint(name, [...known, ...extra], 'parameters'))
  }
}

function given(input: Input, name: string): boolean {
  return input[name] !== undefined && input[name] !== null
}

function text(input: Input, name: string): string {
  const value = input[name]
  if (typeof value === 'string') return value
  throw bad(name, `${name} must be text`)
}

function strings(input: Input, name: string): string[] {
  const value = input[name]
  if (isListOf(value, 'string')) return value as string[]
  throw bad(name, `${name} must be a list of names`)
}

function boolean(input: Input, name: string): boolean {
  const value = input[name]
  if (typeof value === 'boolean') return value
  throw bad(name, `${name} must be true or false`)
}

function integer(input: Input, name: string, min: number): number {
  const value = input[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value
  throw bad(name, `${name} must be a whole number of at least ${min}`)
}

function oneOf<T extends string>(value: unknown, parameter: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw bad(parameter, `${parameter} must be one of ${allowed.join(', ')}`)
}

function bad(parameter: string, message: string, hint?: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', message, {
    where: { parameter },
    ...(hint === undefined ? {} : { hint }),
  })
}
