import { expect, test } from 'vitest'
import type { AggregateQuery } from '../../src/model/api.js'
import { HOUR_MS } from '../../src/model/time-zone.js'
import { aggregateRows, schemaFor } from '../support/aggregate-rows.js'

const schema = schemaFor({
  rowKey: ['s:string', 'hour:hour'],
  families: {
    d: {
      columns: {
        c: 'string',
        x: 'double',
        l: 'long',
        p: 'decimal(6,2)',
        b: 'boolean',
        r: 'bytes',
        t: 'datetime',
      },
    },
  },
})
const n: AggregateQuery['select'] = { n: ['count', '*'] }
const row = (
  i: number,
  values: Record<string, string | number | bigint | boolean | Uint8Array>,
): Record<string, string | number | bigint | boolean | Uint8Array> => ({
  s: `S${i % 3}`,
  hour: i * HOUR_MS,
  ...values,
})

test('groups ascend with null first, and have the values scans show', () => {
  const rows = [
    row(0, { c: 'b', l: 2n ** 60n, p: '10.00', b: true, t: '2024-01-01T00:00:00Z', r: Uint8Array.of(7) }),
    row(1, { c: 'B', l: 5n, p: '9.50', b: false, t: '1960-01-01T00:00:00Z', r: Uint8Array.of(200) }),
    row(2, {}),
  ]
  const values = (name: string): unknown[] =>
    aggregateRows(schema, rows, { groupBy: [name], select: n }).map((r) => r[name])
  expect(values('c')).toEqual([null, 'B', 'b'])
  expect(values('l')).toEqual([null, 5, 2n ** 60n])
  expect(values('p')).toEqual([null, '9.50', '10.00'])
  expect(values('b')).toEqual([null, false, true])
  expect(values('t')).toEqual([null, '1960-01-01T00:00:00Z', '2024-01-01T00:00:00Z'])
  expect(values('r')).toEqual([null, Uint8Array.of(7), Uint8Array.of(200)])
  expect(values('s')).toEqual(['S0', 'S1', 'S2'])
  expect(values('hour')).toEqual([0, HOUR_MS, 2 * HOUR_MS])
})

test('classes hold their lower edge, keep the order of their edges, and null with a name comes last', () => {
  const rows = [4.99, 5, 10, 19.9, 20, Number.NaN, null].map((x, i) => row(i, x === null ? {} : { x }))
  const group = { column: 'x', edges: [5, 10, 20], labels: ['z', 'y', 'x', 'w'], as: 'class' }
  expect(aggregateRows(schema, rows, { groupBy: [{ ...group, nullLabel: 'none' }], select: n })).toEqual([
    { class: 'z', n: 1 },
    { class: 'y', n: 1 },
    { class: 'x', n: 2 },
    { class: 'w', n: 2 },
    { class: 'none', n: 1 },
  ])
  expect(aggregateRows(schema, rows, { groupBy: [group], select: n })[0]).toEqual({ class: null, n: 1 })
})

test('classes of decimals and longs go by the number', () => {
  const rows = [row(0, { p: '1.99', l: 3n }), row(1, { p: '2.00', l: 2n ** 60n })]
  const classes = (column: string, edge: number): unknown[] =>
    aggregateRows(schema, rows, {
      groupBy: [{ column, edges: [edge], labels: ['low', 'high'] }],
      select: n,
    }).map((r) => r[column])
  expect(classes('p', 2)).toEqual(['low', 'high'])
  expect(classes('l', 1e15)).toEqual(['low', 'high'])
})

test('more groups than groupsMax are refused, buckets of groups included', () => {
  const rows = Array.from({ length: 20 }, (_, i) => row(i, { x: i }))
  expect(aggregateRows(schema, rows, { groupBy: ['x'], select: n, groupsMax: 20 })).toHaveLength(20)
  const tooMany = { code: 'LIMIT_EXCEEDED', where: { groupsMax: 19 } }
  const ask = (query: Partial<AggregateQuery>) => () =>
    aggregateRows(schema, rows, { select: n, groupsMax: 19, ...query })
  expect(ask({ groupBy: ['x'] })).toThrow(expect.objectContaining(tooMany))
  expect(ask({ groupBy: ['s'], every: '1h' })).toThrow(expect.objectContaining(tooMany))
  expect(ask({ groupBy: ['s'], every: '6h', fill: 'null', timeRange: [0, 48 * HOUR_MS] })).toThrow(
    expect.objectContaining(tooMany),
  )
})

test('distinct and quantile keep no more than valuesMax values together', () => {
  const rows = Array.from({ length: 20 }, (_, i) => row(i, { x: i % 10 }))
  const ask = (valuesMax: number) => () =>
    aggregateRows(
      schema,
      rows,
      { select: { d: ['distinct', 'x'], q: ['quantile', 'x', 0.5] } },
      { valuesMax },
    )
  expect(ask(30)()).toEqual([{ d: 10, q: 4.5 }])
  expect(ask(29)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED', where: { valuesMax: 29 } }))
})

test('first and last go by event time, rows of one time by key', () => {
  const rows = [
    { s: 'A', hour: 5 * HOUR_MS, x: 1 },
    { s: 'A', hour: 6 * HOUR_MS },
    { s: 'B', hour: 1 * HOUR_MS, x: 3 },
    { s: 'B', hour: 5 * HOUR_MS, x: 4 },
  ]
  expect(aggregateRows(schema, rows, { select: { first: ['first', 'x'], last: ['last', 'x'] } })).toEqual([
    { first: 3, last: 4 },
  ])
  const from5: AggregateQuery = {
    select: { first: ['first', 'x'], station: ['first', 's'] },
    where: 'x is not null and x != 3',
  }
  expect(aggregateRows(schema, rows, from5)).toEqual([{ first: 1, station: 'A' }])
})
