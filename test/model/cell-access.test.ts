import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  buildColumn,
  cellSlot,
  cellValueBytes,
  slotByteLength,
  slotBytes,
} from '../../src/model/cell-access.js'
import { Kind } from '../../src/model/row-block.js'
import { parseValueType } from '../../src/model/value-type.js'
import { utf8 } from '../../src/util/bytes.js'
import { blockOf, schemaOf } from '../support/blocks.js'

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const column = (type: string, ...hex: string[]): ReturnType<typeof buildColumn> =>
  buildColumn(utf8('q'), parseValueType(type), hex.map(bytesOf))

test.each([
  ['int', '00000000', 0],
  ['int', 'ffffffff', -1],
  ['int', '80000000', -(2 ** 31)],
  ['hour', '0005bfd0', 376784],
  ['day', 'fffffffe', -2],
  ['long', '001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['long', 'ffe0000000000001', Number.MIN_SAFE_INTEGER],
  ['long', 'ffffffffffffffff', -1],
  ['datetime', '0000018bcfe56800', 1700000000000],
  ['ulong', '001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['double', '4035800000000000', 21.5],
  ['double', '8000000000000000', -0],
  ['double', '7ff8000000000000', Number.NaN],
  ['boolean', '00', 0],
  ['boolean', 'ff', 1],
  ['decimal(10,2)', '0000000200', 0],
  ['decimal(10,2)', '0000000204d2', 1234],
  ['decimal(10,2)', '000000027f', 127],
  ['decimal(10,2)', '000000020080', 128],
  ['decimal(10,2)', '0000000280', -128],
  ['decimal(10,2)', '00000002ff7f', -129],
  ['decimal(18,0)', '000000001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['decimal(18,0)', '00000000e0000000000001', Number.MIN_SAFE_INTEGER],
])('%s %s is the number %d and the same bytes again', (type, hex, value) => {
  const built = column(type, hex)
  expect(built.kind).toBe(Kind.F64)
  expect(Object.is(built.numbers[0], value)).toBe(true)
  expect(Buffer.from(slotBytes(built, 0)).toString('hex')).toBe(hex)
  expect(slotByteLength(built, 0)).toBe(hex.length / 2)
})

test.each([
  ['long', '0020000000000000'],
  ['long', 'ffe0000000000000'],
  ['long', '8000000000000000'],
  ['ulong', 'ffffffffffffffff'],
  ['datetime', '7fffffffffffffff'],
])('%s %s is not safe and stays 64 bits', (type, hex) => {
  const built = column(type, '0000000000000001', hex)
  expect(built.kind).toBe(Kind.I64)
  expect(Buffer.from(slotBytes(built, 1)).toString('hex')).toBe(hex)
  expect(Buffer.from(slotBytes(built, 0)).toString('hex')).toBe('0000000000000001')
})

test.each([
  ['int', '0000000000'],
  ['long', '00'],
  ['double', ''],
  ['boolean', '01'],
  ['boolean', '0000'],
  ['decimal(10,2)', '0000000304d2'],
  ['decimal(10,2)', '000000020001'],
  ['decimal(10,2)', '00000002ffff'],
  ['decimal(10,2)', '00000002'],
  ['decimal(18,0)', '0000000020000000000000'],
  ['decimal(38,0)', '000000000100000000000000000000'],
  ['string', 'c3a9'],
  ['bytes', '00000000'],
])('%s %s cannot be a number and stays as it is', (type, hex) => {
  const built = column(type, hex, hex)
  expect(built.kind).toBe(Kind.Bytes)
  expect(Buffer.from(slotBytes(built, 1)).toString('hex')).toBe(hex)
  expect(slotByteLength(built, 1)).toBe(hex.length / 2)
})

test('every safe integer comes back from long, datetime and decimal', () => {
  const types = fc.constantFrom('long', 'datetime', 'decimal(16,0)')
  fc.assert(
    fc.property(types, fc.maxSafeInteger(), (type, value) => {
      const from = buildColumn(utf8('q'), parseValueType(type), [new Uint8Array(8)])
      from.kind = Kind.F64
      from.numbers = Float64Array.of(value)
      const again = buildColumn(utf8('q'), parseValueType(type), [slotBytes(from, 0)])
      expect(again.kind).toBe(Kind.F64)
      expect(again.numbers[0]).toBe(value === 0 ? 0 : value)
    }),
    { seed: 6 },
  )
})

test('null values are holes', () => {
  const built = buildColumn(utf8('q'), parseValueType('int'), [null, bytesOf('00000007')])
  expect(built.valid).toEqual(Uint8Array.of(0, 1))
  expect(built.numbers[1]).toBe(7)
})

test('cellSlot finds the newest cell of a row and column, or -1', () => {
  const schema = schemaOf(0, { a: 'int', b: 'int' })
  const rows = [
    { key: 'x', values: { a: 1 } },
    { key: 'y', values: { a: 2, b: 3 } },
  ]
  for (const general of [false, true]) {
    const block = blockOf(schema, rows, { general })
    expect(block.columns[1]!.numbers[cellSlot(block, 1, 1)]).toBe(3)
    expect(cellSlot(block, 0, 1)).toBe(-1)
  }
})

test('a marker has no value', () => {
  const schema = schemaOf(0, { a: 'int' })
  const block = blockOf(schema, [
    {
      key: 'x',
      cells: [
        { column: 'a', value: 5 },
        { column: 'a', type: 'DeleteColumn' },
      ],
    },
  ])
  expect(cellValueBytes(block, 0)).toHaveLength(0)
  expect([...cellValueBytes(block, 1)]).toEqual([0, 0, 0, 5])
})
