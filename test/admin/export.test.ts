import { expect, test } from 'vitest'
import { openIn, putRange, upTo, valuesOf, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

test('an exported snapshot is imported into another database, whose own writes count as newer', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  const table = await withRows(db, 20)
  await table.flush()
  await table.split({ station: 's3' })
  await table.delete({ station: 's0', n: 0 })
  await db.snapshot('s')
  expect(await db.exportSnapshot('s', '/out')).toMatchObject({ kept: 0 })
  const again = await db.exportSnapshot('s', '/out')
  expect([again.copied, again.bytes]).toEqual([0, 0])
  await db.close()
  let other = await openIn(vfs, {}, '/other')
  await other.importSnapshot('/out', 'copy')
  const copy = other.table('copy')
  expect(await valuesOf(copy)).toEqual(upTo(20).slice(1))
  expect((await copy.regions()).length).toBe(2)
  await copy.putRows([{ station: 's1', n: 1, v: 50 }])
  await other.close()
  other = await openIn(vfs, {}, '/other')
  expect(await valuesOf(other.table('copy'))).toEqual([...upTo(20).slice(2), 50])
  expect((await other.check()).problems).toEqual([])
  await other.close()
})

test('a flipped byte of an exported file or description fails the import, which leaves nothing', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  await withRows(db, 20)
  await db.snapshot('s')
  await db.exportSnapshot('s', '/out')
  const before = vfs.list('/db/sst').sort()
  const file = `/out/sst/${vfs.list('/out/sst')[0]}`
  for (const path of [file, '/out/s.json']) {
    const good = vfs.readAll(path)
    for (const at of [10, good.length >> 1, good.length - 12]) {
      const bad = good.slice()
      bad[at]! ^= 1
      vfs.writeAll(path, bad)
      await expect(db.importSnapshot('/out', 'copy'), `${path} ${at}`).rejects.toMatchObject({
        code: 'CORRUPTION',
      })
    }
    vfs.writeAll(path, good)
  }
  expect(vfs.list('/db/sst').sort()).toEqual(before)
  await db.importSnapshot('/out', 'copy')
  expect(await valuesOf(db.table('copy'))).toEqual(upTo(20))
  await db.close()
})

test('damage in the database fails the export: a copy of damage is no backup', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  await withRows(db, 200)
  await db.snapshot('s')
  const file = `/db/sst/${vfs.list('/db/sst')[0]}`
  const bad = vfs.readAll(file)
  bad[200]! ^= 1
  vfs.writeAll(file, bad)
  await expect(db.exportSnapshot('s', '/out')).rejects.toMatchObject({ code: 'CORRUPTION' })
  await expect(db.backup('/out2')).rejects.toMatchObject({ code: 'CORRUPTION' })
  expect(vfs.list('/out2').filter((name) => name.endsWith('.json'))).toEqual([])
  expect((await db.snapshots()).map(({ name }) => name)).toEqual(['s'])
  await db.close()
})

test('a folder takes files of one database only', async () => {
  const vfs = new MemVfs()
  for (const directory of ['/a', '/b']) {
    const db = await openIn(vfs, {}, directory)
    await putRange(await withRows(db, 1), 1, 2)
    const result = db.backup('/out')
    if (directory === '/a') await result
    else await expect(result).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await db.close()
  }
})
