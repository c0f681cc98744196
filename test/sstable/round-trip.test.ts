import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoreSchema } from '../../src/model/descriptor.js'
import { Kind, type RowBlock } from '../../src/model/row-block.js'
import { blockOf, drain, plainRows, type RowLiteral, schemaOf } from '../support/blocks.js'
import { anyRows, ascending, flatRows, keys, schemas, typedKeys } from '../support/row-arbitraries.js'
import { ALL, EVERYTHING, readerOf } from '../support/sstable-kit.js'

function roundTrip(schema: StoreSchema, blocks: RowBlock[], options = {}): void {
  const reader = readerOf(schema, blocks, options)
  expect(drain(reader.scan(ALL, EVERYTHING))).toEqual(blocks.flatMap((block) => plainRows(block)))
  expect(reader.check()).toEqual([])
  reader.release()
}

const options = fc.record({
  compression: fc.constantFrom('LZ4' as const, 'NONE' as const),
  bloomFilter: fc.constantFrom('ROW' as const, 'NONE' as const),
  blockRowsMax: fc.constantFrom(1, 3, 4096),
  blockBytesMax: fc.constantFrom(100, 400, 1 << 20),
})

test('any flat rows come back', () => {
  fc.assert(
    fc.property(
      schemas,
      fc.array(flatRows(keys), { minLength: 1, maxLength: 12 }),
      options,
      (schema, rows, o) => {
        roundTrip(schema, [blockOf(schema, ascending(rows))], o)
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)

test('any rows with versions, markers and TTLs come back', () => {
  fc.assert(
    fc.property(
      schemas,
      fc.array(anyRows(typedKeys), { minLength: 1, maxLength: 12 }),
      options,
      (schema, rows, o) => {
        roundTrip(schema, [blockOf(schema, ascending(rows))], o)
      },
    ),
    { numRuns: 200 },
  )
}, 60_000)

test('rows written in the general layout come back, flat or not', () => {
  fc.assert(
    fc.property(schemas, fc.array(flatRows(keys), { minLength: 1, maxLength: 12 }), (schema, rows) => {
      const block = blockOf(schema, ascending(rows), { general: true })
      roundTrip(schema, [block])
    }),
    { numRuns: 100 },
  )
}, 60_000)

/** 200 rows of one column, a few of them without it. */
function rowsOf(values: (i: number) => number | bigint | boolean | string | Uint8Array): RowLiteral[] {
  return Array.from({ length: 200 }, (_, i) => ({
    key: ['station', 1000 + i],
    timestamp: i * 3_600_000,
    sequence: 5 + 3 * i,
    values: i % 17 === 3 ? { other: 'x' } : { value: values(i), other: 'x' },
  }))
}

test('a column of every type and kind comes back in the same kind', () => {
  const big = 2n ** 60n
  const cases: [string, number, (i: number) => number | bigint | boolean | string | Uint8Array][] = [
    ['double', Kind.F64, (i) => i / 10],
    ['double', Kind.F64, (i) => Math.sqrt(i)],
    ['double', Kind.Bytes, (i) => (i === 5 ? 'odd' : i)],
    ['int', Kind.F64, (i) => i - 100],
    ['hour', Kind.F64, (i) => i],
    ['day', Kind.F64, (i) => -i],
    ['boolean', Kind.F64, (i) => i % 3 === 0],
    ['long', Kind.F64, (i) => i * 1e10],
    ['long', Kind.I64, (i) => BigInt(i) - big],
    ['long', Kind.I64, (i) => (BigInt(i) * 0x9e3779b97f4a7c15n) & (2n ** 62n - 1n)],
    ['ulong', Kind.I64, (i) => -1n - BigInt(i)],
    ['datetime', Kind.F64, (i) => 1.7e15 + i],
    ['datetime', Kind.I64, (i) => (i === 0 ? -(2n ** 63n) : BigInt(i))],
    ['decimal(10,2)', Kind.F64, (i) => i * 25],
    ['decimal(38,2)', Kind.Bytes, (i) => Uint8Array.from([0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, i])],
    ['string', Kind.Bytes, (i) => `word ${i % 5}`],
    ['string', Kind.Bytes, (i) => `word ${i}`],
    ['bytes', Kind.Bytes, () => new Uint8Array(0)],
  ]
  for (const [type, kind, values] of cases) {
    const schema = schemaOf(4, { value: type })
    const block = blockOf(schema, rowsOf(values))
    const reader = readerOf(schema, [block])
    const column = reader.readBlock(0).columns[1]!.ready()
    expect([type, column.type.text, column.kind]).toEqual([type, type, kind])
    expect(plainRows(reader.readBlock(0))).toEqual(plainRows(block))
    reader.release()
    const general = blockOf(schema, rowsOf(values), { general: true })
    roundTrip(schema, [general])
  }
})

test('NaN, -0 and infinities come back', () => {
  const schema = schemaOf(4, { value: 'double' })
  const odd = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]
  roundTrip(schema, [
    blockOf(
      schema,
      rowsOf((i) => odd[i % 40] ?? i / 10),
    ),
  ])
  roundTrip(schema, [
    blockOf(
      schema,
      rowsOf((i) => odd[i % 6]!),
    ),
  ])
})

test('numbers that nothing packs are stored raw, shuffled when that helps', () => {
  const schema = schemaOf(4, { value: 'double', long: 'long' })
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    key: ['station', i] as const,
    values: { value: 1000 + Math.sqrt(i), long: (BigInt(i) * 0x9e3779b97f4a7c15n) | (1n << 62n) },
  }))
  roundTrip(schema, [blockOf(schema, rows)])
  roundTrip(schema, [blockOf(schema, rows)], { compression: 'NONE' })
})

test('empty keys, qualifiers and values come back', () => {
  const schema = schemaOf(0)
  const rows = [
    { key: '', values: { '': '' } },
    { key: 'a', values: { '': 'x', q: '' } },
    { key: 'b', cells: [{ column: '', type: 'DeleteFamily' as const, timestamp: 9 }] },
  ]
  roundTrip(schema, [blockOf(schema, rows)])
})

test('a file without rows is whole and empty', () => {
  const reader = readerOf(schemaOf(0), [])
  expect(reader.meta).toMatchObject({ rows: 0, cells: 0, blocks: 0, hasMarkers: false })
  expect(drain(reader.scan(ALL, EVERYTHING))).toEqual([])
  expect(reader.mayContain(new Uint8Array(0))).toBe(false)
  expect(reader.check()).toEqual([])
})

test('the meta tells rows, cells, times and sequences', () => {
  const schema = schemaOf(0)
  const rows: RowLiteral[] = [
    { key: 'a', timestamp: 5, sequence: 30, values: { q: '1', r: '2' } },
    { key: 'b', timestamp: -7, sequence: 11, values: { q: '1' } },
    { key: 'c', cells: [{ column: 'q', type: 'DeleteColumn', timestamp: 40, sequence: 20 }] },
  ]
  const { meta } = readerOf(schema, [blockOf(schema, rows)])
  expect(meta).toMatchObject({
    fileId: 7,
    tableId: 1,
    familyId: 2,
    rows: 3,
    cells: 4,
    puts: 3,
    isFlat: false,
  })
  expect(meta).toMatchObject({
    minTimestamp: Number.NEGATIVE_INFINITY,
    maxTimestamp: 40,
    minSequence: 11,
    maxSequence: 30,
  })
  expect([meta.firstRow, meta.lastRow].map((k) => Buffer.from(k).toString())).toEqual(['a', 'c'])
  const flat = readerOf(schema, [blockOf(schema, rows.slice(0, 2))]).meta
  expect(flat).toMatchObject({ minTimestamp: -7, maxTimestamp: 5, hasMarkers: false, isFlat: true })
})
