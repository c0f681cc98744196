import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileAggregate } from '../../src/model/aggregate-plan.js'
import type { AggregateQuery, AggregateRow, GroupBy, Measure, Scalar } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { HOUR_MS } from '../../src/model/time-zone.js'
import { AggregateExecutor } from '../../src/region/aggregate-executor.js'
import { type NaiveTable, naiveAggregate } from '../support/naive-aggregate.js'
import { type RunOptions, type TypedLiteral, typedRuns } from '../support/typed-runs.js'

const KEY = { s: 'string', hour: 'hour', n: 'int' }
const COLUMNS = { i: 'int', x: 'double', l: 'long', p: 'decimal(8,2)', c: 'string', b: 'boolean', at: 'hour' }
const schema = new TableSchema(
  defineTable(
    't',
    {
      rowKey: ['s:string', 'hour:hour?', 'n:int'],
      time: 'hour',
      families: { d: { columns: COLUMNS }, e: { columns: { y: 'double' } } },
    },
    { tableId: 1, familyIds: [1, 2] },
  ),
)
const positive = (value: Scalar | undefined): boolean =>
  typeof value === 'number' && (value > 0 || Number.isNaN(value))
const table: NaiveTable = {
  types: { ...KEY, ...COLUMNS, y: 'double' },
  time: 'hour',
  key: ['s', 'hour', 'n'],
  wheres: {
    'x > 0': (row) => positive(row['x']),
    "c = 'a' or i is null": (row) => row['c'] === 'a' || (row['i'] ?? null) === null,
    'not b and y is not null': (row) => row['b'] === false && (row['y'] ?? null) !== null,
    "s in ('A', 'ß')": (row) => row['s'] === 'A' || row['s'] === 'ß',
  },
}
const WHERES = Object.keys(table.wheres)
/** Around a change of clock in New York and Sydney. */
const START = Date.UTC(2013, 10, 2)

const rowArbitrary: fc.Arbitrary<TypedLiteral> = fc.record({
  s: fc.constantFrom('A', 'B', 'ß', ''),
  hour: fc.option(
    fc.integer({ min: 0, max: 60 }).map((h) => START + h * HOUR_MS),
    { freq: 8 },
  ),
  n: fc.integer({ min: -2, max: 6 }),
  i: fc.option(fc.integer({ min: -3, max: 3 })),
  x: fc.option(fc.constantFrom(-1.5, 0, -0, 0.1, 2.25, 7, Number.NaN)),
  l: fc.option(fc.constantFrom(-5n, 3n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, -(2n ** 62n))),
  p: fc.option(fc.constantFrom('0.00', '-12.34', '999999.99', '0.05')),
  c: fc.option(fc.constantFrom('a', 'b', '', '\u{1F600}', '\uFFFD')),
  b: fc.option(fc.boolean()),
  at: fc.option(fc.integer({ min: 0, max: 30 }).map((h) => START + h * HOUR_MS)),
  y: fc.option(fc.integer({ min: 0, max: 9 })),
})

const whereOption = fc.option(
  fc.constantFrom(...WHERES).map((where) => ({ where })),
  { nil: undefined },
)
const measureArbitrary: fc.Arbitrary<Measure> = fc.oneof(
  whereOption.map((options): Measure => (options === undefined ? ['count', '*'] : ['count', '*', options])),
  fc
    .tuple(
      fc.constantFrom('count', 'min', 'max', 'first', 'last', 'distinct'),
      fc.constantFrom(...Object.keys(table.types)),
      whereOption,
    )
    .map(
      ([kind, subject, options]) =>
        [kind, subject, ...(options === undefined ? [] : [options])] as unknown as Measure,
    ),
  fc
    .tuple(fc.constantFrom('sum', 'avg'), fc.constantFrom('i', 'x', 'l', 'p', 'b', 'y', 'n'), whereOption)
    .map(
      ([kind, subject, options]) =>
        [kind, subject, ...(options === undefined ? [] : [options])] as unknown as Measure,
    ),
  fc
    .tuple(
      fc.constantFrom('i', 'x', 'l', 'p', 'y'),
      fc.constantFrom(0, 0.1, 0.5, 0.55, 0.9, 1),
      fc.constantFrom('discrete', 'interpolated'),
    )
    .map(([subject, q, method]) => ['quantile', subject, q, { method }] as unknown as Measure),
)
const groupArbitrary: fc.Arbitrary<GroupBy> = fc.constantFrom<GroupBy>(
  's',
  'n',
  'i',
  'c',
  'b',
  'x',
  'l',
  { column: 'y', edges: [2, 5], labels: ['z', 'm', 'a'], as: 'class' },
  { column: 'x', edges: [0], labels: ['neg', 'pos'], nullLabel: 'none', as: 'sign' },
)

const queryArbitrary: fc.Arbitrary<AggregateQuery> = fc
  .record({
    every: fc.option(fc.constantFrom('1h', '6h', '1d', '1w', '1M', 'hourOfDay', 'dayOfWeek'), {
      nil: undefined,
    }),
    timeZone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Sydney', 'Asia/Kathmandu'),
    by: fc.option(fc.constant('at'), { nil: undefined, freq: 3 }),
    groupBy: fc.uniqueArray(groupArbitrary, { maxLength: 3 }),
    measures: fc.array(measureArbitrary, { minLength: 1, maxLength: 5 }),
    where: fc.option(fc.constantFrom(...WHERES), { nil: undefined, freq: 2 }),
    fill: fc.constantFrom('none' as const, 'null' as const, 'zero' as const, 'previous' as const),
    range: fc.option(
      fc.tuple(fc.option(fc.integer({ min: -3, max: 20 })), fc.option(fc.integer({ min: 21, max: 70 }))),
      { nil: undefined },
    ),
  })
  .map(({ every, timeZone, by, groupBy, measures, where, fill, range }) => {
    const ms = (hours: number | null): number | null =>
      hours === null ? null : START + hours * HOUR_MS + 1_800_000
    // first and last go by the event time in the naive fold
    const usesBy =
      every !== undefined &&
      by !== undefined &&
      !measures.some(([kind]) => kind === 'first' || kind === 'last')
    return {
      timeZone,
      groupBy,
      select: Object.fromEntries(measures.map((measure, i) => [`m${i}`, measure])),
      ...(every === undefined ? {} : { every, fill }),
      ...(usesBy ? { by } : {}),
      ...(where === undefined ? {} : { where }),
      ...(range === undefined ? {} : { timeRange: [ms(range[0]), ms(range[1])] as const }),
    }
  })

const optionsArbitrary: fc.Arbitrary<RunOptions> = fc.record({
  blockRows: fc.constantFrom(1, 3, 7, 4096),
  dictionary: fc.boolean(),
  layout: fc.constantFrom('flat' as const, 'general' as const),
})

function sameValue(a: Scalar | undefined, b: Scalar | undefined): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a + 0, b + 0) || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b), 1e-3)
  }
  return a === b
}

function check(got: AggregateRow[], wanted: AggregateRow[]): void {
  const same =
    got.length === wanted.length &&
    got.every((row, i) => {
      const other = wanted[i]!
      return (
        Object.keys(row).join() === Object.keys(other).join() &&
        Object.keys(row).every((name) => sameValue(row[name], other[name]))
      )
    })
  if (!same) expect(got).toEqual(wanted)
}

test('any query over any rows in any layout gives what a naive fold gives, whole and merged from parts', () => {
  fc.assert(
    fc.property(
      fc.array(rowArbitrary, { maxLength: 40 }),
      queryArbitrary,
      optionsArbitrary,
      (literals, query, options) => {
        const unique = [
          ...new Map(literals.map((row) => [`${row['s']}|${row['hour']}|${row['n']}`, row])).values(),
        ]
        const sorted = unique.sort((a, b) =>
          Buffer.compare(schema.key.encode(keyOf(a)), schema.key.encode(keyOf(b))),
        )
        const wanted = naiveAggregate(table, sorted, query)
        const runs = typedRuns(schema, sorted, options)
        const plan = compileAggregate(query, schema)
        const whole = new AggregateExecutor(plan)
        const parts = [new AggregateExecutor(plan), new AggregateExecutor(plan)]
        runs.forEach((run, i) => {
          whole.consume(run)
          parts[i * 2 < runs.length ? 0 : 1]!.consume(run)
        })
        check(whole.finish(), wanted)
        const merged = new AggregateExecutor(plan)
        for (const part of parts) merged.merge(structuredClone(part.partial()))
        check(merged.finish(), wanted)
      },
    ),
    { numRuns: 1500, seed: 7 },
  )
})

function keyOf(row: TypedLiteral): Record<string, Scalar> {
  return { s: row['s']!, hour: row['hour'] ?? null, n: row['n']! }
}
