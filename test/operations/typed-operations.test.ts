import { expect, test } from 'vitest'
import type { Result, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemVfs } from '../support/mem-vfs.js'

async function typedTable(): Promise<Table> {
  const db = await open('/db', {
    vfs: new MemVfs(),
    clock: new ManualClock(),
    controlSocket: false,
    workers: 0,
  })
  return db.createTable('t', {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { hits: 'long', small: 'int', temp: 'double', note: 'string' } } },
  })
}

const HOUR = Date.UTC(2013, 0, 1)
const KEY = { station: 'JFK', hour: HOUR }

test('an increment of typed columns answers the row key and the new values', async () => {
  const table = await typedTable()
  expect(await table.increment(KEY, { d: { hits: 5, small: 2 } })).toEqual({ ...KEY, hits: 5n, small: 2 })
  expect(await table.increment(KEY, { d: { hits: -7n } }, { longs: 'number' })).toEqual({ ...KEY, hits: -2 })
  expect(await table.get(KEY)).toMatchObject({ hits: -2n, small: 2, temp: null })
})

test('cells of a row with an event time keep its stamp', async () => {
  const table = await typedTable()
  await table.increment(KEY, { d: { hits: 1 } })
  await table.increment(KEY, { d: { hits: 1 } })
  const { cells } = (await table.get(KEY, { cells: true, versions: 'all' })) as Result
  expect(cells.map((cell) => cell.timestamp)).toEqual([HOUR])
})

test('a column of another type takes no increment, and an int does not wrap', async () => {
  const table = await typedTable()
  await expect(table.increment(KEY, { d: { temp: 1 } })).rejects.toMatchObject({ code: 'VALUE_INVALID' })
  await expect(table.append(KEY, { d: { hits: 'x' } })).rejects.toMatchObject({ code: 'VALUE_INVALID' })
  await table.put(KEY, { d: { small: 2 ** 31 - 1 } })
  await expect(table.increment(KEY, { d: { small: 1 } })).rejects.toMatchObject({ code: 'VALUE_INVALID' })
  expect(await table.append(KEY, { d: { note: 'é' } })).toEqual({ ...KEY, note: 'é' })
})

test('a condition compares typed values by value', async () => {
  const table = await typedTable()
  await table.put(KEY, { d: { temp: -3.5, hits: 10n } })
  const put = { kind: 'put', values: { d: { note: 'cold' } } } as const
  const asked = async (condition: Parameters<Table['checkAndMutate']>[1]) =>
    (await table.checkAndMutate(KEY, condition, put)).success
  expect(await asked({ column: 'temp', operator: 'GREATER', value: 0 })).toBe(true)
  expect(await asked({ column: 'd:temp', operator: 'LESS', value: 0 })).toBe(false)
  expect(await asked({ column: 'hits', equals: 10n })).toBe(true)
  expect(await asked({ column: 'hits', equals: 9 })).toBe(false)
  expect(await asked({ column: 'small', notExists: true })).toBe(true)
  expect(await asked({ column: 'small', equals: null })).toBe(true)
})

test('a counter goes on after a delete, whatever the event time', async () => {
  const table = await typedTable()
  await table.increment(KEY, { d: { hits: 5 } })
  await table.delete(KEY)
  expect(await table.increment(KEY, { d: { hits: 2 } })).toMatchObject({ hits: 2n })
  expect(await table.increment(KEY, { d: { hits: 2 } })).toMatchObject({ hits: 4n })
  expect(await table.get(KEY)).toMatchObject({ hits: 4n })
})

test('a filter is a condition', async () => {
  const table = await typedTable()
  await table.put(KEY, { d: { note: 'seen' } })
  const put = { kind: 'put', values: { d: { hits: 1 } } } as const
  const holds = await table.checkAndMutate(KEY, { filter: "ValueFilter(=,'binary:seen')" }, put)
  const fails = await table.checkAndMutate(KEY, { filter: "ValueFilter(=,'binary:never')" }, put)
  expect([holds.success, fails.success]).toEqual([true, false])
})
