import { expect, test } from 'vitest'
import { openIn, putRange, withRows } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

test('a table of a namespace needs the namespace, which cannot be dropped while it has one', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  await expect(withRows(db, 1, 'ns:t')).rejects.toMatchObject({ code: 'NAMESPACE_NOT_FOUND' })
  await db.createNamespace('ns')
  await expect(db.createNamespace('ns')).rejects.toMatchObject({ code: 'NAMESPACE_EXISTS' })
  await expect(db.createNamespace('a:b')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await withRows(db, 1, 'ns:t')
  await db.close()
  db = await openIn(vfs)
  expect((await db.namespaces()).map(({ name, tables }) => [name, tables])).toEqual([
    ['default', []],
    ['ns', ['ns:t']],
  ])
  await expect(db.dropNamespace('ns')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await db.dropTable('ns:t')
  await db.dropNamespace('ns')
  await expect(db.dropNamespace('ns')).rejects.toMatchObject({ code: 'NAMESPACE_NOT_FOUND' })
  await expect(db.dropNamespace('default')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await db.close()
})

test('quotas of a table and of a namespace refuse writes until they are raised or room is made', async () => {
  const db = await openIn()
  await db.createNamespace('ns', { bytesMax: 1 })
  const table = await withRows(db, 0, 'ns:t')
  await putRange(table, 0, 10)
  const exceeded = { code: 'QUOTA_EXCEEDED' }
  await expect(putRange(table, 10, 11)).rejects.toMatchObject(exceeded)
  await table.flush()
  await expect(table.increment({ station: 's0', n: 0 }, { d: { v: 1 } })).rejects.toMatchObject(exceeded)
  await db.alterNamespace('ns', { bytesMax: null })
  await putRange(table, 10, 11)
  await db.alterTable('ns:t', { bytesMax: 100 })
  await expect(putRange(table, 11, 12)).rejects.toMatchObject(exceeded)
  await db.truncateTable('ns:t')
  await putRange(table, 0, 1)
  await db.close()
})
