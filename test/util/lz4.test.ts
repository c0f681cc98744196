import { expect, test } from 'vitest'
import { lz4Compress, lz4Decompress } from '../../src/util/lz4.js'
import { SeededRandom } from '../support/seeded-random.js'

const repetitive = new Uint8Array(10_000).map((_, i) => i % 10)

test('what saves a tenth is compressed and comes back', () => {
  const packed = lz4Compress(repetitive)!
  expect(packed.length).toBeLessThan(1000)
  expect(Buffer.compare(lz4Decompress(packed, repetitive.length), repetitive)).toBe(0)
})

test('what does not save a tenth, or is tiny, is left as it is', () => {
  expect(lz4Compress(new SeededRandom(1).bytes(4096))).toBeNull()
  expect(lz4Compress(new Uint8Array(40))).toBeNull()
  expect(lz4Compress(new Uint8Array(0))).toBeNull()
})

test('a length that is not the expected one is refused before anything is decompressed', () => {
  const packed = Uint8Array.from(lz4Compress(repetitive)!)
  expect(() => lz4Decompress(packed, repetitive.length + 1)).toThrow('LZ4 length 10000, expected 10001')
  packed.set([255, 255, 255, 255])
  expect(() => lz4Decompress(packed, repetitive.length)).toThrow('LZ4 length 4294967295')
  expect(() => lz4Decompress(packed, 4294967295)).toThrow('LZ4 bytes for 4294967295')
  expect(() => lz4Decompress(new Uint8Array(3), 0)).toThrow('damaged')
})

test('bytes that are no LZ4 block are damage', () => {
  const packed = Uint8Array.from(lz4Compress(repetitive)!)
  expect(() => lz4Decompress(packed.subarray(0, packed.length - 3), repetitive.length)).toThrow('damaged')
})
