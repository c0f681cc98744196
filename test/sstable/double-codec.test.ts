import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDoubles, writeDoubles } from '../../src/sstable/double-codec.js'
import { VarintReader, VarintWriter } from '../../src/util/varint.js'
import { SeededRandom } from '../support/seeded-random.js'

/** Bytes, or null when the codec declines. */
function encoded(values: readonly number[]): Uint8Array | null {
  const writer = new VarintWriter()
  const isPacked = writeDoubles(writer, Float64Array.from(values), values.length)
  if (!isPacked) expect(writer.length).toBe(0)
  return isPacked ? writer.finish() : null
}

function roundTrip(values: readonly number[]): number | null {
  const bytes = encoded(values)
  if (bytes === null) return null
  const reader = new VarintReader(bytes)
  const back = readDoubles(reader, values.length, new Float64Array(values.length))
  reader.expectEnd('doubles')
  // Object.is: -0 and NaN must come back as they are.
  expect([...back].every((v, i) => Object.is(v, values[i]))).toBe(true)
  return bytes.length
}

const random = new SeededRandom(1)
const decimals = (count: number, digits: number): number[] =>
  Array.from({ length: count }, () => Math.round(random.below(400 * 10 ** digits)) / 10 ** digits)

test('decimals of 0 to 12 digits are integers of their range', () => {
  for (let digits = 0; digits <= 12; digits++) {
    const values = decimals(1000, digits)
    const bits = Math.ceil(Math.log2(400 * 10 ** digits))
    expect(roundTrip(values)).toBeLessThanOrEqual((1000 * bits) / 8 + 24)
  }
})

test('the exponent is the smallest that fits all', () => {
  expect(encoded([1, 2, 300])![0]).toBe(0)
  expect(encoded([1.5, 2, 300])![0]).toBe(1)
  expect(encoded([1.5, 2.25, 300])![0]).toBe(2)
  expect(encoded([1e-15, 0])![0]).toBe(15)
})

test('a few values that fit nothing are exceptions', () => {
  const values = decimals(1000, 1)
  for (const [i, odd] of [
    Number.NaN,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Math.PI,
    5e-324,
    1e300,
  ].entries()) {
    values[i * 130] = odd
  }
  expect(roundTrip(values)).toBeLessThan(1000 * 1.5 + 7 * 11 + 24)
})

test('a few values with more digits do not widen the others', () => {
  const values = decimals(1000, 1)
  values[333] = 0.123456789012
  expect(roundTrip(values)).toBeLessThan(1000 * 1.5 + 40)
})

test('exceptions in the first places widen nothing', () => {
  const values = decimals(1000, 1).map((v) => v + 1_000_000)
  values[0] = Number.NaN
  values[1] = Number.NaN
  expect(roundTrip(values.map((v) => Math.round(v * 10) / 10))).toBeLessThan(1000 * 1.6 + 50)
})

test('values with all their digits are declined', () => {
  const values = Array.from({ length: 1000 }, () => random.bits() / 4294967296 + random.bits())
  expect(encoded(values)).toBeNull()
  expect(encoded([Number.NaN, Number.NaN, Number.NaN])).toBeNull()
})

test('the edges of safe integers come back', () => {
  const max = Number.MAX_SAFE_INTEGER
  for (const values of [
    [max, -max],
    [max, max - 1],
    [max + 1, 0],
    [max / 10, 0.1],
    [900719925474099.1, 0.1],
  ])
    roundTrip(values)
})

test('whatever is accepted comes back bit for bit', () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer().map((n) => n / 100),
    fc.integer().map((n) => n / 10 ** 9),
    fc.integer(),
    fc.constantFrom(-0, 0, Number.NaN, 0.1, 1e15, 1e16, 123456.789),
  )
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 100 }), (values) => {
      roundTrip(values)
    }),
    { numRuns: 1000 },
  )
})
