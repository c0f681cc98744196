import { expect, test } from 'vitest'
import { BloomFilterBuilder, bloomMayContain, isBloomFilter } from '../../src/util/bloom-filter.js'
import { utf8 } from '../../src/util/bytes.js'
import { SeededRandom } from '../support/seeded-random.js'

function filterOf(keys: readonly Uint8Array[]): Uint8Array {
  const builder = new BloomFilterBuilder()
  for (const key of keys) {
    builder.setPrefix(key, 0, key.length)
    builder.addPrefix()
  }
  return builder.finish()
}

test('every key that was added may be there', () => {
  const random = new SeededRandom(3)
  const keys = Array.from({ length: 5000 }, () => random.bytes(random.below(40)))
  const filter = filterOf(keys)
  expect(isBloomFilter(filter)).toBe(true)
  expect(keys.every((key) => bloomMayContain(filter, key))).toBe(true)
})

test('about one key in a hundred that was not added may be there', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => utf8(`row${i}`))
  const filter = filterOf(keys)
  const others = Array.from({ length: 20_000 }, (_, i) => utf8(`row${i}x`))
  const wrong = others.filter((key) => bloomMayContain(filter, key)).length
  expect(wrong / others.length).toBeLessThan(0.013)
  expect(filter.length).toBeLessThan(keys.length * 1.26)
})

test('a prefix with a 4-byte suffix is the key of their bytes', () => {
  const builder = new BloomFilterBuilder()
  builder.setPrefix(utf8('..station..'), 2, 9)
  for (let hour = 0; hour < 500; hour++) builder.addSuffix(0x80000000 + hour)
  const filter = builder.finish()
  for (let hour = 0; hour < 500; hour++) {
    const key = Buffer.concat([utf8('station'), Buffer.from([0x80, 0, hour >>> 8, hour])])
    expect(bloomMayContain(filter, key)).toBe(true)
  }
})

test('a filter without keys has none', () => {
  expect(bloomMayContain(new BloomFilterBuilder().finish(), utf8('a'))).toBe(false)
})
