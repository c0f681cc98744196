import { expect, test } from 'vitest'
import type { Measure, Scalar } from '../../src/model/api.js'
import { quotient } from '../../src/region/aggregate-quotient.js'
import { aggregateRows, schemaFor } from '../support/aggregate-rows.js'
import { SeededRandom } from '../support/seeded-random.js'

const schema = schemaFor({
  rowKey: ['n:int'],
  families: {
    d: {
      columns: {
        i: 'int',
        x: 'double',
        l: 'long',
        u: 'ulong',
        p: 'decimal(12,2)',
        w: 'decimal(38,4)',
        b: 'boolean',
        h: 'hour',
        d: 'day',
        t: 'datetime',
        c: 'string',
        r: 'bytes',
      },
    },
  },
})

function measure(column: string, values: readonly Scalar[], measures: readonly Measure[]): Scalar[] {
  const rows = values.map((value, n) => ({ n, [column]: value }))
  const select = Object.fromEntries(measures.map((m, i) => [`m${i}`, m]))
  const [row] = aggregateRows(schema, rows, { select })
  return Object.values(row!)
}

test('sums of integers are exact beyond 2^53, and averages one division of them', () => {
  const big = 2n ** 62n + 1n
  expect(
    measure(
      'l',
      [big, big, 5n, null],
      [
        ['sum', 'l'],
        ['avg', 'l'],
        ['min', 'l'],
        ['max', 'l'],
        ['count', 'l'],
      ],
    ),
  ).toEqual([2n ** 63n + 7n, Number(2n ** 63n + 7n) / 3, 5, big, 3])
  const safe = BigInt(Number.MAX_SAFE_INTEGER)
  expect(measure('l', [safe, safe, 1n, -safe], [['sum', 'l']])).toEqual([safe + 1n])
  expect(
    measure(
      'l',
      [safe, safe, -safe, -safe, 7n],
      [
        ['sum', 'l'],
        ['avg', 'l'],
      ],
    ),
  ).toEqual([7, 1.4])
  expect(
    measure(
      'u',
      [2n ** 64n - 1n, 2n],
      [
        ['sum', 'u'],
        ['max', 'u'],
        ['min', 'u'],
      ],
    ),
  ).toEqual([2n ** 64n + 1n, 2n ** 64n - 1n, 2])
})

test('a quotient of any two integers is rounded once', () => {
  expect(quotient(10n, 4n)).toBe(2.5)
  expect(quotient(-(10n ** 30n), 3n)).toBe(-1e30 / 3)
  expect(quotient(0n, 10n ** 30n)).toBe(0)
  expect(quotient(10n ** 30n, 10n ** 29n)).toBe(10)
  // half way between two doubles, and a hair above
  const half = 2n ** 53n + 1n
  expect(quotient(half * 10n ** 20n, 10n ** 20n)).toBe(2 ** 53)
  expect(quotient(half * 10n ** 20n + 1n, 10n ** 20n)).toBe(2 ** 53 + 2)
})

test('decimals are exact, as texts of their scale', () => {
  expect(
    measure(
      'p',
      ['0.10', '0.20', '-0.05'],
      [
        ['sum', 'p'],
        ['avg', 'p'],
        ['min', 'p'],
        ['max', 'p'],
      ],
    ),
  ).toEqual(['0.25', 0.25 / 3, '-0.05', '0.20'])
  const wide = '1234567890123456789012345678901234.5678'
  expect(
    measure(
      'w',
      [wide, wide, '0.0001'],
      [
        ['sum', 'w'],
        ['min', 'w'],
        ['max', 'w'],
        ['distinct', 'w'],
      ],
    ),
  ).toEqual(['2469135780246913578024691357802469.1357', '0.0001', wide, 2])
})

test('sums of doubles are accurate to 1e-14 whatever is added to what', () => {
  const random = new SeededRandom(5)
  const values = Array.from({ length: 20_000 }, () => random.below(1_000_000) / 10)
  const exact = values.reduce((sum, value) => sum + BigInt(Math.round(value * 10)), 0n)
  const [sum, mean] = measure('x', values, [
    ['sum', 'x'],
    ['avg', 'x'],
  ]) as [number, number]
  expect(Math.abs(sum - Number(exact) / 10)).toBeLessThanOrEqual(1e-14 * sum)
  expect(Math.abs(mean - Number(exact) / 200_000)).toBeLessThanOrEqual(1e-14 * mean)
  expect(measure('x', [1e16, 1, -1e16, 1], [['sum', 'x']])).toEqual([2])
  expect(
    measure(
      'x',
      Array.from({ length: 10 }, () => 0.1),
      [['sum', 'x']],
    ),
  ).toEqual([1])
})

test('NaN is a value, greater than every number; infinities stay', () => {
  const all: Measure[] = [
    ['count', 'x'],
    ['sum', 'x'],
    ['min', 'x'],
    ['max', 'x'],
    ['distinct', 'x'],
    ['quantile', 'x', 1],
    ['quantile', 'x', 0],
  ]
  expect(measure('x', [3, Number.NaN, Number.NaN], all)).toEqual([
    3,
    Number.NaN,
    3,
    Number.NaN,
    2,
    Number.NaN,
    3,
  ])
  expect(measure('x', [Number.NaN], all)).toEqual([
    1,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    1,
    Number.NaN,
    Number.NaN,
  ])
  expect(
    measure(
      'x',
      [Infinity, 1],
      [
        ['sum', 'x'],
        ['max', 'x'],
        ['avg', 'x'],
      ],
    ),
  ).toEqual([Infinity, Infinity, Infinity])
  expect(
    measure(
      'x',
      [-Infinity],
      [
        ['min', 'x'],
        ['max', 'x'],
      ],
    ),
  ).toEqual([-Infinity, -Infinity])
})

test('times are averaged in ms, and are min and max as scans show them', () => {
  const hours = [Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 1)]
  expect(
    measure('h', hours, [
      ['avg', 'h'],
      ['min', 'h'],
      ['quantile', 'h', 0.5],
      ['quantile', 'h', 0.5, { method: 'discrete' }],
    ]),
  ).toEqual([hours[0]! + 1_800_000, hours[0], hours[0]! + 1_800_000, hours[0]])
  expect(
    measure(
      'd',
      [0, 86_400_000 * 3],
      [
        ['avg', 'd'],
        ['max', 'd'],
      ],
    ),
  ).toEqual([129_600_000, 259_200_000])
  const times = ['2024-01-01T00:00:00.000001Z', '2024-01-01T00:00:00.000004Z']
  expect(
    measure('t', times, [
      ['min', 't'],
      ['max', 't'],
      ['avg', 't'],
    ]),
  ).toEqual([...times, Date.UTC(2024, 0, 1) + 0.0025])
})

test('booleans sum to the number of true ones', () => {
  expect(
    measure(
      'b',
      [true, false, true, null],
      [
        ['sum', 'b'],
        ['avg', 'b'],
        ['min', 'b'],
        ['max', 'b'],
      ],
    ),
  ).toEqual([2, 2 / 3, false, true])
})

test('texts go by code point, bytes by byte', () => {
  expect(
    measure(
      'c',
      ['\u{1F600}', '\uFFFD', 'a', ''],
      [
        ['min', 'c'],
        ['max', 'c'],
        ['distinct', 'c'],
      ],
    ),
  ).toEqual(['', '\u{1F600}', 4])
  const bytes = [Uint8Array.of(255), Uint8Array.of(0), Uint8Array.of(255, 0)]
  expect(
    measure('r', bytes, [
      ['min', 'r'],
      ['max', 'r'],
      ['distinct', 'r'],
    ]),
  ).toEqual([bytes[1], bytes[2], 3])
})

test('quantiles interpolate between neighbours, or are one of the values', () => {
  const values = [15, 20, 35, 40, 50]
  const quantiles = (method: 'interpolated' | 'discrete'): Scalar[] =>
    measure(
      'i',
      values,
      [0, 0.05, 0.3, 0.4, 0.5, 1].map((q): Measure => ['quantile', 'i', q, { method }]),
    )
  // R type 7, and the inverse of the distribution function
  expect(quantiles('interpolated')).toEqual([15, 16, 23, 29, 35, 50])
  expect(quantiles('discrete')).toEqual([15, 15, 20, 20, 35, 50])
  // 0.55 · 20 is a little more than 11 in doubles: the rank is 11 all the same
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1)
  expect(measure('i', twenty, [['quantile', 'i', 0.55, { method: 'discrete' }]])).toEqual([11])
  expect(
    measure(
      'l',
      [2n ** 62n, 1n, -(2n ** 62n)],
      [
        ['quantile', 'l', 0.5],
        ['quantile', 'l', 1, { method: 'discrete' }],
      ],
    ),
  ).toEqual([1, 2n ** 62n])
  expect(
    measure(
      'p',
      ['1.00', '2.01'],
      [
        ['quantile', 'p', 0.5],
        ['quantile', 'p', 0.5, { method: 'discrete' }],
      ],
    ),
  ).toEqual([1.505, '1.00'])
})
