import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decimalFromBytes,
  decimalToBytes,
  decimalWidth,
  formatDecimal,
  parseDecimal,
} from '../../src/model/decimal.js'
import { parseValueType } from '../../src/model/value-type.js'

const price = parseValueType('decimal(10,2)')

test('decimal texts are read exactly or not at all', () => {
  const good: [string, bigint][] = [
    ['0', 0n],
    ['-0.00', 0n],
    ['1.5', 150n],
    ['+1.50', 150n],
    ['-12.34', -1234n],
    ['.5', 50n],
    ['5.', 500n],
    ['1.500000', 150n],
    ['99999999.99', 9_999_999_999n],
    ['1e3', 100_000n],
    ['1.5E-1', 15n],
    ['007', 700n],
    ['0e99', 0n],
  ]
  for (const [text, unscaled] of good) expect([text, parseDecimal(text, price)]).toEqual([text, unscaled])
  for (const text of ['', '.', 'x', '1,5', '0x10', '1e', ' 1', 'NaN', 'Infinity', '--1']) {
    expect(parseDecimal(text, price)).toBe('not a decimal number')
  }
  expect(parseDecimal('1.005', price)).toBe('it has more than 2 digits after the point')
  expect(parseDecimal('100000000', price)).toBe('it has more than 10 digits')
  expect(parseDecimal('1e9999', price)).toBe('it has more than 10 digits')
})

test('decimals come out with all digits of their scale', () => {
  expect(formatDecimal(5, 2)).toBe('0.05')
  expect(formatDecimal(-5n, 2)).toBe('-0.05')
  expect(formatDecimal(-1234n, 2)).toBe('-12.34')
  expect(formatDecimal(7n, 0)).toBe('7')
  expect(formatDecimal(0, 3)).toBe('0.000')
})

test('a width holds every value of its precision', () => {
  for (let precision = 1; precision <= 38; precision++) {
    const bits = decimalWidth(precision) * 8
    const most = 10n ** BigInt(precision) - 1n
    expect(BigInt.asIntN(bits, most)).toBe(most)
    expect(BigInt.asIntN(bits, -most)).toBe(-most)
  }
  expect([1, 2, 4, 9, 18, 38].map(decimalWidth)).toEqual([1, 1, 2, 4, 8, 16])
})

test('texts and BigDecimal bytes come back', () => {
  const values = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 38 }), (unscaled, scale) => {
      const type = parseValueType(`decimal(38,${scale})`)
      expect(parseDecimal(formatDecimal(unscaled, scale), type)).toBe(unscaled)
      expect(decimalFromBytes(decimalToBytes(unscaled, scale), scale)).toBe(unscaled)
    }),
    { seed: 38, numRuns: 1000 },
  )
})

test('a BigDecimal of another scale is taken where it is exact', () => {
  expect(decimalFromBytes(decimalToBytes(15n, 1), 2)).toBe(150n)
  expect(decimalFromBytes(decimalToBytes(1500n, 3), 2)).toBe(150n)
  expect(decimalFromBytes(decimalToBytes(1501n, 3), 2)).toBeNull()
  expect(decimalFromBytes(new Uint8Array(4), 2)).toBeNull()
})
