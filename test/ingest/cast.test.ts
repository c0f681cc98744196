import { expect, test } from 'vitest'
import { type Cast, type CastContext, castFor } from '../../src/ingest/cast.js'
import { LocalTime } from '../../src/ingest/local-time.js'
import type { RawKind } from '../../src/ingest/source.js'
import { TimeZone } from '../../src/model/time-zone.js'
import { parseValueType } from '../../src/model/value-type.js'

function cast(raw: RawKind, type: string, change: Partial<CastContext> = {}): Cast {
  const local = new LocalTime(TimeZone.of('UTC'), 'reject')
  const context: CastContext = { local, zeroDates: 'reject', counts: { zeroDates: 0 }, ...change }
  return castFor(raw, parseValueType(type), context) ?? ((value) => value)
}

test('text becomes an int only when it is one, whole and in range', () => {
  const toInt = cast('text', 'int')
  expect(['0', '-2147483648', '2147483647', '007'].map(toInt)).toEqual([0, -2147483648, 2147483647, 7])
  expect(['', '-', '1.0', '1e3', ' 1', '2147483648', '0x10', 'NA'].map(toInt)).toEqual(
    new Array(8).fill(undefined),
  )
})

test('long and ulong are numbers where that is exact and bigints where not', () => {
  expect(cast('integerText', 'long')('-9223372036854775808')).toBe(-9223372036854775808n)
  expect(cast('integerText', 'long')('123456789012345')).toBe(123456789012345)
  expect(cast('integerText', 'ulong')('18446744073709551615')).toBe(18446744073709551615n)
  expect(cast('integerText', 'ulong')('-1')).toBeUndefined()
  expect(cast('text', 'long')('9223372036854775808')).toBeUndefined()
})

test("a double is read as written, and nothing that is only JavaScript's idea of a number", () => {
  const toDouble = cast('text', 'double')
  expect(['1', '-.5', '1e3', '-1E-3', '9.123456789012344', 'NaN', '-Infinity'].map(toDouble)).toEqual([
    1,
    -0.5,
    1000,
    -0.001,
    9.123456789012344,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ])
  expect(['', ' 1', '1 ', '0x1f', '0b1', '1e400', 'null'].map(toDouble)).toEqual(new Array(7).fill(undefined))
})

test('a decimal must fit its precision and scale', () => {
  const toDecimal = cast('text', 'decimal(5,2)')
  expect(['1.50', '-999.99', '1.500'].map(toDecimal)).toEqual(['1.50', '-999.99', '1.500'])
  expect(['1.555', '1000', 'x'].map(toDecimal)).toEqual([undefined, undefined, undefined])
})

test('a wall clock becomes UTC by the zone, exact to the microsecond', () => {
  const local = new LocalTime(TimeZone.of('America/New_York'), 'reject')
  const toDatetime = cast('datetimeText', 'datetime', { local })
  expect(toDatetime('2013-01-01 05:00:00.123456')).toBe(BigInt(Date.UTC(2013, 0, 1, 10)) * 1000n + 123456n)
  expect(toDatetime('9999-12-31 23:59:59')).toBe(BigInt(Date.UTC(10000, 0, 1, 4, 59, 59)) * 1000n)
  expect(toDatetime('2013-03-10 02:30:00')).toBeUndefined()
  expect(toDatetime('2013-02-29 00:00:00')).toBeUndefined()
})

test('zero and partial dates are refused, or null and counted', () => {
  const zeros = ['0000-00-00', '2018-02-00', '2018-00-10']
  expect(zeros.map(cast('dateText', 'day'))).toEqual([undefined, undefined, undefined])
  const counts = { zeroDates: 0 }
  expect(zeros.map(cast('dateText', 'day', { zeroDates: 'null', counts }))).toEqual([null, null, null])
  expect(counts.zeroDates).toBe(3)
  expect(cast('dateText', 'day')('2018-02-01')).toBe(Date.UTC(2018, 1, 1))
})

test('an hour is a whole hour', () => {
  const toHour = cast('text', 'hour')
  expect(toHour('2013-01-01T06:00:00Z')).toBe(Date.UTC(2013, 0, 1, 6))
  expect(toHour('2013-01-01T06:30:00Z')).toBeUndefined()
})

test('a boolean is a boolean: 2 is none', () => {
  const toBoolean = cast('number', 'boolean')
  expect([0, 1, 2, -1].map(toBoolean)).toEqual([false, true, undefined, undefined])
})

test('bytes become text only when they are UTF-8', () => {
  expect(cast('bytes', 'string')(Buffer.from('é'))).toBe('é')
  expect(cast('bytes', 'string')(Buffer.from([0xff]))).toBeUndefined()
})
