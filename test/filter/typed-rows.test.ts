import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { MemVfs } from '../support/mem-vfs.js'

let database: LocalDatabase
let table: Table

beforeEach(async () => {
  const options = { workers: 0, maintenance: false, controlSocket: false } as const
  database = await open('/db', { ...options, vfs: new MemVfs() })
  table = await database.createTable('t', {
    rowKey: ['id:string'],
    families: { d: { columns: { temp: 'double', n: 'long' } }, e: { columns: { note: 'string' } } },
  })
  await table.putRows([
    { id: 'a', temp: 1.5, n: 1, note: 'x' },
    { id: 'b', temp: 2.5, n: 2 },
    { id: 'c', n: 3, note: 'y' },
  ])
})

afterEach(() => database.close())

test('typed rows show what a filter leaves of them', async () => {
  expect(await table.scan({ filter: "ColumnPrefixFilter('n')", longs: 'number' }).toArray()).toEqual([
    { id: 'a', temp: null, n: 1, note: 'x' },
    { id: 'b', temp: null, n: 2, note: null },
    { id: 'c', temp: null, n: 3, note: 'y' },
  ])
})

test('a comparator of numbers compares the stored bytes of a long', async () => {
  const rows = await table
    .scan({
      filter: {
        name: 'SingleColumnValueFilter',
        ...{ family: 'd', qualifier: 'n', op: 'GREATER', comparator: { name: 'LongComparator', value: 1 } },
      },
      columns: ['n'],
      longs: 'number',
    })
    .toArray()
  expect(rows).toEqual([
    { id: 'b', n: 2 },
    { id: 'c', n: 3 },
  ])
})

test('where chooses the rows that the filter is asked about', async () => {
  const rows = await table
    .scan({ where: 'temp > 2', filter: 'PageFilter(1)', columns: ['n'], longs: 'number' })
    .toArray()
  expect(rows).toEqual([{ id: 'b', n: 2 }])
})

test('KeyOnlyFilter is for cells and counts, not for typed rows', async () => {
  await expect(table.scan({ filter: 'KeyOnlyFilter()' }).toArray()).rejects.toThrow(/KeyOnlyFilter/)
  expect(await table.count({ filter: 'FirstKeyOnlyFilter() AND KeyOnlyFilter()' })).toBe(3)
  expect(await table.get({ id: 'a' }, { filter: 'KeyOnlyFilter(true)', cells: true })).toMatchObject({
    cells: [{ value: new Uint8Array([0, 0, 0, 8]) }, { value: new Uint8Array([0, 0, 0, 8]) }, {}],
  })
})

test('a wrong filter is refused by name', async () => {
  const wrong = (filter: unknown) => table.scan({ filter: filter as string }).toArray()
  await expect(wrong({ name: 'NoFilter' })).rejects.toThrow(/no filter 'NoFilter'/)
  await expect(wrong({ name: 'PageFilter', size: 1, more: 2 })).rejects.toThrow(/'more' is no field/)
  await expect(wrong({ name: 'PageFilter' })).rejects.toThrow(/'size' is missing/)
  await expect(wrong("RowFilter(=, 'regexstring:(?=x)')")).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(table.scan({ filter: 'PageFilter(1)', batch: 1, cells: true }).toArray()).rejects.toThrow(
    /batch/,
  )
})
