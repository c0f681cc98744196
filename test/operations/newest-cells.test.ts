import { expect, test } from 'vitest'
import type { Result, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemVfs } from '../support/mem-vfs.js'

async function openTable(family: object): Promise<{ table: Table; clock: ManualClock }> {
  const clock = new ManualClock(1_000_000)
  const db = await open('/db', { vfs: new MemVfs(), clock, controlSocket: false, workers: 0 })
  return { table: await db.createTable('t', { families: { f: family } }), clock }
}

async function next(table: Table, options = {}): Promise<bigint> {
  const result = (await table.increment('r', { f: { n: 1 } }, options)) as Result
  return Buffer.from(result.cells[0]!.value).readBigInt64BE()
}

test('a counter whose last value is remembered sees what others write meanwhile', async () => {
  const { table, clock } = await openTable({})
  expect([await next(table), await next(table)]).toEqual([1n, 2n])
  clock.advance(10)
  await table.put('r', { f: { n: Buffer.from([0, 0, 0, 0, 0, 0, 0, 100]) } })
  expect([await next(table), await next(table)]).toEqual([101n, 102n])
  clock.advance(10)
  await table.delete('r')
  clock.advance(10)
  expect([await next(table), await next(table)]).toEqual([1n, 2n])
})

test('a marker in the future hides every increment', async () => {
  const { table } = await openTable({})
  await next(table)
  await table.delete('r', { timestamp: 2_000_000 })
  expect([await next(table), await next(table)]).toEqual([1n, 1n])
})

test('a check in between that writes the counter is seen', async () => {
  const { table } = await openTable({})
  await next(table)
  const value = Buffer.from([0, 0, 0, 0, 0, 0, 0, 50])
  const put = { kind: 'put', values: { f: { n: value } } } as const
  const { success } = await table.checkAndMutate(
    'r',
    { column: 'f:n', equals: Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]) },
    put,
  )
  expect([success, await next(table), await next(table)]).toEqual([true, 51n, 52n])
})

test('a remembered value expires with its family and with its own TTL', async () => {
  const { table, clock } = await openTable({ ttlMs: 100 })
  expect([await next(table), await next(table)]).toEqual([1n, 2n])
  clock.advance(102)
  expect(await next(table)).toBe(1n)
  const other = await openTable({})
  expect([await next(other.table, { ttlMs: 5 }), await next(other.table)]).toEqual([1n, 2n])
  other.clock.advance(10)
  expect(await next(other.table)).toBe(1n)
})

test('an increment that looked at part of the times is not taken for the newest', async () => {
  const { table } = await openTable({ versions: 5 })
  await table.put('r', { f: { n: Buffer.from([0, 0, 0, 0, 0, 0, 0, 9]) } }, { timestamp: 5_000_000 })
  expect(await next(table, { timeRange: [0, 10] })).toBe(1n)
  expect([await next(table), await next(table)]).toEqual([10n, 11n])
})
