import { expect, test } from 'vitest'
import { restoreBackup } from '../../src/admin/backup.js'
import { openIn, putRange, upTo, valuesOf, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

test('each backup of a folder is restored as it was: tables, namespaces, checkpoints', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  await db.createNamespace('ns', { bytesMax: 1e9 })
  const table = await withRows(db, 10, 'ns:t')
  await table.putRows([{ station: 's3', n: 10, v: 10 }], {
    checkpoint: { name: 'job', value: new Uint8Array([1]) },
  })
  const first = await db.backup('/backups')
  await putRange(table, 11, 20)
  await table.split({ station: 's3' })
  await table.bulkLoad([{ station: 'bulk', n: 0, v: 20 }], {
    checkpoint: { name: 'load', value: new Uint8Array([2]) },
  })
  const second = await db.backup('/backups')
  expect([first.name, second.name, first.kept, second.kept > 0]).toEqual([
    'backup-000001',
    'backup-000002',
    0,
    true,
  ])
  expect(await db.snapshots()).toEqual([])
  await db.close()
  for (const [name, count] of [
    [first.name, 11],
    [undefined, 21],
  ] as const) {
    const directory = `/restored-${name ?? 'last'}`
    await restoreBackup('/backups', directory, { vfs, ...(name === undefined ? {} : { name }) })
    let restored = await openIn(vfs, {}, directory)
    expect(await valuesOf(restored.table('ns:t'))).toEqual(upTo(count))
    expect(await restored.checkpoint('job')).toEqual(new Uint8Array([1]))
    expect(await restored.checkpoint('load')).toEqual(count === 21 ? new Uint8Array([2]) : null)
    expect((await restored.namespaces()).find((n) => n.name === 'ns')?.bytesMax).toBe(1e9)
    await putRange(restored.table('ns:t'), 30, 31)
    await restored.close()
    restored = await openIn(vfs, {}, directory)
    expect(await restored.table('ns:t').count()).toBe(count + 1)
    expect((await restored.check()).problems).toEqual([])
    await restored.close()
  }
})

test('a restore goes into a new directory only, and a damaged file leaves none behind', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  await withRows(db, 50)
  await db.backup('/backups')
  await expect(restoreBackup('/backups', '/db', { vfs })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(restoreBackup('/nothing', '/new', { vfs })).rejects.toMatchObject({
    code: 'SNAPSHOT_NOT_FOUND',
  })
  const path = `/backups/sst/${vfs.list('/backups/sst')[0]}`
  const bad = vfs.readAll(path)
  bad[100]! ^= 4
  vfs.writeAll(path, bad)
  await expect(restoreBackup('/backups', '/new', { vfs })).rejects.toMatchObject({ code: 'CORRUPTION' })
  expect(vfs.exists('/new')).toBe(false)
  await db.close()
})
