/** fast-check generators of rows with every kind of cell. */
import fc from 'fast-check'
import type { StoreSchema } from '../../src/model/descriptor.js'
import { type CellLiteral, keyBytes, latin1, type RowLiteral, schemaOf, type ValueLiteral } from './blocks.js'

export const TYPES: Readonly<Record<string, string>> = {
  active: 'boolean',
  day: 'day',
  n: 'long',
  price: 'decimal(10,2)',
  size: 'int',
  temp: 'double',
  ticket: 'ulong',
  when: 'datetime',
  word: 'string',
}
const COLUMNS = [...Object.keys(TYPES), 'raw', '', '\xff']

/** A schema of both key layouts. */
export const schemas: fc.Arbitrary<StoreSchema> = fc
  .constantFrom(0 as const, 4 as const)
  .map((suffixBytes) => schemaOf(suffixBytes, TYPES))

const safe = fc.maxSafeInteger()
const anyBytes = fc.uint8Array({ maxLength: 9 })

/** Mostly values of the column's type, sometimes bytes of any length. */
function valuesOf(column: string): fc.Arbitrary<ValueLiteral> {
  const byType: Record<string, fc.Arbitrary<ValueLiteral>> = {
    active: fc.boolean(),
    day: fc.integer(),
    n: fc.oneof(safe, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    price: safe,
    size: fc.integer(),
    temp: fc.double({ noNaN: false }),
    ticket: fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    when: safe,
  }
  const plain = byType[column]
  const text = fc.constantFrom('', 'north', 'south', 'a longer word than the others, to be copied in bulk')
  if (plain === undefined) return fc.oneof(text, anyBytes)
  return fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: notNan(anyBytes) })
}

/** NaN payloads may change, which is a promise not made. */
function notNan(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return bytes.filter((b) => b.length !== 8 || !Number.isNaN(Buffer.from(b).readDoubleBE(0)))
}

export const keys: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom('', 'a', 'ab', 'abc', 'station/a', 'station/b'),
    fc.constantFrom(0, 1, 2, 97, 0xffffffff),
  )
  .map(keyBytes)

/** Keys whose prefixes never begin with another, as typed row keys make them. */
export const typedKeys: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom('AAA', 'BBB', 'CCC'), fc.oneof(fc.nat(20), fc.constant(0xffffffff)))
  .map(keyBytes)

const stamps = fc.integer({ min: -2, max: 3 })
const sequences = fc.integer({ min: 1, max: 9 })

function flatCells(): fc.Arbitrary<CellLiteral[]> {
  const cell = fc
    .constantFrom(...COLUMNS)
    .chain((column) => fc.record({ column: fc.constant(column), value: valuesOf(column) }))
  return fc.uniqueArray(cell, { minLength: 1, maxLength: 5, selector: (c) => c.column })
}

function anyCells(): fc.Arbitrary<CellLiteral[]> {
  const put = fc.constantFrom(...COLUMNS).chain((column) =>
    fc.record({
      column: fc.constant(column),
      value: valuesOf(column),
      timestamp: stamps,
      sequence: sequences,
    }),
  )
  const withTtl = fc.tuple(put, fc.nat(5)).map(([cell, ttlMs]): CellLiteral => ({ ...cell, ttlMs }))
  const marker = fc.record({
    column: fc.constantFrom(...COLUMNS),
    type: fc.constantFrom(
      'Delete' as const,
      'DeleteColumn' as const,
      'DeleteFamily' as const,
      'DeleteFamilyVersion' as const,
    ),
    timestamp: stamps,
    sequence: sequences,
  })
  const cell: fc.Arbitrary<CellLiteral> = fc.oneof({ weight: 4, arbitrary: put }, marker, withTtl)
  return fc.uniqueArray(cell, {
    minLength: 1,
    maxLength: 8,
    selector: (c) => `${c.column} ${c.timestamp} ${c.type ?? 'Put'} ${c.sequence}`,
  })
}

export function flatRows(key: fc.Arbitrary<Uint8Array>): fc.Arbitrary<RowLiteral> {
  return fc.record({ key, cells: flatCells(), timestamp: stamps, sequence: sequences })
}

export function anyRows(key: fc.Arbitrary<Uint8Array>): fc.Arbitrary<RowLiteral> {
  const general = fc.record({ key, cells: anyCells() })
  return fc.oneof({ weight: 3, arbitrary: flatRows(key) }, general)
}

/** Rows of distinct keys, ascending. */
export function ascending(rows: readonly RowLiteral[]): RowLiteral[] {
  const byKey = new Map(rows.map((row) => [latin1(keyBytes(row.key)), row]))
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
