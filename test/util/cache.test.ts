import { expect, test } from 'vitest'
import { BlockCache } from '../../src/util/cache.js'
import { SeededRandom } from '../support/seeded-random.js'

test('what was put in comes out, until the bytes run out', () => {
  const cache = new BlockCache<string>(100)
  for (let i = 0; i < 10; i++) cache.set(1, i, `block ${i}`, 20)
  expect(cache.sizeBytes).toBe(100)
  expect(cache.get(1, 4)).toBeUndefined()
  expect(cache.get(1, 5)).toBe('block 5')
  expect([cache.hits, cache.misses, cache.evictions]).toEqual([1, 1, 5])
})

test('a scan that touches every block once leaves what is used again', () => {
  const cache = new BlockCache<number>(1000)
  for (let i = 0; i < 10; i++) cache.set(1, i, i, 50)
  for (let i = 0; i < 10; i++) cache.get(1, i)
  for (let i = 0; i < 10_000; i++) {
    cache.get(2, i)
    cache.set(2, i, i, 50)
  }
  for (let i = 0; i < 10; i++) expect(cache.get(1, i)).toBe(i)
})

test('what is no longer used makes room, protected or not', () => {
  const cache = new BlockCache<number>(1000)
  for (let i = 0; i < 20; i++) cache.set(1, i, i, 50)
  for (let i = 0; i < 20; i++) cache.get(1, i)
  for (let i = 0; i < 10; i++) {
    cache.set(2, i, i, 50)
    cache.get(2, i)
  }
  for (let i = 0; i < 10; i++) expect(cache.get(2, i)).toBe(i)
  expect(cache.sizeBytes).toBeLessThanOrEqual(1000)
})

test('an entry of more than a quarter of the cache is not kept', () => {
  const cache = new BlockCache<string>(100)
  cache.set(1, 0, 'large', 26)
  expect(cache.get(1, 0)).toBeUndefined()
  expect(cache.sizeBytes).toBe(0)
})

test('an entry that grows counts what it has grown to', () => {
  const cache = new BlockCache<{ name: string }>(100)
  const block = { name: 'a' }
  cache.set(1, 0, block, 10)
  cache.set(1, 1, { name: 'b' }, 20)
  cache.grow(1, 0, block, 5)
  cache.grow(1, 1, block, 5)
  expect(cache.sizeBytes).toBe(35)
  cache.grow(1, 0, block, 20)
  expect(cache.get(1, 0)).toBeUndefined()
  expect(cache.sizeBytes).toBe(20)
})

test('a file that is closed takes its blocks along', () => {
  const cache = new BlockCache<number>(1000)
  for (let i = 0; i < 4; i++) {
    cache.set(1, i, i, 10)
    cache.set(2, i, i, 10)
  }
  cache.get(1, 2)
  cache.deleteFile(1)
  expect(cache.sizeBytes).toBe(40)
  expect(cache.get(1, 2)).toBeUndefined()
  expect(cache.get(2, 2)).toBe(2)
})

test('any sequence of calls keeps the sum of sizes within the limit', () => {
  const random = new SeededRandom(11)
  const cache = new BlockCache<object>(500)
  const sizes = new Map<string, number>()
  for (let i = 0; i < 20_000; i++) {
    const file = random.below(3)
    const index = random.below(30)
    const key = `${file}/${index}`
    const value = cache.get(file, index)
    const size = 1 + random.below(60)
    if (value === undefined || random.below(4) === 0) {
      cache.set(file, index, {}, size)
      sizes.set(key, size)
    } else if (random.coin()) {
      cache.grow(file, index, value, 3)
      sizes.set(key, sizes.get(key)! + 3)
    } else if (random.below(50) === 0) cache.deleteFile(file)
    expect(cache.sizeBytes).toBeLessThanOrEqual(500)
  }
  let held = 0
  for (const [key, size] of sizes) {
    const [file, index] = key.split('/').map(Number)
    if (cache.get(file!, index!) !== undefined) held += size
  }
  expect(held).toBe(cache.sizeBytes)
})
