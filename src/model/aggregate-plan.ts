/** An aggregate query checked against a table: what to read, what to fold, how to group. Pure. */
import { compareBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import { type FoldSpec, type MeasureSpec, planMeasure, typeOfColumn } from './aggregate-plan-measure.js'
import type { AggregateQuery, GroupBy } from './api.js'
import { type BucketSize, parseEvery } from './bucket.js'
import type { FamilySelection } from './column-selection.js'
import { nearestHint } from './names.js'
import type { ColumnRef, TableSchema } from './table-schema.js'
import { ALL_TIME, type TimeRange, toTimeRange } from './time-input.js'
import { TimeZone } from './time-zone.js'
import type { ValueType } from './value-type.js'
import { compileWhere, isSameColumn, type WherePlan } from './where.js'

export interface GroupClasses {
  /** Ascending. Class i holds edges[i - 1] ≤ value < edges[i]. */
  readonly edges: readonly number[]
  readonly labels: readonly string[]
  readonly nullLabel: string | null
}

export interface GroupSpec {
  readonly name: string
  readonly ref: ColumnRef
  readonly type: ValueType
  readonly classes: GroupClasses | null
}

export interface TimeSpec {
  readonly ref: ColumnRef
  readonly type: ValueType
}

export interface AggregatePlan {
  readonly schema: TableSchema
  readonly where: WherePlan | null
  readonly timeRange: TimeRange
  /** The event time, where rows outside `timeRange` are to be left out by it; null: no range, or rows are stamped by their write. */
  readonly rangeTime: TimeSpec | null
  readonly buckets: {
    readonly size: BucketSize
    readonly zone: TimeZone
    readonly time: TimeSpec
    readonly byEventTime: boolean
  } | null
  /** What first and last go by, when there is one. */
  readonly order: TimeSpec | null
  readonly groups: readonly GroupSpec[]
  readonly measures: readonly MeasureSpec[]
  /** Without repeats: MeasureSpec.fold is one of them. */
  readonly folds: readonly FoldSpec[]
  /** Conditions of measures, by text. */
  readonly foldWheres: ReadonlyMap<string, WherePlan>
  readonly fill: 'none' | 'null' | 'zero' | 'previous'
  /** Rows of the answer (groups × buckets) at most. */
  readonly groupsMax: number
  /** Values kept by distinct and quantile at most. */
  readonly valuesMax: number
  /** What to read, by family. An empty list of qualifiers: the row keys alone, since rows count even where they have none of the columns. */
  readonly families: readonly FamilySelection[]
}

export interface AggregateLimits {
  /** Default 10 million: 80 MB of numbers. */
  valuesMax?: number
}

const QUERY_FIELDS: readonly string[] = [
  'timeRange',
  'prefix',
  'start',
  'stop',
  'where',
  'every',
  'by',
  'timeZone',
  'groupBy',
  'select',
  'fill',
  'groupsMax',
  'signal',
]
const GROUP_FIELDS: readonly string[] = ['column', 'edges', 'labels', 'nullLabel', 'as']
const FILLS = ['none', 'null', 'zero', 'previous'] as const
const GROUPS_DEFAULT = 100_000
/** Some hundred bytes each. */
const GROUPS_MOST = 2_000_000
const VALUES_DEFAULT = 10_000_000

/** @throws INVALID_ARGUMENT, COLUMN_NOT_FOUND */
export function compileAggregate(
  query: AggregateQuery,
  schema: TableSchema,
  limits: AggregateLimits = {},
): AggregatePlan {
  checkQuery(query, schema)
  const groups = (query.groupBy ?? []).map((group) => planGroup(schema, group))
  const measures = Object.entries(query.select).map(([name, measure]) => planMeasure(schema, name, measure))
  checkNames([
    ...(query.every === undefined ? [] : ['time']),
    ...groups.map((g) => g.name),
    ...measures.map((m) => m.name),
  ])
  const folds = shareFolds(measures)
  const foldWheres = new Map(
    folds.flatMap(({ where }) => (where === null ? [] : [[where, compileWhere(where, schema)]])),
  )
  const timeRange = query.timeRange === undefined ? ALL_TIME : toTimeRange(query.timeRange)
  const eventTime = eventTimeOf(schema)
  const by = query.by === undefined ? eventTime : planBy(schema, query.by)
  const plan = {
    schema,
    where: query.where === undefined ? null : compileWhere(query.where, schema),
    timeRange,
    rangeTime: timeRange === ALL_TIME ? null : eventTime,
    buckets: planBuckets(query, by, eventTime),
    order: by,
    groups,
    measures,
    folds,
    foldWheres,
    fill: query.fill ?? 'none',
    groupsMax: query.groupsMax ?? GROUPS_DEFAULT,
    valuesMax: limits.valuesMax ?? VALUES_DEFAULT,
  }
  checkOrder(plan)
  return { ...plan, families: familiesToRead(plan) }
}

function checkQuery(query: AggregateQuery, schema: TableSchema): void {
  if (!schema.isTyped)
    throw invalid(
      `table '${schema.name}' is raw: aggregates need typed columns`,
      'define its rowKey and columns',
    )
  for (const name of Object.keys(query)) {
    if (!QUERY_FIELDS.includes(name))
      throw invalid(`aggregate has no option '${name}'`, nearestHint(name, QUERY_FIELDS))
  }
  const { select, fill, groupsMax, groupBy, every } = query
  if (typeof select !== 'object' || select === null || Object.keys(select).length === 0) {
    throw invalid('select names no measure', "e.g. { n: ['count', '*'] }")
  }
  if (groupBy !== undefined && !Array.isArray(groupBy)) throw invalid('groupBy is a list', "e.g. ['station']")
  if (fill !== undefined && !FILLS.includes(fill))
    throw invalid(`fill: '${String(fill)}' is no way to fill`, `use ${FILLS.join(', ')}`)
  if (fill !== undefined && fill !== 'none' && every === undefined)
    throw invalid('fill needs buckets', "add every, e.g. '1h'")
  if (
    groupsMax !== undefined &&
    !(Number.isInteger(groupsMax) && groupsMax >= 1 && groupsMax <= GROUPS_MOST)
  ) {
    throw invalid(`groupsMax is ${groupsMax}`, `give a whole number from 1 to ${GROUPS_MOST}`)
  }
}

function planGroup(schema: TableSchema, group: GroupBy): GroupSpec {
  if (typeof group === 'string') {
    const ref = schema.resolveColumn(group)
    return { name: group, ref, type: typeOfColumn(schema, ref), classes: null }
  }
  for (const name of Object.keys(group)) {
    if (!GROUP_FIELDS.includes(name))
      throw invalid(`groupBy has no option '${name}'`, nearestHint(name, GROUP_FIELDS))
  }
  const { column, edges, labels, nullLabel = null, as = column } = group
  const ref = schema.resolveColumn(column)
  const type = typeOfColumn(schema, ref)
  if (!['int', 'long', 'ulong', 'double', 'decimal'].includes(type.name)) {
    throw invalid(
      `groupBy: '${column}' is of type ${type.text}, classes need a number`,
      'group by the column itself',
    )
  }
  const ascending =
    Array.isArray(edges) && edges.every((edge, i) => typeof edge === 'number' && !(edge <= edges[i - 1]!))
  if (!ascending || edges.some(Number.isNaN))
    throw invalid(`groupBy '${column}': the edges must ascend`, 'e.g. [5, 10, 20]')
  if (!Array.isArray(labels) || labels.length !== edges.length + 1) {
    throw invalid(
      `groupBy '${column}': ${edges.length} edges part ${edges.length + 1} classes`,
      `give ${edges.length + 1} labels`,
    )
  }
  return { name: as, ref, type, classes: { edges, labels, nullLabel } }
}

function checkNames(names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if (name === '__proto__') throw invalid(`'${name}' cannot name a field`, 'choose another name')
    if (names.indexOf(name) < i)
      throw invalid(
        `two fields of the answer are called '${name}'`,
        'rename one in select, or by as in groupBy',
      )
  }
}

/** Gives equal folds one identity. */
function shareFolds(measures: MeasureSpec[]): FoldSpec[] {
  const folds: FoldSpec[] = []
  measures.forEach((measure, i) => {
    const known = folds.find((fold) => isSameFold(fold, measure.fold))
    if (known === undefined) folds.push(measure.fold)
    else measures[i] = { ...measure, fold: known }
  })
  return folds
}

function isSameFold(a: FoldSpec, b: FoldSpec): boolean {
  if (a.kind !== b.kind || a.where !== b.where) return false
  return a.ref === null || b.ref === null ? a.ref === b.ref : isSameColumn(a.ref, b.ref)
}

function eventTimeOf(schema: TableSchema): TimeSpec | null {
  return schema.time === null
    ? null
    : { ref: { kind: 'key', part: schema.time.part }, type: schema.time.type }
}

function planBy(schema: TableSchema, by: string): TimeSpec {
  const ref = schema.resolveColumn(by)
  const type = typeOfColumn(schema, ref)
  if (['hour', 'day', 'datetime'].includes(type.name)) return { ref, type }
  throw invalid(
    `by: '${by}' is of type ${type.text}, not a time`,
    'name a column or row-key part of type hour, day or datetime',
  )
}

function planBuckets(
  query: AggregateQuery,
  by: TimeSpec | null,
  eventTime: TimeSpec | null,
): AggregatePlan['buckets'] {
  const zone = TimeZone.of(query.timeZone ?? 'UTC')
  if (query.every === undefined) return null
  const size = parseEvery(query.every)
  if (by === null) throw invalid('every: the table has no event time', 'name a time column with by')
  const byEventTime = eventTime !== null && isSameColumn(by.ref, eventTime.ref)
  return { size, zone, time: by, byEventTime }
}

function checkOrder(plan: Pick<AggregatePlan, 'order' | 'folds'>): void {
  const ordered = plan.folds.find(({ kind }) => kind === 'first' || kind === 'last')
  if (ordered === undefined || plan.order !== null) return
  throw invalid(`${ordered.kind}: the table has no event time`, 'name a time column with by')
}

type WithoutFamilies = Omit<AggregatePlan, 'families'>

function familiesToRead(plan: WithoutFamilies): FamilySelection[] {
  const refs = [
    ...(plan.where?.columns ?? []),
    ...[...plan.foldWheres.values()].flatMap((where) => where.columns),
    ...plan.groups.map((group) => group.ref),
    ...plan.folds.flatMap((fold) => fold.ref ?? []),
    ...(plan.buckets === null ? [] : [plan.buckets.time.ref]),
    ...(plan.order === null ? [] : [plan.order.ref]),
  ]
  // without groups or buckets a row that has none of the columns changes nothing but a count of rows
  const rowsMatter =
    plan.groups.length > 0 ||
    plan.buckets !== null ||
    plan.folds.some(({ kind, ref }) => kind === 'rows' || ref!.kind === 'key')
  return plan.schema.columns.map((columns, family) => {
    const named = columns.filter((_, column) =>
      refs.some((ref) => ref.kind === 'column' && ref.family === family && ref.column === column),
    )
    const qualifiers = named.map(({ qualifier }) => qualifier).sort(compareBytes)
    return { read: rowsMatter || qualifiers.length > 0, qualifiers }
  })
}

function invalid(message: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', message, { hint })
}
