import { expect, test } from 'vitest'
import { compileAggregate } from '../../src/model/aggregate-plan.js'
import type { AggregateQuery } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { utf8Decode } from '../../src/util/bytes.js'

const schema = new TableSchema(
  defineTable(
    'readings',
    {
      rowKey: ['station:string', 'hour:hour'],
      families: {
        d: {
          columns: {
            temp: 'double',
            rain: 'double',
            n: 'int',
            ok: 'boolean',
            at: 'datetime',
            note: 'string',
          },
        },
        e: { columns: { gust: 'double' } },
      },
    },
    { tableId: 1, familyIds: [1, 2] },
  ),
)
const timeless = new TableSchema(
  defineTable(
    'log',
    { rowKey: ['id:int'], families: { d: { columns: { at: 'datetime', x: 'double' } } } },
    { tableId: 2, familyIds: [3] },
  ),
)
const raw = new TableSchema(defineTable('raw', { families: { d: {} } }, { tableId: 3, familyIds: [4] }))

const select = { n: ['count', '*'] } as const

function reads(query: AggregateQuery): (string[] | null)[] {
  return compileAggregate(query, schema).families.map(({ read, qualifiers }) =>
    read ? qualifiers!.map(utf8Decode) : null,
  )
}

test('only the columns a query needs are read', () => {
  expect(reads({ select: { m: ['avg', 'temp'] } })).toEqual([['temp'], null])
  expect(reads({ select: { m: ['avg', 'temp', { where: 'gust > 3 and rain is null' }] } })).toEqual([
    ['rain', 'temp'],
    ['gust'],
  ])
  expect(reads({ select: { m: ['avg', 'gust'] }, where: "station = 'A'" })).toEqual([null, ['gust']])
})

test('where rows count, every family is read for its row keys', () => {
  expect(reads({ select })).toEqual([[], []])
  expect(reads({ select: { m: ['max', 'hour'] } })).toEqual([[], []])
  expect(reads({ select: { m: ['avg', 'temp'] }, groupBy: ['station'] })).toEqual([['temp'], []])
  expect(reads({ select: { m: ['avg', 'temp'] }, every: '1d' })).toEqual([['temp'], []])
})

test('measures of the same values share one fold', () => {
  const plan = compileAggregate(
    {
      select: {
        s: ['sum', 'temp'],
        m: ['avg', 'd:temp'],
        p: ['quantile', 'temp', 0.5],
        q: ['quantile', 'temp', 0.9],
        w: ['avg', 'temp', { where: 'n > 0' }],
      },
    },
    schema,
  )
  expect(plan.folds.map(({ kind, where }) => [kind, where])).toEqual([
    ['sum', null],
    ['values', null],
    ['sum', 'n > 0'],
  ])
})

test.each<[string, AggregateQuery, RegExp]>([
  ['no measure', { select: {} }, /select names no measure/],
  [
    'an unknown option',
    { select, groupby: ['station'] } as AggregateQuery,
    /aggregate has no option 'groupby'/,
  ],
  [
    'an unknown function',
    { select: { m: ['mean', 'temp'] } } as unknown as AggregateQuery,
    /'m' knows no function 'mean'/,
  ],
  ['a measure that is none', { select: { m: 'temp' } } as unknown as AggregateQuery, /'m' is no measure/],
  ['an unknown column', { select: { m: ['avg', 'tmep'] } }, /no column 'tmep'/],
  ["another function than count of '*'", { select: { m: ['avg', '*'] } }, /avg needs a column/],
  ['the sum of texts', { select: { m: ['sum', 'note'] } }, /sum of 'note': string has none/],
  ['the sum of times', { select: { m: ['sum', 'hour'] } }, /sum of 'hour': hour has none/],
  ['quantiles of booleans', { select: { m: ['quantile', 'ok', 0.5] } }, /quantile of 'ok': boolean has none/],
  ['a quantile above 1', { select: { m: ['quantile', 'temp', 95] } }, /quantile from 0 to 1/],
  [
    'an unknown method',
    { select: { m: ['quantile', 'temp', 0.5, { method: 'x' }] } } as unknown as AggregateQuery,
    /no method 'x'/,
  ],
  ['a method of avg', { select: { m: ['avg', 'temp', { method: 'discrete' }] } }, /avg has no method/],
  [
    'an unknown measure option',
    { select: { m: ['avg', 'temp', { wher: 'n > 0' }] } } as unknown as AggregateQuery,
    /no option 'wher'/,
  ],
  ['a wrong condition', { select: { m: ['avg', 'temp', { where: 'n >' }] } }, /where: expected a value/],
  ['a wrong bucket', { select, every: '1 day' }, /every: '1 day' is no bucket size/],
  ['a wrong zone', { select, every: '1d', timeZone: 'Mars/Olympus' }, /unknown time zone/],
  ['a wrong zone without buckets', { select, timeZone: 'Mars/Olympus' }, /unknown time zone/],
  ['buckets by a number', { select, every: '1d', by: 'temp' }, /by: 'temp' is of type double, not a time/],
  ['fill without buckets', { select, fill: 'zero' }, /fill needs buckets/],
  [
    'an unknown fill',
    { select, every: '1d', fill: 'linear' } as unknown as AggregateQuery,
    /'linear' is no way to fill/,
  ],
  ['a reversed range', { select, timeRange: ['2014-01-01', '2013-01-01'] }, /is reversed/],
  [
    'edges out of order',
    { select, groupBy: [{ column: 'temp', edges: [5, 5], labels: ['a', 'b', 'c'] }] },
    /edges must ascend/,
  ],
  [
    'too few labels',
    { select, groupBy: [{ column: 'temp', edges: [5], labels: ['a'] }] },
    /1 edges part 2 classes/,
  ],
  [
    'classes of texts',
    { select, groupBy: [{ column: 'note', edges: [5], labels: ['a', 'b'] }] },
    /classes need a number/,
  ],
  [
    'an unknown class option',
    { select, groupBy: [{ column: 'temp', edge: [5] }] } as unknown as AggregateQuery,
    /no option 'edge'/,
  ],
  [
    'two fields of one name',
    { select: { station: ['count', '*'] }, groupBy: ['station'] },
    /two fields of the answer are called 'station'/,
  ],
  [
    'a measure called time beside buckets',
    { select: { time: ['count', '*'] }, every: '1d' },
    /two fields of the answer/,
  ],
  ['groupsMax 0', { select, groupsMax: 0 }, /groupsMax is 0/],
])('%s is refused', (_, query, message) => {
  expect(() => compileAggregate(query, schema)).toThrow(message)
})

test('a table without event time has buckets, first and last by a column only', () => {
  expect(() => compileAggregate({ select, every: '1d' }, timeless)).toThrow(/the table has no event time/)
  expect(() => compileAggregate({ select: { m: ['last', 'x'] } }, timeless)).toThrow(
    /last: the table has no event time/,
  )
  expect(
    compileAggregate({ select: { m: ['last', 'x'] }, every: '1d', by: 'at' }, timeless).buckets?.byEventTime,
  ).toBe(false)
})

test('a raw table has no aggregates', () => {
  expect(() => compileAggregate({ select }, raw)).toThrow(/table 'raw' is raw/)
})
