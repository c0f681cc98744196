import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import { blockOf, drain, schemaOf } from '../support/blocks.js'

const EMPTY = new Uint8Array(0)
const ALL = { start: EMPTY, stop: EMPTY, reversed: false }
const schema = schemaOf(4, { temp: 'double' })

test('an empty MemStore has open bounds and no rows', () => {
  const store = new MemStore(schema)
  expect([store.rowCount, store.minTimestamp, store.maxTimestamp]).toEqual([0, Infinity, -Infinity])
  expect([store.minSequence, store.maxSequence, store.hasMarkers]).toEqual([Infinity, 0, false])
  expect(drain(store.view().scan(ALL))).toEqual([])
})

test('bounds follow the rows that count, not the whole batch', () => {
  const rows = [
    { key: ['a', 1] as const, values: { temp: 1 }, timestamp: 10, sequence: 5 },
    { key: ['b', 1] as const, values: { temp: 2 }, timestamp: 20, sequence: 6 },
    {
      key: ['c', 1] as const,
      cells: [{ column: '', type: 'DeleteFamily' as const, timestamp: 99 }],
      sequence: 7,
    },
  ]
  const some = new MemStore(schema)
  some.add(blockOf(schema, rows), Uint32Array.of(0, 1))
  expect([some.minTimestamp, some.maxTimestamp, some.minSequence, some.maxSequence]).toEqual([10, 20, 5, 6])
  expect(some.hasMarkers).toBe(false)
  const all = new MemStore(schema)
  all.add(blockOf(schema, rows), null)
  expect([all.minTimestamp, all.maxTimestamp, all.minSequence, all.maxSequence]).toEqual([10, 99, 5, 7])
  expect(all.hasMarkers).toBe(true)
  expect(all.view().hasMarkers).toBe(true)
})

test('rows without a cell are not kept', () => {
  const block = blockOf(schema, [
    { key: ['a', 1], values: { temp: 1 } },
    { key: ['b', 1], values: {} },
  ])
  const store = new MemStore(schema)
  store.add(block, null)
  expect(store.rowCount).toBe(1)
  store.add(block, Uint32Array.of(1))
  expect(store.rowCount).toBe(1)
  expect(drain(store.view().scan(ALL)).map((row) => row.key.slice(0, 1))).toEqual(['a'])
})

test('two regions that share a batch count its bytes once in all', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ({ key: ['a', i] as const, values: { temp: i } }))
  const block = blockOf(schema, rows)
  const sizes = [null, Uint32Array.from({ length: 500 }, (_, i) => i)].map((some) => {
    const store = new MemStore(schema)
    store.add(block, some)
    return store.sizeBytes
  })
  expect(sizes[0]).toBeGreaterThan(block.sizeBytes)
  expect(sizes[1]! * 2).toBeLessThan(sizes[0]! * 1.2)
})

test('a batch with another key layout is refused as a bug', () => {
  const block = blockOf(schemaOf(0), [{ key: 'a', values: { q: 'v' } }])
  expect(() => new MemStore(schema).add(block, null)).toThrow(/key layout/)
})
