import { expect, test } from 'vitest'
import {
  bitWidth,
  generatedUnpack,
  genericUnpack,
  PACK_COUNT_MAX,
  packBits,
  packedBytes,
  unpackBits,
} from '../../src/util/bit-pack.js'
import { SeededRandom } from '../support/seeded-random.js'

const widths = Array.from({ length: 32 }, (_, i) => i + 1)

function randomValues(width: number, count: number): Uint32Array {
  const random = new SeededRandom(width)
  return Uint32Array.from({ length: count }, () => random.bits() >>> (32 - width))
}

test('values of every width come back, whatever their number', () => {
  const out = new Uint32Array(PACK_COUNT_MAX)
  for (const width of widths) {
    for (const count of [1, 2, 7, 31, 32, 33, 64, 100, PACK_COUNT_MAX]) {
      const values = randomValues(width, count)
      const packed = new Uint8Array(packedBytes(count, width) + 3).fill(0xaa)
      packBits(values, count, width, packed, 3)
      unpackBits(packed, 3, count, width, out)
      expect(out.subarray(0, count)).toEqual(values)
      expect([...packed.subarray(0, 3)]).toEqual([0xaa, 0xaa, 0xaa])
    }
  }
})

test('the largest value of each width survives beside zeros', () => {
  const out = new Uint32Array(PACK_COUNT_MAX)
  for (const width of widths) {
    const values = Uint32Array.from({ length: 70 }, (_, i) => (i % 3 === 0 ? 2 ** width - 1 : 0))
    const packed = new Uint8Array(packedBytes(70, width))
    packBits(values, 70, width, packed, 0)
    unpackBits(packed, 0, 70, width, out)
    expect(out.subarray(0, 70)).toEqual(values)
  }
})

test('the generic loop gives what the generated one gives', () => {
  for (const width of widths) {
    const words = randomValues(32, width * 4 + 1)
    const generic = new Uint32Array(128)
    const generated = new Uint32Array(128)
    genericUnpack(width)(words, generic, 4)
    generatedUnpack(width)(words, generated, 4)
    expect(generic).toEqual(generated)
  }
})

test('a width is the number of bits of the largest value', () => {
  expect([0, 1, 2, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1].map(bitWidth)).toEqual([
    0, 1, 2, 8, 9, 32, 33, 53,
  ])
})
