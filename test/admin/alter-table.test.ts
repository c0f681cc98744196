import { expect, test } from 'vitest'
import type { Result } from '../../src/model/api.js'
import { openIn, upTo, valuesOf, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

test('a family and a column are added online; old rows have nulls there, also after opening again', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  const table = await withRows(db, 20)
  await db.alterTable('t', { families: { d: { columns: { w: 'double' } }, e: { columns: { x: 'string' } } } })
  await table.putRows([{ station: 'new', n: 1, v: 20, w: 0.5, x: 'hello' }])
  expect(await table.get({ station: 's0', n: 0 })).toMatchObject({ v: 0, w: null, x: null })
  expect(await table.get({ station: 'new', n: 1 })).toMatchObject({ v: 20, w: 0.5, x: 'hello' })
  await db.close()
  db = await openIn(vfs)
  expect(await valuesOf(db.table('t'))).toEqual(upTo(21))
  expect((await db.check()).problems).toEqual([])
  await db.close()
})

test('attributes change and those not named stay', async () => {
  const db = await openIn()
  await withRows(db, 1)
  const before = await db.table('t').describe()
  const after = await db.alterTable('t', {
    durability: 'SYNC_WAL',
    splitPolicy: 'DISABLED',
    families: { d: { compaction: 'DATE_TIERED', versions: 3 } },
  })
  expect(after).toMatchObject({ id: before.id, durability: 'SYNC_WAL', splitPolicy: 'DISABLED' })
  expect(after.families[0]).toMatchObject({
    id: before.families[0]!.id,
    versions: 3,
    compaction: 'DATE_TIERED',
  })
  expect(after.families[0]!.columns).toEqual(before.families[0]!.columns)
  expect(await db.alterTable('t', { splitPolicy: null })).not.toHaveProperty('splitPolicy')
  await db.close()
})

test('a dropped family leaves with its cells, and one of the same name begins empty', async () => {
  const db = await openIn()
  const table = await withRows(db, 5)
  await db.alterTable('t', { families: { e: { columns: { x: 'int' } } } })
  await table.putRows([{ station: 's0', n: 0, x: 1 }])
  await db.alterTable('t', { families: { e: null } })
  expect(await table.get({ station: 's0', n: 0 })).toEqual({ station: 's0', n: 0, v: 0 })
  await db.alterTable('t', { families: { e: { columns: { x: 'int' } } } })
  expect(await table.get({ station: 's0', n: 0 })).toEqual({ station: 's0', n: 0, v: 0, x: null })
  await db.close()
})

test('what would misread stored cells is refused, and nothing changes', async () => {
  const db = await openIn()
  const table = await withRows(db, 3)
  const before = await table.describe()
  const bad: [object, string][] = [
    [{ families: { d: { columns: { v: 'double' } } } }, 'TYPE_CONFLICT'],
    [{ families: { d: { newVersionBehavior: false } } }, 'TYPE_CONFLICT'],
    [{ families: { nope: null } }, 'FAMILY_NOT_FOUND'],
    [{ families: { d: null } }, 'INVALID_ARGUMENT'],
    [{ rowKey: ['a:int'] }, 'INVALID_ARGUMENT'],
    [{ splitPolicy: 'SOMETIMES' }, 'INVALID_ARGUMENT'],
  ]
  for (const [changes, code] of bad)
    await expect(db.alterTable('t', changes), JSON.stringify(changes)).rejects.toMatchObject({ code })
  expect(await table.describe()).toEqual(before)
  await expect(db.alterTable('hbase:checkpoint', {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await db.close()
})

test('writes, increments and scans under way survive alterations', async () => {
  const db = await openIn()
  const table = await db.createTable('t', { families: { f: {} } })
  let acknowledged = 0
  let isOver = false
  const writers = Array.from({ length: 4 }, async (_, w) => {
    for (let i = 0; !isOver; i++) {
      await table.put(`w${w}-${i}`, { f: { v: 'x' } })
      acknowledged++
      await table.increment('counter', { f: { n: 1 } })
    }
  })
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    await db.alterTable('t', { families: { [`g${i}`]: {} } })
  }
  const scan = table.scan().batches()[Symbol.asyncIterator]()
  await scan.next()
  await db.alterTable('t', { families: { g0: null } })
  while ((await scan.next()).done !== true);
  isOver = true
  await Promise.all(writers)
  expect(await table.count()).toBe(acknowledged + 1)
  const counter = (await table.get('counter')) as Result
  expect(Number(Buffer.from(counter.cells[0]!.value).readBigInt64BE())).toBe(acknowledged)
  await db.close()
})

test('a column is refused where cells of its name are stored without a type', async () => {
  const db = await openIn()
  const table = await withRows(db, 3)
  const row = { station: 's0', n: 0 }
  await table.put(row, [{ family: 'd', qualifier: 'w', value: new Uint8Array([1, 2, 3]) }])
  const adding = { families: { d: { columns: { w: 'double' } } } }
  await expect(db.alterTable('t', adding)).rejects.toMatchObject({ code: 'TYPE_CONFLICT' })
  await table.delete(row)
  await table.flush()
  await table.compact({ major: true })
  await db.alterTable('t', adding)
  await table.putRows([{ ...row, v: 7, w: 0.5 }])
  expect(await table.get(row)).toEqual({ ...row, v: 7, w: 0.5 })
  await db.close()
})
