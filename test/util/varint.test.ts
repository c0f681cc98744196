import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import { VarintReader, VarintWriter } from '../../src/util/varint.js'

test('every safe integer comes back, in at most 8 bytes', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeInteger(), (natural, integer) => {
      const writer = new VarintWriter(1)
      writer.varint(natural)
      const middle = writer.length
      writer.signed(integer)
      const reader = new VarintReader(writer.finish())
      expect([reader.varint(), reader.signed(), reader.left]).toEqual([natural, integer, 0])
      expect(middle).toBeLessThanOrEqual(8)
      expect(writer.length - middle).toBeLessThanOrEqual(8)
    }),
  )
})

test('the edges of each length come back', () => {
  const edges = [0, 1, 63, 64, 127, 128, 16383, 16384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]
  const writer = new VarintWriter()
  for (const edge of edges) {
    writer.varint(edge)
    writer.signed(edge)
    writer.signed(-edge)
  }
  const reader = new VarintReader(writer.finish())
  for (const edge of edges) {
    expect([reader.varint(), reader.signed(), reader.signed() + edge]).toEqual([edge, edge, 0])
  }
})

test('numbers of fixed size are little-endian', () => {
  const writer = new VarintWriter(1)
  writer.u8(1)
  writer.u32(0x04030201)
  writer.f64(-0)
  expect([...writer.finish()]).toEqual([1, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0x80])
})

test('any bytes are read or refused as damage, never beyond the end', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 12 }),
      fc.array(fc.constantFrom('u8', 'u32', 'f64', 'varint', 'signed')),
      (bytes, reads) => {
        const reader = new VarintReader(bytes)
        try {
          for (const read of reads) reader[read as 'u8']()
        } catch (error) {
          expect(isHourbaseError(error, 'CORRUPTION')).toBe(true)
        }
        expect(reader.at).toBeLessThanOrEqual(bytes.length)
      },
    ),
  )
})

test('a count above its bound is refused', () => {
  const writer = new VarintWriter()
  writer.varint(1000)
  expect(() => new VarintReader(writer.finish()).bounded(999, 'rows')).toThrow('rows 1000 exceeds 999')
})
