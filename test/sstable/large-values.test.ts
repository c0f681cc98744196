import { expect, test } from 'vitest'
import { blockOf, drain, plainRows, schemaOf } from '../support/blocks.js'
import { SeededRandom } from '../support/seeded-random.js'
import { ALL, EVERYTHING, readerOf } from '../support/sstable-kit.js'

const schema = schemaOf(0)
const random = new SeededRandom(1)

test('large values come back among small ones', () => {
  const sizes = [3, 70_000, 0, 65_535, 65_536, 12, 300_000, 1]
  const rows = sizes.map((size, i) => ({ key: `row${i}`, values: { q: random.bytes(size), r: 'small' } }))
  const block = blockOf(schema, rows)
  const reader = readerOf(schema, [block])
  expect(drain(reader.scan(ALL, EVERYTHING))).toEqual(plainRows(block))
  expect(reader.check()).toEqual([])
})

test('a row above the target gets a block of its own', () => {
  const rows = [1, 2, 3, 4, 5].map((i) => ({
    key: `row${i}`,
    values: { q: random.bytes(i === 3 ? 50_000 : 10) },
  }))
  const reader = readerOf(schema, [blockOf(schema, rows)], { blockBytesMax: 1000 })
  expect([...reader.blocks.rowCounts]).toEqual([2, 1, 2])
})

test('wide rows are cut by their bytes, not by their number', () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    key: `row${String(i).padStart(3, '0')}`,
    values: { q: random.bytes(1000) },
  }))
  const reader = readerOf(schema, [blockOf(schema, rows)], { blockBytesMax: 16_384 })
  expect(reader.blocks.count).toBeGreaterThan(6)
  expect(reader.blocks.count).toBeLessThan(9)
})

test('a row of thousands of small columns shares sections and comes back', () => {
  const values = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`q${String(i).padStart(5, '0')}`, `v${i % 7}`]),
  )
  const block = blockOf(schema, [
    { key: 'a', values },
    { key: 'b', values: { q00007: 'x' } },
  ])
  const reader = readerOf(schema, [block])
  expect(drain(reader.scan(ALL, EVERYTHING))).toEqual(plainRows(block))
  expect(reader.meta.bytes).toBeLessThan(5000 * 8)
})

test('a value beyond 16 MiB is stored as it is', () => {
  const value = new Uint8Array(17 * 1024 * 1024).fill(7)
  const reader = readerOf(schema, [blockOf(schema, [{ key: 'a', values: { q: value } }])])
  const column = reader.readBlock(0).columns[0]!.ready()
  expect(Buffer.compare(column.data, value)).toBe(0)
})
