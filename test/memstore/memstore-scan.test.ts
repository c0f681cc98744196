import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import type { StoreSchema } from '../../src/model/descriptor.js'
import type { RowBlock } from '../../src/model/row-block.js'
import type { ScanRange } from '../../src/model/scan-range.js'
import { keySuccessor } from '../../src/util/bytes.js'
import {
  blockOf,
  drain,
  keyBytes,
  latin1,
  type PlainRow,
  plainRows,
  type RowLiteral,
} from '../support/blocks.js'
import { anyRows, flatRows, keys, schemas, typedKeys } from '../support/row-arbitraries.js'

interface Batch {
  block: RowBlock
  rows: Uint32Array | null
}

const EMPTY = new Uint8Array(0)
const ALL: ScanRange = { start: EMPTY, stop: EMPTY, reversed: false }
const rank = { Put: 4, Delete: 8, DeleteFamilyVersion: 10, DeleteColumn: 12, DeleteFamily: 14 }

/** Gives every written row a sequence of its own, as the write path does. */
function batchesOf(
  schema: StoreSchema,
  drawn: readonly RowLiteral[][],
  picks: readonly (number[] | null)[],
): Batch[] {
  let sequence = 0
  return drawn.map((rows, i) => {
    const numbered = rows.map((row): RowLiteral => {
      sequence++
      const cells = (row.cells ?? []).map((cell) => ({ ...cell, sequence }))
      return { ...row, sequence, cells }
    })
    const pick = picks[i] ?? null
    const chosen = pick === null ? null : [...new Set(pick.map((n) => n % rows.length))].sort((a, b) => a - b)
    return { block: blockOf(schema, numbered), rows: chosen === null ? null : Uint32Array.from(chosen) }
  })
}

/** All rows of the range, sorted, the cells of equal keys together in HBase's order. */
function model(batches: readonly Batch[], range: ScanRange): PlainRow[] {
  const byKey = new Map<string, PlainRow>()
  for (const { block, rows } of batches) {
    const all = plainRows(block)
    for (const row of rows === null ? all.keys() : rows) {
      const { key, cells } = all[row]!
      const known = byKey.get(key) ?? { key, cells: [] }
      known.cells.push(...cells)
      byKey.set(key, known)
    }
  }
  for (const row of byKey.values()) {
    row.cells.sort(
      (a, b) =>
        (a.column < b.column ? -1 : a.column > b.column ? 1 : 0) ||
        b.timestamp - a.timestamp ||
        rank[b.type] - rank[a.type] ||
        b.sequence - a.sequence,
    )
  }
  const start = latin1(range.start)
  const stop = latin1(range.stop)
  const rows = [...byKey.values()].filter((row) => row.key >= start && (stop === '' || row.key < stop))
  rows.sort((a, b) => (a.key < b.key ? -1 : 1))
  return range.reversed ? rows.reverse() : rows
}

function batchLists(key: fc.Arbitrary<Uint8Array>): fc.Arbitrary<RowLiteral[][]> {
  const rows = fc.oneof(
    { weight: 2, arbitrary: fc.array(flatRows(key), { minLength: 1, maxLength: 12 }) },
    fc.array(anyRows(key), { minLength: 1, maxLength: 12 }),
  )
  return fc.array(rows, { maxLength: 6 })
}

function rangesOf(key: fc.Arbitrary<Uint8Array>): fc.Arbitrary<ScanRange> {
  const bound = fc.oneof(
    fc.constant(EMPTY),
    key,
    key.map(keySuccessor),
    key.map((k) => k.subarray(0, k.length - 2)),
  )
  const open = fc.record({ start: bound, stop: bound, reversed: fc.boolean() })
  const point = key.map((start) => ({ start, stop: keySuccessor(start), reversed: false }))
  return fc.oneof({ weight: 3, arbitrary: open }, point)
}

const selections = fc.array(fc.option(fc.array(fc.nat(20), { minLength: 1, maxLength: 8 })), { maxLength: 6 })

test.each([
  ['typed keys', typedKeys],
  ['keys whose prefixes begin with one another', keys],
])('a scan gives the sorted rows of the range: %s', (_, key) => {
  const ranges = fc.array(rangesOf(key), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(schemas, batchLists(key), selections, ranges, (schema, drawn, picks, list) => {
      const batches = batchesOf(schema, drawn, picks)
      const store = new MemStore(schema)
      batches.forEach((batch, i) => {
        store.add(batch.block, batch.rows)
        // A look in between sorts a part, which must not harm what comes later.
        if (i % 2 === 0) drain(store.view().scan(ALL))
      })
      for (const range of [ALL, { ...ALL, reversed: true }, ...list]) {
        expect(drain(store.view().scan(range), range.reversed)).toEqual(model(batches, range))
      }
    }),
    { numRuns: 250, seed: 7 },
  )
})

test('blocks hold at most 2,048 rows, ascend, and are flat where rows were written once', () => {
  const schema = { suffixBytes: 4, types: new Map() } as const
  const rows = (from: number, count: number): RowLiteral[] =>
    Array.from({ length: count }, (_, i) => ({
      key: [`s${(from + i) % 7}`, Math.floor((from + i) / 7)] as const,
      values: { q: `v${from + i}` },
      sequence: from + i + 1,
    }))
  const batches: Batch[] = [0, 1, 2, 3, 4].map((i) => ({
    block: blockOf(schema, rows(i * 1400, 1400)),
    rows: null,
  }))
  const again = [{ key: ['s3', 500] as const, values: { q: 'again' }, sequence: 9000 }]
  batches.push({ block: blockOf(schema, again), rows: null })
  const store = new MemStore(schema)
  for (const batch of batches) store.add(batch.block, null)
  for (const reversed of [false, true]) {
    const cursor = store.view().scan({ ...ALL, reversed })
    const sizes: number[] = []
    let generalRows = 0
    while (cursor.next()) {
      expect(cursor.block.sorted).toBe(true)
      expect(cursor.to - cursor.from).toBeGreaterThan(0)
      sizes.push(cursor.to - cursor.from)
      if (!cursor.block.flat) generalRows += cursor.block.rowCount
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2048)
    expect(sizes.reduce((a, b) => a + b)).toBe(7000)
    expect(generalRows).toBeGreaterThan(0)
    expect(generalRows).toBeLessThan(130)
    expect(drain(store.view().scan({ ...ALL, reversed }), reversed)).toEqual(
      model(batches, { ...ALL, reversed }),
    )
  }
})

test('a row written once is found without making a block', () => {
  const schema = { suffixBytes: 4, types: new Map() } as const
  const block = blockOf(schema, [
    { key: ['b', 2], values: { q: 'x' } },
    { key: ['a', 1], values: { q: 'y' } },
  ])
  const store = new MemStore(schema)
  store.add(block, null)
  const start = keyBytes(['a', 1])
  const cursor = store.view().scan({ start, stop: keySuccessor(start), reversed: false })
  expect(cursor.next()).toBe(true)
  expect([cursor.block, cursor.from, cursor.to]).toEqual([block, 1, 2])
  expect(cursor.next()).toBe(false)
  const missing = keyBytes(['a', 2])
  expect(drain(store.view().scan({ start: missing, stop: keySuccessor(missing), reversed: false }))).toEqual(
    [],
  )
  const short = keyBytes('a')
  expect(drain(store.view().scan({ start: short, stop: keySuccessor(short), reversed: false }))).toEqual([])
})
