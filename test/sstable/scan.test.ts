import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes, utf8 } from '../../src/util/bytes.js'
import { blockOf, drain, keyBytes, latin1, plainRows, schemaOf } from '../support/blocks.js'
import { anyRows, ascending, keys, schemas, typedKeys } from '../support/row-arbitraries.js'
import { ALL, EVERYTHING, rangeOf, readerOf } from '../support/sstable-kit.js'

test('any range gives its rows, forward and reversed', () => {
  fc.assert(
    fc.property(
      schemas,
      fc.array(anyRows(typedKeys), { minLength: 1, maxLength: 30 }),
      fc.tuple(keys, keys),
      fc.constantFrom(1, 2, 5, 100),
      (schema, given, [start, stop], blockRowsMax) => {
        const rows = ascending(given)
        const reader = readerOf(schema, [blockOf(schema, rows)], { blockRowsMax })
        const range = { start, stop, reversed: false }
        const inside = drain(reader.scan(ALL, EVERYTHING)).filter(
          ({ key }) =>
            compareBytes(Buffer.from(key, 'latin1'), start) >= 0 &&
            (stop.length === 0 || compareBytes(Buffer.from(key, 'latin1'), stop) < 0),
        )
        expect(drain(reader.scan(range, EVERYTHING))).toEqual(inside)
        expect(drain(reader.scan({ ...range, reversed: true }, EVERYTHING), true)).toEqual(
          inside.toReversed(),
        )
        for (const row of rows) expect(reader.mayContain(keyBytes(row.key))).toBe(true)
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)

const schema = schemaOf(4, { a: 'double', b: 'double' })
const hourly = blockOf(
  schema,
  Array.from({ length: 1000 }, (_, i) => ({
    key: [`st${Math.floor(i / 100)}`, i % 100] as const,
    timestamp: (i % 100) * 3_600_000,
    values: { a: i / 10, b: i },
  })),
)

test('blocks outside the range are not read', () => {
  const reader = readerOf(schema, [hourly], { blockRowsMax: 50 })
  const scan = reader.scan(rangeOf('st3', 'st4'), EVERYTHING)
  expect(drain(scan)).toEqual(plainRows(hourly, 300, 400))
  expect([scan.blocksRead, scan.blocksSkipped]).toEqual([2, 18])
  expect(reader.blockLoads).toBe(2)
})

test('an empty or inverted range, or one beside all rows, gives nothing', () => {
  const reader = readerOf(schema, [hourly], { blockRowsMax: 50 })
  for (const [start, stop] of [
    ['st5', 'st5'],
    ['st6', 'st5'],
    ['zz', ''],
    ['', 'aa'],
    ['st30', 'st31'],
  ]) {
    expect(drain(reader.scan(rangeOf(start!, stop!), EVERYTHING))).toEqual([])
  }
})

test('a closed scan gives nothing more', () => {
  const reader = readerOf(schema, [hourly], { blockRowsMax: 50 })
  const scan = reader.scan(ALL, EVERYTHING)
  expect(scan.next()).toBe(true)
  scan.close()
  scan.close()
  expect(scan.next()).toBe(false)
})

test('only the wanted columns come with a flat block', () => {
  const reader = readerOf(schema, [hourly], { blockRowsMax: 50 })
  const scan = reader.scan(ALL, { columns: [utf8('b'), utf8('missing')], prune: null })
  expect(scan.next()).toBe(true)
  expect(scan.block.columns.map((c) => latin1(c.qualifier))).toEqual(['b'])
  expect(reader.readBlock(0).columns.length).toBe(2)
})

test('a general block comes with all of its cells', () => {
  const rows = [
    {
      key: 'a',
      cells: [
        { column: 'a', value: 'x' },
        { column: '', type: 'DeleteFamily' as const },
      ],
    },
  ]
  const raw = schemaOf(0)
  const reader = readerOf(raw, [blockOf(raw, rows)])
  const scan = reader.scan(ALL, { columns: [utf8('b')], prune: null })
  expect(drain(scan)).toEqual(plainRows(blockOf(raw, rows)))
})

test('a key that no block can hold is not there, whatever the filter says', () => {
  const reader = readerOf(schema, [hourly], { blockRowsMax: 50, bloomFilter: 'NONE' })
  expect(reader.mayContain(keyBytes(['st0', 0]))).toBe(true)
  expect(reader.mayContain(keyBytes(['st0', 99]))).toBe(true)
  expect(reader.mayContain(keyBytes(['st0', 100]))).toBe(false)
  expect(reader.mayContain(utf8('a'))).toBe(false)
  expect(reader.mayContain(utf8('zz'))).toBe(false)
})

test('the filter tells most missing rows', () => {
  const reader = readerOf(schema, [hourly])
  let wrong = 0
  for (let hour = 0; hour < 100; hour++) if (reader.mayContain(keyBytes(['st4x', hour]))) wrong++
  expect(wrong).toBeLessThan(10)
})
