import { expect, test } from 'vitest'
import type { Scalar } from '../../src/model/api.js'
import { valueFromBytes, valueToBytes } from '../../src/model/value-bytes.js'
import { fromSlot, toSlot } from '../../src/model/value-codec.js'
import { parseValueType } from '../../src/model/value-type.js'
import { isHourbaseError } from '../../src/util/errors.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** type, what goes in, what comes out. */
const ROUND_TRIPS: [string, unknown, Scalar][] = [
  ['double', 21.5, 21.5],
  ['double', -0, -0],
  ['double', Number.NaN, Number.NaN],
  ['double', -Infinity, -Infinity],
  ['int', -2147483648, -2147483648],
  ['int', 2147483647, 2147483647],
  ['long', 5, 5n],
  ['long', -(2n ** 63n), -(2n ** 63n)],
  ['long', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['ulong', 2n ** 64n - 1n, 2n ** 64n - 1n],
  ['ulong', 0, 0n],
  ['decimal(10,2)', '12.3', '12.30'],
  ['decimal(10,2)', 12.3, '12.30'],
  ['decimal(10,2)', 7n, '7.00'],
  ['decimal(38,10)', '-9999999999999999999999999999.0123456789', '-9999999999999999999999999999.0123456789'],
  ['string', 'café 😀', 'café 😀'],
  ['string', '', ''],
  ['string', 'a\0b', 'a\0b'],
  ['boolean', true, true],
  ['boolean', false, false],
  ['datetime', '2013-01-01T00:00:00.123456Z', '2013-01-01T00:00:00.123456Z'],
  ['datetime', '2013-01-01', '2013-01-01T00:00:00Z'],
  ['datetime', 1n, '1970-01-01T00:00:00.000001Z'],
  ['datetime', new Date(-1), '1969-12-31T23:59:59.999Z'],
  ['datetime', '+200000-01-01T00:00:00.000001Z', '+200000-01-01T00:00:00.000001Z'],
  ['hour', 5 * HOUR, 5 * HOUR],
  ['hour', -HOUR, -HOUR],
  ['hour', '2013-01-01T05:00:00Z', Date.UTC(2013, 0, 1, 5)],
  ['hour', new Date(0), 0],
  ['day', '2013-01-01', Date.UTC(2013, 0, 1)],
  ['day', -DAY, -DAY],
]

test('values come back from their slots and from their bytes', () => {
  for (const [name, value, expected] of ROUND_TRIPS) {
    const type = parseValueType(name)
    const slot = toSlot(type, value)
    expect([name, value, slot === undefined ? 'refused' : fromSlot(type, slot, 'bigint')]).toEqual([
      name,
      value,
      expected,
    ])
    expect(valueFromBytes(type, valueToBytes(type, value as Scalar))).toEqual(expected)
  }
  const bytes = Uint8Array.of(0, 255, 0)
  expect(valueFromBytes(parseValueType('bytes'), valueToBytes(parseValueType('bytes'), bytes))).toEqual(bytes)
})

test('a value of another type or out of range is refused', () => {
  const refused: [string, unknown][] = [
    ['double', '1'],
    ['double', 1n],
    ['double', true],
    ['double', new Date()],
    ['int', 1.5],
    ['int', 2147483648],
    ['int', Number.NaN],
    ['int', '1'],
    ['int', 1n],
    ['long', 2 ** 53],
    ['long', 1.5],
    ['long', 2n ** 63n],
    ['long', '1'],
    ['ulong', -1],
    ['ulong', -1n],
    ['ulong', 2n ** 64n],
    ['decimal(10,2)', '1.005'],
    ['decimal(10,2)', 0.1 + 0.2],
    ['decimal(10,2)', 'x'],
    ['decimal(10,2)', Number.NaN],
    ['decimal(10,2)', true],
    ['string', 1],
    ['string', '\ud800'],
    ['string', 'a\udc00b'],
    ['bytes', 'text'],
    ['bytes', [1, 2]],
    ['boolean', 0],
    ['boolean', 'true'],
    ['datetime', 0],
    ['datetime', '2013-01-01T00:00:00'],
    ['datetime', new Date(Number.NaN)],
    ['datetime', 2n ** 63n],
    ['hour', 1],
    ['hour', HOUR / 2],
    ['hour', '2013-01-01T00:30:00Z'],
    ['hour', 1n],
    ['hour', Number.NaN],
    ['hour', 2 ** 31 * HOUR],
    ['day', HOUR],
    ['day', '2013-01-01T05:00:00Z'],
    ['day', 100_000_001 * DAY],
  ]
  for (const [name, value] of refused)
    expect([name, value, toSlot(parseValueType(name), value)]).toEqual([name, value, undefined])
})

test('-0 is a double alone: every other type stores 0', () => {
  for (const name of ['int', 'long', 'ulong', 'hour', 'day'])
    expect(Object.is(toSlot(parseValueType(name), -0), 0)).toBe(true)
})

test('longs and datetimes come as numbers on request, where they are exact', () => {
  expect(fromSlot(parseValueType('long'), 5, 'number')).toBe(5)
  expect(fromSlot(parseValueType('datetime'), 5_000_000, 'number')).toBe(5_000_000)
  expect(() => fromSlot(parseValueType('long'), 2n ** 53n, 'number')).toThrowError('not exact as a number')
})

test('the bytes are those of HBase', () => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const cases: [string, Scalar, string][] = [
    ['int', -1, 'ffffffff'],
    ['int', 1_234_567, '0012d687'],
    ['long', 2n ** 53n + 1n, '0020000000000001'],
    ['long', -(2n ** 63n), '8000000000000000'],
    ['ulong', 2n ** 64n - 1n, 'ffffffffffffffff'],
    ['double', 21.5, '4035800000000000'],
    ['double', -273.15, 'c071126666666666'],
    ['boolean', true, 'ff'],
    ['boolean', false, '00'],
    ['decimal(3,2)', '1.50', '000000020096'],
    ['decimal(4,3)', '-0.001', '00000003ff'],
    ['decimal(30,9)', '12345678901234567890.123456789', '0000000927e41b3246bec9b16e398115'],
    ['string', 'café', '636166c3a9'],
    ['hour', HOUR, '00000001'],
    ['day', -DAY, 'ffffffff'],
    ['datetime', 1n, '0000000000000001'],
  ]
  for (const [name, value, hex] of cases)
    expect([name, value, text(valueToBytes(parseValueType(name), value))]).toEqual([name, value, hex])
})

test('bytes that are no value of the type are refused', () => {
  for (const name of ['double', 'long', 'int', 'boolean', 'decimal(5,1)', 'datetime', 'hour']) {
    try {
      valueFromBytes(parseValueType(name), new Uint8Array(3))
      expect.unreachable()
    } catch (error) {
      expect(isHourbaseError(error, 'VALUE_INVALID')).toBe(true)
    }
  }
})
