import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readIntegers, readUints, writeIntegers } from '../../src/sstable/integer-codec.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { VarintReader, VarintWriter } from '../../src/util/varint.js'
import { SeededRandom } from '../support/seeded-random.js'

function encoded(values: readonly number[]): Uint8Array {
  const writer = new VarintWriter()
  writeIntegers(writer, Float64Array.from(values), values.length)
  return writer.finish()
}

function decoded(bytes: Uint8Array, count: number, divisor = 1): number[] {
  const reader = new VarintReader(bytes)
  const values = [...readIntegers(reader, count, new Float64Array(count), divisor)]
  reader.expectEnd('the integers')
  return values
}

function roundTrip(values: readonly number[]): void {
  expect(decoded(encoded(values), values.length)).toEqual(values)
}

const count = (length: number, at: (i: number) => number): number[] => Array.from({ length }, (_, i) => at(i))

test('any integers come back', () => {
  const near = fc.tuple(fc.maxSafeInteger(), fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 80 }))
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.maxSafeInteger()), fc.array(fc.integer()), near), (given) => {
      const values = Array.isArray(given[1])
        ? given[1].map((d) => d + Math.trunc((given[0] as number) / 2))
        : given
      roundTrip((values as number[]).map((v) => v + 0))
    }),
    { numRuns: 500 },
  )
})

test('values of every width up to 53 bits come back', () => {
  const random = new SeededRandom(5)
  for (let width = 0; width <= 53; width++) {
    const max = 2 ** width - 1
    roundTrip(count(100, (i) => (i === 50 ? max : Math.floor((random.bits() / 4294967296) * max))))
    roundTrip(count(100, (i) => 0 - (i % 2) * max))
  }
})

test('what is no safe integer, or spans more than one, is kept as doubles', () => {
  for (const values of [
    [1.5, 2, 3],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 0],
    [2 ** 60, 1],
    [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ]) {
    roundTrip(values)
  }
})

test('equal values take two bytes or so', () => {
  expect(encoded(count(4096, () => 5)).length).toBe(2)
  expect(encoded(count(4096, () => 1_700_000_000_000)).length).toBeLessThan(9)
})

test('hours of some stations, and the sequences of their writes, are runs', () => {
  const hours = count(4000, (i) => 473_352 + (i % 1000))
  const sequences = count(4000, (i) => 1 + (i % 1000) * 1000 + Math.floor(i / 1000))
  roundTrip(hours)
  roundTrip(sequences)
  expect(encoded(hours).length).toBeLessThan(24)
  expect(encoded(sequences).length).toBeLessThan(30)
})

test('steadily growing values are stored by their differences', () => {
  const random = new SeededRandom(9)
  let at = 1e12
  const values = count(1000, () => {
    at += random.below(16)
    return at
  })
  roundTrip(values)
  expect(encoded(values).length).toBeLessThan(1000 * 0.5 + 20)
})

test('more values than are packed at a time come back', () => {
  const random = new SeededRandom(2)
  roundTrip(count(10_000, () => random.below(1000)))
  roundTrip(count(9000, () => random.bits() * 1024 + random.below(1024)))
  roundTrip(count(20_000, (i) => i * i))
})

test('a divisor is applied in every form', () => {
  const random = new SeededRandom(4)
  const forms = [
    count(100, () => random.below(1000)),
    count(100, (i) => i * i * 5),
    count(100, () => 7),
    count(100, (i) => i),
    count(100, () => random.bits() * 256),
    [2 ** 60, 1],
  ]
  for (const values of forms) {
    expect(decoded(encoded(values), values.length, 10)).toEqual(values.map((v) => v / 10))
  }
})

test('unsigned integers beyond their bound are refused', () => {
  const bytes = encoded([1, 2, 300])
  expect([...readUints(new VarintReader(bytes), 3, 300, 'length')]).toEqual([1, 2, 300])
  expect(() => readUints(new VarintReader(bytes), 3, 299, 'length')).toThrow('length 300 is not in 0…299')
  expect(() => readUints(new VarintReader(encoded([-1])), 1, 9, 'length')).toThrow('length -1')
})

test('any bytes are decoded or refused as damage', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(200), (bytes, n) => {
      try {
        readIntegers(new VarintReader(bytes), n, new Float64Array(n))
      } catch (error) {
        expect(isHourbaseError(error, 'CORRUPTION')).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})
