import { expect, test } from 'vitest'
import type { FamilyDescriptor } from '../../src/model/descriptor.js'
import type { RowBlock } from '../../src/model/row-block.js'
import { openStoreScan, type StoreScan, scanCounters } from '../../src/store/store-scan.js'
import { keySuccessor, utf8 } from '../../src/util/bytes.js'
import { blockOf, latin1, plainRows, type RowLiteral, schemaOf } from '../support/blocks.js'
import { familyDescriptor } from '../support/golden-store.js'
import { MemoryFile } from '../support/memory-files.js'

const schema = schemaOf(0, { temp: 'double', rain: 'double' })
const typed = familyDescriptor(1, 'd', { NEW_VERSION_BEHAVIOR: true })

const SCAN: StoreScan = {
  range: { start: new Uint8Array(0), stop: new Uint8Array(0), reversed: false },
  columns: null,
  timeRange: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  versions: 1,
  raw: false,
  now: 1_000_000,
}

function rows(prefix: string, count: number, literal: (i: number) => Partial<RowLiteral>): RowBlock {
  return blockOf(
    schema,
    Array.from({ length: count }, (_, i) => ({
      key: `${prefix}${String(i).padStart(4, '0')}`,
      ...literal(i),
    })),
  )
}

function read(blocks: readonly RowBlock[], scan: Partial<StoreScan> = {}, family: FamilyDescriptor = typed) {
  const counters = scanCounters()
  const files = blocks.map((block) => new MemoryFile([block]))
  const cursor = openStoreScan(family, schema, { views: [], files }, { ...SCAN, ...scan }, counters)
  const runs: { block: RowBlock; from: number; to: number }[] = []
  const keys: string[] = []
  while (cursor.next()) {
    const { block, from, to } = cursor
    runs.push({ block, from, to })
    const part = plainRows(block, from, to).map((row) => row.key)
    keys.push(...(scan.range?.reversed ? part.reverse() : part))
  }
  cursor.close()
  return { runs, keys, counters }
}

test('the rows of one source pass as they are', () => {
  const block = rows('a', 100, (i) => ({ values: { temp: i }, timestamp: i }))
  const { runs, counters } = read([block])
  expect(runs).toEqual([{ block, from: 0, to: 100 }])
  expect(runs[0]!.block).toBe(block)
  expect(counters).toMatchObject({ rowsPassed: 100, rowsMerged: 0, filesConsidered: 1, blocksRead: 1 })
})

test('a time range cuts a block into the runs that lie in it', () => {
  const block = rows('a', 100, (i) => ({ values: { temp: i }, timestamp: i % 50 }))
  const scan = { timeRange: { min: 10, max: 30 } }
  const { runs, keys } = read([block], scan)
  expect(runs).toEqual([
    { block, from: 10, to: 30 },
    { block, from: 60, to: 80 },
  ])
  const reversed = { ...scan, range: { ...SCAN.range, reversed: true } }
  expect(read([block], reversed).keys).toEqual(keys.toReversed())
})

test('rows past the TTL do not show, unless MIN_VERSIONS keeps them', () => {
  const block = rows('a', 3, (i) => ({ values: { temp: i }, timestamp: 999_000 + i * 500 }))
  const family = familyDescriptor(1, 'd', { TTL: 0.6 })
  expect(read([block], {}, family).keys).toEqual(['a0001', 'a0002'])
  const kept = familyDescriptor(1, 'd', { TTL: 0.6, MIN_VERSIONS: 1 })
  expect(read([block], {}, kept).keys).toEqual(['a0000', 'a0001', 'a0002'])
})

test('only the asked columns show, and rows without any of them do not', () => {
  const block = rows('a', 6, (i) => ({ values: i % 3 === 0 ? { temp: i } : { temp: i, rain: i } }))
  const { runs, keys } = read([block], { columns: [utf8('rain')] })
  expect(keys).toEqual(['a0001', 'a0002', 'a0004', 'a0005'])
  expect(runs.every((run) => run.block.columns.map((c) => latin1(c.qualifier)).join() === 'rain')).toBe(true)
  expect(read([block], { columns: [utf8('wind')] }).keys).toEqual([])
})

test('rows written again as a whole are handed on from the newer source without a copy', () => {
  const old = rows('a', 200, (i) => ({ values: { temp: i, rain: 0 }, timestamp: i, sequence: i + 1 }))
  const fresh = rows('a', 120, (i) => ({ values: { temp: -i, rain: 1 }, timestamp: i, sequence: 1000 + i }))
  const { runs, counters } = read([old, fresh])
  expect(runs).toEqual([
    { block: fresh, from: 0, to: 120 },
    { block: old, from: 120, to: 200 },
  ])
  expect(counters).toMatchObject({ rowsPassed: 80, rowsMerged: 120 })
})

test('columns of several sources become one row', () => {
  const old = rows('a', 3, (i) => ({ values: { temp: i, rain: 0 }, timestamp: i, sequence: i + 1 }))
  const fresh = rows('a', 2, (i) => ({ values: { temp: -1 }, timestamp: i, sequence: 1000 + i }))
  const { runs } = read([old, fresh])
  const cells = runs.flatMap(({ block, from, to }) => plainRows(block, from, to)).map((row) => row.cells)
  expect(cells.map((row) => row.map(({ column, sequence }) => `${column}${sequence}`))).toEqual([
    ['rain1', 'temp1000'],
    ['rain2', 'temp1001'],
    ['rain3', 'temp3'],
  ])
})

test('sources that change row by row do not fall apart into a block a row', () => {
  const even = blockOf(
    schema,
    Array.from({ length: 300 }, (_, i) => ({ key: `k${1000 + 2 * i}`, values: { temp: i } })),
  )
  const odd = blockOf(
    schema,
    Array.from({ length: 300 }, (_, i) => ({ key: `k${1001 + 2 * i}`, values: { temp: i } })),
  )
  const { runs, keys } = read([even, odd])
  expect(keys).toEqual([...keys].sort())
  expect(keys.length).toBe(600)
  expect(runs.length).toBeLessThan(5)
})

test('a read point hides what was written later', () => {
  const block = rows('a', 4, (i) => ({ values: { temp: i }, sequence: i + 1 }))
  expect(read([block], { readPoint: 2 }).keys).toEqual(['a0000', 'a0001'])
})

test('files are left out by rows, time and Bloom filter, and told of', () => {
  const early = rows('a', 4, (i) => ({ values: { temp: i }, timestamp: 10 }))
  const late = rows('a', 4, (i) => ({ values: { rain: i }, timestamp: 90 }))
  const other = rows('b', 4, (i) => ({ values: { temp: i }, timestamp: 10 }))
  const start = utf8('a00015')
  const point = { start, stop: keySuccessor(start), reversed: false }
  const scan = { range: point, timeRange: { min: 0, max: 50 }, stampsFollowKey: true }
  expect(read([early, late, other], scan).counters).toMatchObject({
    filesConsidered: 3,
    filesSkippedByRange: 1,
    filesSkippedByTime: 1,
    filesSkippedByBloom: 1,
    blocksRead: 0,
  })
})

test('a file newer than the range is read where its versions push out older ones', () => {
  const early = rows('a', 1, () => ({ values: { temp: 1 }, timestamp: 10, sequence: 1 }))
  const late = rows('a', 1, () => ({ values: { temp: 2 }, timestamp: 90, sequence: 2 }))
  const scan = { timeRange: { min: 0, max: 50 } }
  expect(read([early, late], scan)).toMatchObject({ keys: [], counters: { filesSkippedByTime: 0 } })
  const raw = familyDescriptor(1, 'd', {})
  expect(read([early, late], scan, raw)).toMatchObject({
    keys: ['a0000'],
    counters: { filesSkippedByTime: 1 },
  })
})
