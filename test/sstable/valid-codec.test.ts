import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readValid, writeValid } from '../../src/sstable/valid-codec.js'
import { VarintReader, VarintWriter } from '../../src/util/varint.js'

function roundTrip(valid: readonly number[]): number {
  const writer = new VarintWriter()
  const present = writeValid(writer, Uint8Array.from(valid), valid.length)
  expect(present).toBe(valid.filter((v) => v === 1).length)
  const back = readValid(new VarintReader(writer.finish()), valid.length)
  expect([...(back ?? new Uint8Array(valid.length).fill(1))]).toEqual(valid)
  return writer.length
}

test('any validity comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 300 }), (valid) => {
      roundTrip(valid)
    }),
  )
})

test('all, none and long runs take next to nothing', () => {
  expect(roundTrip(Array.from({ length: 4096 }, () => 1))).toBe(1)
  expect(roundTrip(Array.from({ length: 4096 }, () => 0))).toBeLessThan(10)
  expect(roundTrip(Array.from({ length: 4096 }, (_, i) => (i > 1000 && i < 3000 ? 1 : 0)))).toBeLessThan(16)
})

test('scattered rows take one bit each', () => {
  expect(roundTrip(Array.from({ length: 4096 }, (_, i) => ((i * i) % 3) & 1))).toBe(1 + 512)
})
