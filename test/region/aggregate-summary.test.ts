import { expect, test } from 'vitest'
import { compileAggregate } from '../../src/model/aggregate-plan.js'
import type { AggregateQuery } from '../../src/model/api.js'
import { DAY_MS, HOUR_MS } from '../../src/model/time-zone.js'
import { AggregateExecutor } from '../../src/region/aggregate-executor.js'
import {
  type BlockSummary,
  type ColumnSummary,
  canUseSummary,
  summariesFit,
} from '../../src/region/aggregate-summary.js'
import { utf8Decode } from '../../src/util/bytes.js'
import { schemaFor } from '../support/aggregate-rows.js'
import { type TypedLiteral, typedRuns } from '../support/typed-runs.js'

const schema = schemaFor({
  rowKey: ['s:string', 'hour:hour'],
  families: { d: { columns: { x: 'double', i: 'int', c: 'string' } } },
})
const START = Date.UTC(2024, 0, 1)
const ROWS: TypedLiteral[] = Array.from({ length: 96 }, (_, i) => ({
  s: `S${Math.floor(i / 48)}`,
  hour: START + (i % 48) * HOUR_MS,
  ...(i % 5 === 0 ? {} : { x: ((i * 7919) % 100) / 10 }),
  i: i - 40,
}))

/** What an index would keep of these rows. */
function summaryOf(rows: readonly TypedLiteral[]): BlockSummary {
  const times = rows.map((row) => row['hour'] as number)
  return {
    rowCount: rows.length,
    minTime: Math.min(...times),
    maxTime: Math.max(...times),
    column(_family, qualifier): ColumnSummary | null {
      const values = rows.flatMap((row) => (row[utf8Decode(qualifier)] as number | undefined) ?? [])
      return {
        count: values.length,
        sum: values.reduce((a, b) => a + b, 0),
        min: Math.min(...values),
        max: Math.max(...values),
      }
    },
  }
}

const select: AggregateQuery['select'] = {
  n: ['count', '*'],
  x: ['count', 'x'],
  mean: ['avg', 'x'],
  low: ['min', 'i'],
  high: ['max', 'i'],
  sum: ['sum', 'i'],
}

test.each<[string, AggregateQuery]>([
  ['of all rows', { select }],
  ['by day', { select, every: '1d' }],
  ['by day of week', { select, every: 'dayOfWeek' }],
  ['of a range', { select, timeRange: [START, START + DAY_MS] }],
])('an aggregate %s from summaries is the one from rows', (_, query) => {
  const plan = compileAggregate(query, schema)
  expect(summariesFit(plan)).toBe(true)
  const byRows = new AggregateExecutor(plan)
  const bySummary = new AggregateExecutor(plan)
  let used = 0
  for (let from = 0; from < ROWS.length; from += 12) {
    const rows = ROWS.slice(from, from + 12)
    const summary = summaryOf(rows)
    for (const run of typedRuns(schema, rows)) {
      byRows.consume(run)
      if (!canUseSummary(plan, summary)) bySummary.consume(run)
    }
    if (!canUseSummary(plan, summary)) continue
    bySummary.consumeSummary(summary)
    used++
  }
  expect(used).toBeGreaterThan(3)
  const [wanted, got] = [byRows.finish(), bySummary.finish()]
  expect(got).toHaveLength(wanted.length)
  got.forEach((row, i) => {
    expect(row).toEqual({ ...wanted[i]!, mean: expect.closeTo(wanted[i]!['mean'] as number, 12) })
  })
})

test.each<[string, AggregateQuery]>([
  ['a condition', { select, where: 'x > 0' }],
  ['a condition of a measure', { select: { n: ['count', '*', { where: 'x > 0' }] } }],
  ['groups', { select, groupBy: ['s'] }],
  ['texts', { select: { m: ['min', 'c'] } }],
  ['a row-key part', { select: { m: ['max', 'hour'] } }],
  ['quantiles', { select: { m: ['quantile', 'x', 0.5] } }],
  ['first', { select: { m: ['first', 'x'] } }],
])('%s needs rows', (_, query) => {
  expect(summariesFit(compileAggregate(query, schema))).toBe(false)
})

test('a block over two buckets, partly out of range, or with a sum not known needs its rows', () => {
  const summary = summaryOf(ROWS.slice(12, 36))
  expect(canUseSummary(compileAggregate({ select, every: '1d' }, schema), summary)).toBe(false)
  expect(canUseSummary(compileAggregate({ select, every: '1w' }, schema), summary)).toBe(true)
  expect(
    canUseSummary(compileAggregate({ select, timeRange: [START + 13 * HOUR_MS, null] }, schema), summary),
  ).toBe(false)
  expect(
    canUseSummary(compileAggregate({ select, timeRange: [START + 12 * HOUR_MS, null] }, schema), summary),
  ).toBe(true)
  const all = compileAggregate({ select }, schema)
  expect(canUseSummary(all, { ...summary, column: () => null })).toBe(false)
  expect(
    canUseSummary(all, { ...summary, column: () => ({ count: 1, sum: Number.NaN, min: 0, max: 0 }) }),
  ).toBe(false)
  expect(
    canUseSummary(compileAggregate({ select, every: '1w' }, schema), { ...summary, minTime: Number.NaN }),
  ).toBe(false)
})
