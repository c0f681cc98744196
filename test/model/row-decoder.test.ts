import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowInput, Scalar, TypedRow } from '../../src/model/api.js'
import { decodeRows, rowDecoder } from '../../src/model/row-decoder.js'
import { type EncodeOptions, encodeRows } from '../../src/model/row-encoder.js'
import { generatedFactory, Lane, plainFactory } from '../../src/model/row-factory.js'
import type { TableSchema } from '../../src/model/table-schema.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf } from '../support/blocks.js'
import { encodedRuns, tableSchema, wholeRun } from '../support/encoded-runs.js'

const HOUR = 3_600_000
const OPTIONS = { now: 1_700_000_000_000, nulls: 'skip' as const, sequenceBase: 1 }

function written(
  schema: TableSchema,
  rows: RowInput[],
  options = {},
  more: Partial<EncodeOptions> = {},
): TypedRow[] {
  const out: TypedRow[] = []
  const decoder = rowDecoder(schema, options)
  for (const run of encodedRuns(encodeRows(schema, rows, { ...OPTIONS, ...more }).blocks))
    decodeRows(decoder, run, 0, 1, out)
  return out
}

const every = tableSchema({
  rowKey: ['s:string', 'b:boolean?', 'h:hour'],
  families: {
    d: {
      columns: {
        i: 'int',
        l: 'long',
        u: 'ulong',
        f: 'double',
        p: 'decimal(20,3)',
        t: 'string',
        y: 'bytes',
        o: 'boolean',
      },
    },
    e: { columns: { at: 'datetime', hr: 'hour', dy: 'day', t: 'string' } },
  },
})

const FULL = {
  s: 'JFK',
  b: true,
  h: 5 * HOUR,
  i: -1,
  l: 5n,
  u: 2n ** 64n - 1n,
  f: 0.1,
  p: '12345678901234567.890',
  'd:t': 'é',
  y: Uint8Array.of(0, 255),
  o: false,
  at: '2013-01-01T00:00:00.000001Z',
  hr: -HOUR,
  dy: 24 * HOUR,
  'e:t': '',
}
const NULLS = {
  i: null,
  l: null,
  u: null,
  f: null,
  p: null,
  'd:t': null,
  y: null,
  o: null,
  at: null,
  hr: null,
  dy: null,
  'e:t': null,
}

test('typed rows come back with parts and columns side by side, absent columns null', () => {
  const empty = { s: 'x', b: null, h: 0 }
  const rows = written(every, [FULL, empty])
  expect(rows).toEqual([FULL, { ...empty, ...NULLS }])
  expect(Object.keys(rows[0]!)).toEqual(Object.keys(FULL))
})

test('a selection keeps the parts and the columns named', () => {
  expect(written(every, [FULL], { columns: ['e', 'f'] })).toEqual([
    { s: 'JFK', b: true, h: 5 * HOUR, f: 0.1, at: FULL.at, hr: -HOUR, dy: 24 * HOUR, 'e:t': '' },
  ])
})

test('longs and datetimes come as numbers on request; one that is not exact is an error', () => {
  const [row] = written(every, [{ ...FULL, u: 7 }], { longs: 'number' })
  expect([row!['l'], row!['u'], row!['at']]).toEqual([5, 7, Date.UTC(2013, 0, 1) * 1000 + 1])
  try {
    written(every, [FULL], { longs: 'number' })
    expect.unreachable()
  } catch (error) {
    expect(isHourbaseError(error, 'VALUE_INVALID')).toBe(true)
  }
})

test('general blocks give the newest put of each column', () => {
  const schema = tableSchema({
    rowKey: ['id:int'],
    families: { d: { columns: { a: 'double', t: 'string', n: 'long' } } },
  })
  const block = blockOf(schema.stores[0]!, [
    {
      key: ['', 0x80000001],
      cells: [
        { column: 'a', value: 1, timestamp: 5 },
        { column: 'a', value: 2, timestamp: 6 },
        { column: 't', value: 'x', timestamp: 3 },
      ],
    },
    { key: ['', 0x80000002], cells: [{ column: 'n', value: 2n ** 60n, timestamp: 1 }] },
    {
      key: ['', 0x80000003],
      cells: [
        { column: 't', value: 'x', timestamp: 1 },
        { column: 'n', value: 4n, timestamp: 2 },
      ],
    },
  ])
  const out: TypedRow[] = []
  decodeRows(rowDecoder(schema, {}), wholeRun(block), 0, 3, out)
  decodeRows(rowDecoder(schema, {}), wholeRun(block), 1, 2, out)
  expect(out).toEqual([
    { id: 1, a: 2, t: 'x', n: null },
    { id: 2, a: null, t: null, n: 2n ** 60n },
    { id: 3, a: null, t: 'x', n: 4n },
    { id: 2, a: null, t: null, n: 2n ** 60n },
  ])
})

test('names of inherited properties are plain fields', () => {
  const schema = tableSchema({
    rowKey: ['constructor:string'],
    families: {
      d: {
        columns: JSON.parse('{"__proto__":"int","it\'s \\"x\\"":"int"}') as Record<string, string>,
      },
    },
  })
  const [row] = written(schema, [JSON.parse('{"constructor":"a","__proto__":7}') as RowInput])
  expect(Object.entries(row!)).toEqual([
    ['constructor', 'a'],
    ['__proto__', 7],
    ['it\'s "x"', null],
  ])
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

test('the generated factory and the plain one make the same rows', () => {
  const names = ['a', '__proto__', '"]; throw 1; ["', '7']
  const lanes = names.map((_, k) => {
    const lane = new Lane()
    lane.values = k % 2 === 0 ? Float64Array.of(9, 1, 2) : ['x', 'y', 'z']
    lane.at = k === 0 ? 1 : 0
    lane.valid = k === 1 ? Uint8Array.of(0, 1, 0) : null
    lane.validAt = k === 1 ? 1 : 0
    return lane
  })
  const make = (factory: ReturnType<typeof plainFactory>): [string, Scalar][][] => {
    const out: TypedRow[] = []
    factory(lanes, 2, out)
    return out.map((row) => Object.entries(row))
  }
  expect(make(generatedFactory(names))).toEqual(make(plainFactory(names)))
  expect(make(plainFactory(names))[1]).toEqual([
    ['7', 'y'],
    ['a', 2],
    ['__proto__', null],
    ['"]; throw 1; ["', 1],
  ])
})

test('equal options share a decoder', () => {
  expect(rowDecoder(every, { columns: ['f'] })).toBe(rowDecoder(every, { columns: ['f'] }))
  expect(rowDecoder(every, {})).not.toBe(rowDecoder(every, { longs: 'number' }))
})

const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq: 3 })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const anyRow = fc.record({
  s: text,
  b: nullable(fc.boolean()),
  h: fc.integer({ min: -1000, max: 1000 }).map((h) => h * HOUR + 0),
  i: nullable(fc.integer()),
  l: nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  u: nullable(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  f: nullable(fc.double()),
  p: nullable(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }).map((n) => `${n}.125`)),
  'd:t': nullable(text),
  y: nullable(fc.uint8Array({ maxLength: 9 })),
  o: nullable(fc.boolean()),
  at: nullable(
    fc.constantFrom('1969-12-31T23:59:59.999999Z', '2013-01-01T00:00:00Z', '+012345-01-01T00:00:00.5Z'),
  ),
  hr: nullable(fc.constant(HOUR)),
  dy: nullable(fc.constant(0)),
  'e:t': nullable(fc.constantFrom('a', 'b', '')),
})

test('whatever is written comes back, in key order', () => {
  const rows = fc.uniqueArray(anyRow, {
    maxLength: 40,
    selector: ({ s, b, h }) => JSON.stringify([s, b, h]),
  })
  fc.assert(
    fc.property(rows, fc.boolean(), (input, isGeneral) => {
      const keys = new Map(
        input.map((row) => [
          Buffer.from(every.rowKey({ s: row.s, b: row.b, h: row.h })).toString('latin1'),
          row,
        ]),
      )
      const expected = [...keys].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, row]) => row)
      expect(written(every, input, {}, isGeneral ? { ttlMs: Number.MAX_SAFE_INTEGER } : {})).toEqual(expected)
    }),
    { seed: 11, numRuns: 150 },
  )
})
