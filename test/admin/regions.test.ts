import { expect, test } from 'vitest'
import { openIn, putRange, upTo, valuesOf, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

async function ids(table: Awaited<ReturnType<typeof withRows>>): Promise<number[]> {
  return (await table.regions()).map(({ id }) => id)
}

test('two neighbours become one region with the rows of both, in memory and in files', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  let table = await withRows(db, 30)
  await table.split({ station: 's3' })
  await table.split({ station: 's5' })
  await putRange(table, 30, 40)
  const [a, b, c] = await ids(table)
  await expect(db.mergeRegions('t', a!, c!)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(db.mergeRegions('t', a!, a!)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await Promise.all([db.mergeRegions('t', b!, a!), putRange(table, 40, 50)])
  expect(await ids(table)).toHaveLength(2)
  const [low, high] = await ids(table)
  await db.mergeRegions('t', low!, high!)
  expect(await valuesOf(table)).toEqual(upTo(50))
  await db.close()
  db = await openIn(vfs)
  table = db.table('t')
  expect([await valuesOf(table), await ids(table)]).toEqual([upTo(50), [expect.any(Number)]])
  expect((await db.check()).problems).toEqual([])
  await db.close()
})

test('rows that one daughter has deleted and compacted away do not come back through the other', async () => {
  const db = await openIn()
  const table = await withRows(db, 30)
  await table.flush()
  await table.split({ station: 's3' })
  for (let n = 0; n < 30; n++) if (n % 7 >= 3) await table.delete({ station: `s${n % 7}`, n })
  await table.flush()
  const { engine, maintenance } = db.internals
  const state = engine.table('t')
  await maintenance.compact(state, state.regions.regions[1]!, true)
  const left = upTo(30).filter((n) => n % 7 < 3)
  expect(await valuesOf(table)).toEqual(left)
  const [a, b] = await ids(table)
  await db.mergeRegions('t', a!, b!)
  expect(await valuesOf(table)).toEqual(left)
  await table.compact({ major: true })
  expect(await valuesOf(table)).toEqual(left)
  await db.close()
})

test('normalising merges small neighbours; a dry run says so and does nothing', async () => {
  const db = await openIn()
  const table = await withRows(db, 700)
  await table.flush()
  for (const station of ['s0', 's01', 's02', 's03', 's6']) await table.split({ station })
  await table.compact({ major: true })
  const before = await ids(table)
  const plan = await db.normalise('t', { dryRun: true })
  expect(plan.length).toBeGreaterThan(0)
  expect(await ids(table)).toEqual(before)
  const done = await db.normalise('t')
  expect(done.some(({ kind }) => kind === 'merge')).toBe(true)
  expect(await valuesOf(table)).toEqual(upTo(700))
  await db.close()
})
