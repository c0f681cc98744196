import { expect, test } from 'vitest'
import { utf8 } from '../../src/util/bytes.js'
import { BlockCache } from '../../src/util/cache.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf, plainRows, schemaOf } from '../support/blocks.js'
import type { MemVfs } from '../support/mem-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'
import { ALL, EVERYTHING, opened, PATH, written } from '../support/sstable-kit.js'

const random = new SeededRandom(6)
const schema = schemaOf(4, { a: 'double', b: 'double' })
const small = blockOf(
  schema,
  Array.from({ length: 1000 }, (_, i) => ({
    key: ['s', i] as const,
    values: { a: random.below(999), b: random.below(999) },
  })),
)
/** Eight columns of 100 KiB each: too much to be read in one go. */
const wide = blockOf(
  schemaOf(0),
  Array.from({ length: 4 }, (_, i) => ({
    key: `r${i}`,
    values: Object.fromEntries([...'abcdefgh'].map((name) => [name, random.bytes(25_000)])),
  })),
)

/** Bytes read from files from now on. */
function countReads(vfs: MemVfs): { bytes: number } {
  const counter = { bytes: 0 }
  const open = vfs.open.bind(vfs)
  vfs.open = (path, mode) => {
    const file = open(path, mode)
    const read = file.read.bind(file)
    file.read = (buffer, offset, length, position) => {
      counter.bytes += length
      return read(buffer, offset, length, position)
    }
    return file
  }
  return counter
}

test('damage in a column is met by who asks for it, and by nobody else', () => {
  const { vfs } = written(schema, [small], { bloomFilter: 'NONE' })
  const bytes = vfs.readAll(PATH)
  const end = opened(vfs).blocks.bytes[0]! + opened(vfs).blocks.offsets[0]!
  bytes[end - 100]! ^= 1
  vfs.writeAll(PATH, bytes)
  const reader = opened(vfs)
  const scan = reader.scan(ALL, { columns: [utf8('a')], prune: null })
  expect(scan.next()).toBe(true)
  expect([...scan.block.columns[0]!.ready().numbers]).toEqual([...small.columns[0]!.numbers])
  const other = reader.scan(ALL, { columns: [utf8('b')], prune: null })
  expect(other.next()).toBe(true)
  expect(() => other.block.columns[0]!.ready()).toThrow('a section fails its checksum')
})

test('a large block is read column by column', () => {
  const { vfs } = written(schemaOf(0), [wide], { blockBytesMax: 1 << 23 })
  const counter = countReads(vfs)
  const reader = opened(vfs)
  expect(reader.blocks.bytes[0]).toBeGreaterThan(800_000)
  const afterOpen = counter.bytes
  const scan = reader.scan(ALL, { columns: [utf8('c')], prune: null })
  expect(scan.next()).toBe(true)
  expect(scan.block.columns[0]!.ready().data).toEqual(wide.columns[2]!.data)
  expect(counter.bytes - afterOpen).toBeLessThan(110_000)
  expect(plainRows(reader.readBlock(0))).toEqual(plainRows(wide))
})

test('a column that is asked for after the scan was closed says so', () => {
  const { vfs } = written(schemaOf(0), [wide], { blockBytesMax: 1 << 23 })
  const reader = opened(vfs)
  const scan = reader.scan(ALL, EVERYTHING)
  expect(scan.next()).toBe(true)
  scan.close()
  reader.release()
  try {
    scan.block.columns[0]!.ready()
    expect.unreachable()
  } catch (error) {
    expect(isHourbaseError(error, 'CLOSED')).toBe(true)
  }
})

test('scans share what one of them has decoded', () => {
  const { vfs } = written(schema, [small])
  const reader = opened(vfs)
  const first = reader.scan(ALL, EVERYTHING)
  const second = reader.scan(ALL, { columns: [utf8('b')], prune: null })
  expect(first.next() && second.next()).toBe(true)
  expect(second.block.columns[0]).toBe(first.block.columns[1])
  expect(reader.blockLoads).toBe(1)
})

test('a column counts in the cache once it is decoded', () => {
  const { vfs } = written(schema, [small])
  const cache = new BlockCache(1 << 20)
  const reader = opened(vfs, cache)
  const block = reader.readBlock(0)
  const before = cache.sizeBytes
  block.columns[0]!.ready()
  expect(cache.sizeBytes).toBe(before + 8000)
  reader.release()
  expect(cache.sizeBytes).toBe(0)
})

test('a cache too small for a block keeps none, and reads go on', () => {
  const { vfs } = written(schema, [small], { blockRowsMax: 100 })
  const cache = new BlockCache(1000)
  const reader = opened(vfs, cache)
  for (let i = 0; i < 20; i++) expect(reader.readBlock(i % 10).rowCount).toBe(100)
  expect(reader.blockLoads).toBe(20)
  expect(cache.sizeBytes).toBeLessThanOrEqual(1000)
})
