import { expect, test } from 'vitest'
import { openIn, putRange, upTo, valuesOf, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

function sstCount(vfs: MemVfs): number {
  return vfs.list('/db/sst').filter((name) => name.endsWith('.sst')).length
}

test('a snapshot keeps what was there through deletes, compactions, drop and a restart', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  const table = await withRows(db, 20)
  await table.flush()
  await table.split({ station: 's3' })
  await putRange(table, 20, 30)
  const info = await db.snapshot('before')
  expect(info).toMatchObject({ name: 'before', tables: ['t'] })
  await putRange(table, 30, 40)
  await table.delete({ station: 's0', n: 0 })
  await table.compact({ major: true })
  await db.cloneSnapshot('before', 'copy')
  expect(await valuesOf(db.table('copy'))).toEqual(upTo(30))
  expect((await db.table('copy').regions()).length).toBe(2)
  await db.dropTable('t')
  await db.close()
  db = await openIn(vfs)
  expect((await db.snapshots()).map(({ name }) => name)).toEqual(['before'])
  expect(await valuesOf(db.table('copy'))).toEqual(upTo(30))
  await db.restoreSnapshot('before')
  expect(await valuesOf(db.table('t'))).toEqual(upTo(30))
  expect((await db.check()).problems).toEqual([])
  await db.close()
})

test('clone, original and snapshot part their ways, and files go with the last that lists them', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  const table = await withRows(db, 20)
  await db.snapshot('s')
  await db.cloneSnapshot('s', 'copy')
  const copy = db.table('copy')
  await putRange(copy, 20, 25)
  await putRange(table, 100, 101)
  expect([await valuesOf(copy), await valuesOf(table)]).toEqual([upTo(25), [...upTo(20), 100]])
  await copy.flush()
  await copy.compact({ major: true })
  await db.dropTable('copy')
  expect(await valuesOf(table)).toEqual([...upTo(20), 100])
  await db.dropTable('t')
  expect(sstCount(vfs)).toBe(1)
  await db.deleteSnapshot('s')
  expect(sstCount(vfs)).toBe(0)
  await expect(db.cloneSnapshot('s', 'u')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
  await db.close()
})

test('restoring goes back to the definition and the rows of then; later writes count as newer', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  const table = await withRows(db, 10)
  await db.snapshot('s')
  await db.alterTable('t', { families: { e: {} }, readOnly: false, durability: 'SYNC_WAL' })
  await putRange(table, 10, 20)
  await table.delete({ station: 's1', n: 1 })
  await db.restoreSnapshot('s', { table: 't' })
  expect(await valuesOf(table)).toEqual(upTo(10))
  expect((await table.describe()).families.map(({ name }) => name)).toEqual(['d'])
  await table.putRows([{ station: 's1', n: 1, v: 99 }])
  await db.close()
  db = await openIn(vfs)
  expect(await valuesOf(db.table('t'))).toEqual([0, ...upTo(10).slice(2), 99])
  await db.close()
})

test('a snapshot of several tables is of one moment while writers go on', async () => {
  const db = await openIn()
  const [a, b] = [await withRows(db, 0, 'a'), await withRows(db, 0, 'b')]
  let isOver = false
  const writer = (async () => {
    for (let i = 0; !isOver; i++) {
      await putRange(a, i, i + 1)
      await putRange(b, i, i + 1)
    }
  })()
  for (let i = 0; i < 5; i++) {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    await db.snapshot(`s${i}`)
    await db.cloneSnapshot(`s${i}`, `a${i}`, { table: 'a' })
    await db.cloneSnapshot(`s${i}`, `b${i}`, { table: 'b' })
    const [ofA, ofB] = [await db.table(`a${i}`).count(), await db.table(`b${i}`).count()]
    expect(ofA - ofB === 0 || ofA - ofB === 1).toBe(true)
  }
  isOver = true
  await writer
  await expect(db.cloneSnapshot('s0', 'c')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(db.snapshot('s0')).rejects.toMatchObject({ code: 'SNAPSHOT_EXISTS' })
  await expect(db.snapshot('.s')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await db.close()
})
