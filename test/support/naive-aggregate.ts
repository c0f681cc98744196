/** The general aggregate call as one would write it down: row by row, value by value. The reference side of tests. */
import type { AggregateQuery, AggregateRow, GroupBy, Measure, Scalar } from '../../src/model/api.js'
import { Bucketizer, bucketsBetween, parseEvery } from '../../src/model/bucket.js'
import { TimeZone } from '../../src/model/time-zone.js'
import type { TypedLiteral } from './typed-runs.js'

export interface NaiveTable {
  /** Type by name. */
  readonly types: Readonly<Record<string, string>>
  readonly time: string
  readonly key: readonly string[]
  /** The conditions that queries may use. */
  readonly wheres: Readonly<Record<string, (row: TypedLiteral) => boolean>>
}

type Group = {
  time: number | null
  values: Scalar[]
  sortKeys: (number | string | bigint | null)[]
  rows: TypedLiteral[]
}

/** `rows` in key order; `timeRange` in ms. */
export function naiveAggregate(
  table: NaiveTable,
  rows: readonly TypedLiteral[],
  query: AggregateQuery,
): AggregateRow[] {
  const [min, max] = (query.timeRange ?? [null, null]) as readonly [number | null, number | null]
  const groups = new Map<string, Group>()
  const buckets =
    query.every === undefined
      ? null
      : new Bucketizer(parseEvery(query.every), TimeZone.of(query.timeZone ?? 'UTC'))
  if (buckets === null && (query.groupBy ?? []).length === 0)
    groups.set('', { time: null, values: [], sortKeys: [], rows: [] })
  for (const row of rows) {
    const time = (row[table.time] ?? null) as number | null
    if (
      query.timeRange !== undefined &&
      (time === null || time < (min ?? -Infinity) || time >= (max ?? Infinity))
    )
      continue
    if (query.where !== undefined && !table.wheres[query.where]!(row)) continue
    const bucketTime = query.by === undefined ? time : ((row[query.by] ?? null) as number | null)
    if (buckets !== null && bucketTime === null) continue
    const bucket = buckets === null ? null : buckets.locate(bucketTime!)
    const keys = (query.groupBy ?? []).map((group) => groupValue(group, row))
    const id = [
      bucket,
      ...keys.map(({ value }) => (typeof value === 'string' ? `'${value}` : String(value))),
    ].join('|')
    const group = groups.get(id) ?? {
      time: bucket,
      values: keys.map((k) => k.value),
      sortKeys: keys.map((k) => k.sortKey),
      rows: [],
    }
    group.rows.push(row)
    groups.set(query.every === undefined && keys.length === 0 ? '' : id, group)
  }
  const found = [...groups.values()].sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || compareKeys(a, b))
  const filled = buckets === null || (query.fill ?? 'none') === 'none' ? found : fill(query, found, min, max)
  return answer(table, query, filled)
}

function answer(table: NaiveTable, query: AggregateQuery, groups: readonly Group[]): AggregateRow[] {
  const last = new Map<string, AggregateRow>()
  return groups.map((group) => {
    const row: AggregateRow = query.every === undefined ? {} : { time: group.time }
    ;(query.groupBy ?? []).forEach((by, i) => {
      row[typeof by === 'string' ? by : (by.as ?? by.column)] = group.values[i]!
    })
    const isEmpty = group.rows.length === 0 && query.every !== undefined
    const id = JSON.stringify(group.values.map(String))
    for (const [name, measure] of Object.entries(query.select)) {
      const value = measureValue(table, measure, group.rows)
      if (isEmpty && query.fill === 'zero') row[name] = zero(table, measure)
      else if (isEmpty && query.fill === 'previous') row[name] = last.get(id)?.[name] ?? value
      else row[name] = value
    }
    last.set(id, row)
    return row
  })
}

function fill(query: AggregateQuery, groups: Group[], min: number | null, max: number | null): Group[] {
  const buckets = new Bucketizer(parseEvery(query.every!), TimeZone.of(query.timeZone ?? 'UTC'))
  const byEvent = query.by === undefined
  const from = byEvent && min !== null ? min : (groups[0]?.time ?? null)
  const to = byEvent && max !== null ? max : groups.length === 0 ? null : groups.at(-1)!.time! + 1
  const combinations = new Map(groups.map((group) => [JSON.stringify(group.values.map(String)), group]))
  if ((query.groupBy ?? []).length === 0)
    combinations.set('[]', { time: null, values: [], sortKeys: [], rows: [] })
  const times = from === null || to === null ? [] : bucketsBetween(buckets, from, to, 1e6)
  return times.flatMap((time) =>
    [...combinations]
      .sort(([, a], [, b]) => compareKeys(a, b))
      .map(([id, example]) => {
        const same = groups.find(
          (group) => group.time === time && JSON.stringify(group.values.map(String)) === id,
        )
        return same ?? { ...example, time, rows: [] }
      }),
  )
}

function compareKeys(a: Group, b: Group): number {
  for (let i = 0; i < a.sortKeys.length; i++) {
    const order = compareValues(a.sortKeys[i]!, b.sortKeys[i]!)
    if (order !== 0) return order
  }
  return 0
}

/** Null first, NaN last. */
function compareValues(x: number | string | bigint | null, y: number | string | bigint | null): number {
  if (x === null || y === null) return Number(x !== null) - Number(y !== null)
  if (typeof x === 'string' && typeof y === 'string') return Buffer.compare(Buffer.from(x), Buffer.from(y))
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  return x < y ? -1 : x > y ? 1 : 0
}

function groupValue(
  group: GroupBy,
  row: TypedLiteral,
): { value: Scalar; sortKey: number | string | bigint | null } {
  const value = row[typeof group === 'string' ? group : group.column] ?? null
  if (typeof group !== 'string') {
    if (value === null)
      return { value: group.nullLabel ?? null, sortKey: group.nullLabel === undefined ? null : Infinity }
    const number = Number(value)
    const index = group.edges.filter((edge) => Number.isNaN(number) || edge <= number).length
    return { value: group.labels[index]!, sortKey: index }
  }
  const plain = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
  const sortKey = typeof plain === 'boolean' ? Number(plain) : (plain as number | string | bigint | null)
  return { value: plain, sortKey }
}

/** A decimal as its unscaled integer, so that it sorts and sums. */
function comparable(type: string, value: Scalar): number | bigint | string {
  if (type.startsWith('decimal')) return BigInt(String(value).replace('.', ''))
  return typeof value === 'boolean' ? Number(value) : (value as number | bigint | string)
}

function scaleOf(type: string): number {
  return Number(/,(\d+)\)/.exec(type)?.[1] ?? 0)
}

function edge(type: string, value: number | bigint | string | undefined): Scalar {
  if (value === undefined) return null
  if (type === 'boolean') return value !== 0
  if (type.startsWith('decimal')) return decimalText(BigInt(value), scaleOf(type))
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function measureValue(table: NaiveTable, measure: Measure, rows: readonly TypedLiteral[]): Scalar {
  const [kind, subject] = measure
  const options = (kind === 'quantile' ? measure[3] : measure[2]) ?? {}
  const chosen = rows.filter((row) => options.where === undefined || table.wheres[options.where]!(row))
  if (subject === '*') return chosen.length
  const type = table.types[subject]!
  const withValue = chosen.filter((row) => (row[subject] ?? null) !== null)
  const values = withValue.map((row) => comparable(type, row[subject]!))
  const sorted = [...values].sort(compareValues)
  switch (kind) {
    case 'count':
      return values.length
    case 'distinct':
      return new Set(values.map((value) => (value === 0 ? '0' : `${typeof value} ${String(value)}`))).size
    case 'min':
      return edge(type, sorted[0])
    case 'max':
      return edge(type, sorted.at(-1))
    case 'first':
    case 'last':
      return firstOrLast(table, kind, subject, withValue)
    case 'quantile':
      return quantile(type, sorted as (number | bigint)[], measure[2], options.method === 'discrete')
    default:
      return values.length === 0 ? null : sumOrAverage(type, kind, values as (number | bigint)[])
  }
}

function firstOrLast(
  table: NaiveTable,
  kind: 'first' | 'last',
  subject: string,
  rows: readonly TypedLiteral[],
): Scalar {
  const timed = rows.filter((row) => (row[table.time] ?? null) !== null)
  let best = timed[0]
  for (const row of timed.slice(1)) {
    const [time, bestTime] = [row[table.time] as number, best![table.time] as number]
    if (kind === 'first' ? time < bestTime : time >= bestTime) best = row
  }
  return best === undefined
    ? null
    : edge(table.types[subject]!, comparable(table.types[subject]!, best[subject]!))
}

function sumOrAverage(type: string, kind: 'sum' | 'avg', values: readonly (number | bigint)[]): Scalar {
  if (type === 'double') {
    const sum = (values as number[]).reduce((a, b) => a + b, 0)
    return kind === 'avg' ? sum / values.length : sum
  }
  const sum = values.reduce<bigint>((a, b) => a + BigInt(b), 0n)
  // bigger than any bit a double has: one rounding
  if (kind === 'avg')
    return Number((sum * 2n ** 80n) / (BigInt(values.length) * 10n ** BigInt(scaleOf(type)))) / 2 ** 80
  return edge(type === 'boolean' ? 'int' : type, sum)
}

function quantile(type: string, sorted: readonly (number | bigint)[], q: number, discrete: boolean): Scalar {
  if (sorted.length === 0) return null
  if (discrete)
    return edge(
      type,
      sorted.find((_, i) => (i + 1) / sorted.length >= q),
    )
  const position = (sorted.length - 1) * q
  const low = Number(sorted[Math.floor(position)])
  const high = Number(sorted[Math.ceil(position)])
  const value = low === high ? low : low + (position - Math.floor(position)) * (high - low)
  return value / 10 ** scaleOf(type)
}

function zero(table: NaiveTable, measure: Measure): Scalar {
  const [kind, subject] = measure
  const type = table.types[subject] ?? 'int'
  if (kind === 'count' || kind === 'distinct') return 0
  if (type === 'boolean') return kind === 'sum' || kind === 'avg' ? 0 : null
  if (type === 'string' || type === 'hour') return null
  const discrete = kind === 'quantile' && measure[3]?.method === 'discrete'
  if (!type.startsWith('decimal') || kind === 'avg' || (kind === 'quantile' && !discrete)) return 0
  return decimalText(0n, scaleOf(type))
}
