import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import { decodeRowBlock, encodeRowBlock } from '../../src/model/row-block-codec.js'
import { blockOf, drain, type RowLiteral, schemaOf } from '../support/blocks.js'

const EMPTY = new Uint8Array(0)
const ALL = { start: EMPTY, stop: EMPTY, reversed: false }
const schema = schemaOf(4, { temp: 'double' })

function rowsOf(station: string, first: number, count: number): RowLiteral[] {
  return Array.from({ length: count }, (_, i) => ({
    key: [station, first + i] as const,
    values: { temp: i },
    sequence: first + i + 1,
  }))
}

test('a MemStore that went to a worker and back holds the same rows', () => {
  const store = new MemStore(schema)
  const large = decodeRowBlock(encodeRowBlock(blockOf(schema, rowsOf('large', 0, 2000))))
  store.add(decodeRowBlock(encodeRowBlock(blockOf(schema, rowsOf('a', 0, 3)))), null)
  store.add(blockOf(schema, rowsOf('a', 3, 5)), Uint32Array.of(1, 2, 4))
  store.add(large, null)
  store.add(blockOf(schema, rowsOf('b', 0, 5)), null)
  const exported = store.exportForWorker()
  // Small batches travel together, a large one as the shared memory it lies in.
  expect(exported.buffers).toHaveLength(3)
  expect(exported.buffers[1]!.buffer).toBe(large.encoded.buffer)
  expect(exported.rows).toEqual([null, Uint32Array.of(1, 2, 4), null, null])
  const there = MemStore.import(schema, structuredClone(exported))
  expect(drain(there.view().scan(ALL))).toEqual(drain(store.view().scan(ALL)))
  expect([there.rowCount, there.minSequence, there.maxSequence]).toEqual([store.rowCount, 1, 2000])
})

test('a batch inside a larger plain buffer is handed over without the rest of it', () => {
  const store = new MemStore(schema)
  const encoded = encodeRowBlock(blockOf(schema, rowsOf('a', 0, 1000)))
  const segment = new Uint8Array(encoded.length + 4096)
  segment.set(encoded, 4096)
  store.add(decodeRowBlock(segment.subarray(4096)), null)
  const exported = store.exportForWorker()
  expect(exported.buffers.map((bytes) => bytes.buffer.byteLength)).toEqual([encoded.length])
  const there = MemStore.import(schema, structuredClone(exported))
  expect(drain(there.view().scan(ALL))).toEqual(drain(store.view().scan(ALL)))
})

test('many small batches make few buffers', () => {
  const store = new MemStore(schema)
  for (let i = 0; i < 5000; i++) store.add(blockOf(schema, rowsOf('a', i, 1)), null)
  const exported = store.exportForWorker()
  expect(exported.buffers.length).toBeLessThan(5)
  expect(MemStore.import(schema, exported).rowCount).toBe(5000)
})
