import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { FilterSpec, Result, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { planScan } from '../../src/scan-plan.js'
import { TableCursor } from '../../src/table-cursor.js'
import { MemVfs } from '../support/mem-vfs.js'

const ROWS = 400
let database: LocalDatabase
let table: Table

beforeEach(async () => {
  const options = { workers: 0, maintenance: false, controlSocket: false, blockRowsMax: 8 } as const
  database = await open('/db', { ...options, vfs: new MemVfs() })
  table = await database.createTable('t', { families: { f: {} }, splits: ['r150', 'r300'] })
  for (let i = 0; i < ROWS; i++) await table.put(key(i), { f: { q: `v${i % 10}`, n: String(i) } })
  await table.flush()
})

afterEach(() => database.close())

function key(i: number): string {
  return `r${String(i).padStart(3, '0')}`
}

function blocksRead(filter: string | FilterSpec, reversed = false): { rows: number; blocks: number } {
  const { engine } = database.internals
  const state = engine.table('t')
  const plan = planScan(state.schema, { filter, reversed }, engine.options.clock.now())
  const cursor = new TableCursor(engine, state, plan.scan, plan.where, plan.filter)
  let rows = 0
  for (let run = cursor.next(); run !== null; run = cursor.next()) rows += run.count
  cursor.close()
  return { rows, blocks: cursor.counters.blocksRead }
}

test('a prefix reads its own blocks only', () => {
  const { rows, blocks } = blocksRead("PrefixFilter('r12')")
  expect(rows).toBe(10)
  expect(blocks).toBeLessThanOrEqual(3)
})

test('ranges are read one by one, over regions and backwards', () => {
  const ranges = [
    ['r010', true, 'r012', false],
    ['r149', true, 'r151', true],
    ['r390', false, '', false],
  ] as const
  const spec: FilterSpec = { name: 'MultiRowRangeFilter', ranges }
  for (const reversed of [false, true]) {
    const { rows, blocks } = blocksRead(spec, reversed)
    expect(rows).toBe(2 + 3 + 9)
    expect(blocks).toBeLessThanOrEqual(7)
  }
})

test('an AND reads the rows that all members want, an OR those that any does', () => {
  const both = blocksRead(
    "PrefixFilter('r1') AND RowFilter(<, 'binary:r103') AND ValueFilter(=, 'binary:v1')",
  )
  expect(both).toMatchObject({ rows: 1 })
  expect(both.blocks).toBeLessThanOrEqual(2)
  const either = blocksRead("RowFilter(=, 'binary:r007') OR RowFilter(=, 'binary:r395')")
  expect(either).toMatchObject({ rows: 2 })
  expect(either.blocks).toBeLessThanOrEqual(2)
})

test('a fuzzy filter goes on at the next row that can match', () => {
  const mask = new Uint8Array([0, 1, 0, 0])
  const keys: [string, Uint8Array][] = [['r?42', mask]]
  for (const reversed of [false, true]) {
    const { rows, blocks } = blocksRead({ name: 'FuzzyRowFilter', keys }, reversed)
    expect(rows).toBe(4)
    expect(blocks).toBeLessThan(20)
  }
})

test('a page ends the scan, whatever the regions', async () => {
  const { rows, blocks } = blocksRead('PageFilter(5)')
  expect(rows).toBe(5)
  expect(blocks).toBeLessThanOrEqual(1)
  expect(await table.count({ filter: "PageFilter(200) AND ColumnPrefixFilter('q')" })).toBe(200)
})

test('rows that lose cells come in order, forwards and backwards', async () => {
  const filter = "ValueFilter(=, 'binary:v3') OR RowFilter(=, 'binary:r004')"
  const expected = [...Array(ROWS).keys()].filter((i) => i % 10 === 3 || i === 4).map(key)
  for (const reversed of [false, true]) {
    const found = (await table.scan({ filter, reversed, batchRows: 7 }).toArray()) as Result[]
    const rows = found.map(({ row }) => Buffer.from(row).toString())
    expect(rows).toEqual(reversed ? expected.toReversed() : expected)
  }
})
