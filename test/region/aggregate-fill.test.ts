import { expect, test } from 'vitest'
import type { AggregateQuery, AggregateRow } from '../../src/model/api.js'
import { HOUR_MS } from '../../src/model/time-zone.js'
import { aggregateRows, schemaFor } from '../support/aggregate-rows.js'

const schema = schemaFor({
  rowKey: ['s:string', 'hour:hour?'],
  time: 'hour',
  families: { d: { columns: { x: 'double', p: 'decimal(6,2)', c: 'string', day: 'day', at: 'datetime' } } },
})
const at = (text: string): number => Date.parse(`${text}Z`)
const iso = (row: AggregateRow): string => new Date(row['time'] as number).toISOString().slice(0, 13)

const ROWS = [
  { s: 'A', hour: at('2013-11-03T05:00'), x: 1, p: '1.50', c: 'a' },
  { s: 'A', hour: at('2013-11-03T08:00'), x: 4, p: '2.00', c: 'b' },
  { s: 'B', hour: at('2013-11-03T06:00'), x: 2, p: '3.00', c: 'c' },
  { s: 'B', hour: null, x: 100, p: '9.00', c: 'd' },
]
const measures: AggregateQuery['select'] = {
  n: ['count', '*'],
  sum: ['sum', 'x'],
  price: ['sum', 'p'],
  mean: ['avg', 'p'],
  text: ['max', 'c'],
}

test('without fill empty buckets give no row, and rows without a time belong to none', () => {
  expect(aggregateRows(schema, ROWS, { every: '1h', select: measures })).toEqual([
    { time: at('2013-11-03T05:00'), n: 1, sum: 1, price: '1.50', mean: 1.5, text: 'a' },
    { time: at('2013-11-03T06:00'), n: 1, sum: 2, price: '3.00', mean: 3, text: 'c' },
    { time: at('2013-11-03T08:00'), n: 1, sum: 4, price: '2.00', mean: 2, text: 'b' },
  ])
})

test('rows without a time count where there are no buckets, but lie in no time range', () => {
  const n: AggregateQuery['select'] = { n: ['count', '*'] }
  expect(aggregateRows(schema, ROWS, { select: n })).toEqual([{ n: 4 }])
  expect(aggregateRows(schema, ROWS, { select: n, timeRange: ['1900-01-01', '2100-01-01'] })).toEqual([
    { n: 3 },
  ])
  expect(aggregateRows(schema, ROWS, { select: n, timeRange: [null, '2013-11-03T06:00:00Z'] })).toEqual([
    { n: 1 },
  ])
})

test.each([
  ['null', { n: 0, sum: null, price: null, mean: null, text: null }],
  ['zero', { n: 0, sum: 0, price: '0.00', mean: 0, text: null }],
  ['previous', { n: 1, sum: 2, price: '3.00', mean: 3, text: 'c' }],
] as const)('fill %s gives every bucket between the first and the last', (fill, filled) => {
  const rows = aggregateRows(schema, ROWS, { every: '1h', fill, select: measures })
  expect(rows.map(iso)).toEqual(['2013-11-03T05', '2013-11-03T06', '2013-11-03T07', '2013-11-03T08'])
  expect(rows[2]).toEqual({ time: at('2013-11-03T07:00'), ...filled })
})

test('fill goes over all buckets of the time range for each group that was met', () => {
  const rows = aggregateRows(schema, ROWS, {
    every: '1h',
    fill: 'previous',
    groupBy: ['s'],
    timeRange: ['2013-11-03T04:30:00Z', '2013-11-03T08:30:00Z'],
    select: { n: ['count', '*'], sum: ['sum', 'x'] },
  })
  expect(rows.map((row) => `${iso(row).slice(11)} ${row['s']} ${row['n']} ${row['sum']}`)).toEqual([
    '04 A 0 null',
    '04 B 0 null',
    '05 A 1 1',
    '05 B 0 null',
    '06 A 1 1',
    '06 B 1 2',
    '07 A 1 1',
    '07 B 1 2',
    '08 A 1 4',
    '08 B 1 2',
  ])
})

test('a bucket cut by the time range keeps its start and counts the rows in the range', () => {
  const rows = aggregateRows(schema, ROWS, {
    every: '1d',
    timeRange: ['2013-11-03T06:00:00Z', '2013-11-03T08:00:00Z'],
    select: { n: ['count', '*'] },
  })
  expect(rows).toEqual([{ time: at('2013-11-03T00:00'), n: 1 }])
})

test('an empty range is filled where there are no groups, and empty where there are', () => {
  const query: AggregateQuery = {
    every: '1d',
    fill: 'zero',
    timeRange: ['2014-01-01', '2014-01-03'],
    select: { n: ['count', '*'] },
  }
  expect(aggregateRows(schema, ROWS, query)).toEqual([
    { time: at('2014-01-01T00:00'), n: 0 },
    { time: at('2014-01-02T00:00'), n: 0 },
  ])
  expect(aggregateRows(schema, ROWS, { ...query, groupBy: ['s'] })).toEqual([])
})

test('no row at all gives one row without groups, none with them', () => {
  expect(aggregateRows(schema, [], { select: measures })).toEqual([
    { n: 0, sum: null, price: null, mean: null, text: null },
  ])
  expect(aggregateRows(schema, [], { select: measures, groupBy: ['s'] })).toEqual([])
  expect(aggregateRows(schema, [], { select: measures, every: '1h', fill: 'zero' })).toEqual([])
})

test.each(['none', 'null', 'previous'] as const)(
  'fill %s gives the same days over the end of summer time (QuestDB #7439)',
  (fill) => {
    const rows = Array.from({ length: 24 * 21 }, (_, i) => ({
      s: 'A',
      hour: at('2013-10-24T00:00') + i * HOUR_MS,
    }))
    const days = aggregateRows(schema, rows, {
      every: '1d',
      timeZone: 'America/New_York',
      fill,
      select: { n: ['count', '*'] },
    })
    expect(days).toHaveLength(22)
    expect(days.slice(10, 14).map((row) => [iso(row), row['n']])).toEqual([
      ['2013-11-02T04', 24],
      ['2013-11-03T04', 25],
      ['2013-11-04T05', 24],
      ['2013-11-05T05', 24],
    ])
  },
)

test('hours of the day are filled whole, also the one a spring day has not', () => {
  const rows = aggregateRows(schema, ROWS, {
    every: 'hourOfDay',
    timeZone: 'America/New_York',
    fill: 'zero',
    select: { n: ['count', '*'] },
  })
  expect(rows).toHaveLength(24)
  // 05Z and 06Z are both one o'clock on 3 November: the hour the clock repeats
  expect(rows[1]).toEqual({ time: 1, n: 2 })
  expect(rows[3]).toEqual({ time: 3, n: 1 })
})

test('buckets may go by a column instead of the event time', () => {
  const rows = [
    { s: 'A', hour: at('2013-11-03T05:00'), day: at('2020-02-29T00:00'), at: '1969-12-31T23:59:59.999999Z' },
    { s: 'B', hour: at('2013-11-03T05:00'), day: at('2020-02-01T00:00'), at: '2020-01-01T00:00:00.000001Z' },
    { s: 'C', hour: at('2013-11-03T05:00') },
  ]
  const n: AggregateQuery['select'] = { n: ['count', '*'] }
  expect(aggregateRows(schema, rows, { every: '1M', by: 'day', select: n })).toEqual([
    { time: at('2020-02-01T00:00'), n: 2 },
  ])
  expect(aggregateRows(schema, rows, { every: '1d', by: 'at', select: n })).toEqual([
    { time: at('1969-12-31T00:00'), n: 1 },
    { time: at('2020-01-01T00:00'), n: 1 },
  ])
})
