import { expect, test } from 'vitest'
import { SstableBuilder } from '../../src/admin/sstable-builder.js'
import type { TableOptions } from '../../src/model/api.js'
import { openIn, upTo, valuesOf } from '../support/admin-kit.js'
import { MemVfs } from '../support/mem-vfs.js'

const DEFINITION: TableOptions = {
  rowKey: ['station:string', 'n:int'],
  families: { d: { columns: { v: 'int' } }, e: { columns: { w: 'string' } } },
}

/** Rows 0…count-1; several files a family. */
function build(vfs: MemVfs, count: number, folder = '/out', definition = DEFINITION): readonly string[] {
  const builder = new SstableBuilder(folder, definition, { vfs, bytesMax: 2000, blockRowsMax: 8 })
  for (let n = 0; n < count; n += 10) {
    const numbers = upTo(Math.min(10, count - n)).map((i) => n + i)
    builder.add(
      numbers.map((i) => ({
        station: `s${i % 7}`,
        n: i,
        v: i,
        ...('e' in definition.families ? { w: `w${i}` } : {}),
      })),
    )
  }
  return builder.finish().paths
}

test('files built elsewhere become rows of the table, spread over its regions, newer than what was there', async () => {
  const vfs = new MemVfs()
  let db = await openIn(vfs)
  const table = await db.createTable('t', DEFINITION)
  await table.putRows([{ station: 's1', n: 1, v: 1000, w: 'old' }])
  await table.split({ station: 's3' })
  const paths = build(vfs, 50)
  expect(paths.length).toBeGreaterThan(2)
  expect(await db.bulkLoadFiles('t', paths, { loadId: 'job' })).toEqual({ rows: 100 })
  expect(await db.bulkLoadFiles('t', paths, { loadId: 'job' })).toEqual({ rows: 0 })
  expect(await valuesOf(table)).toEqual(upTo(50))
  expect(await table.get({ station: 's1', n: 1 })).toMatchObject({ v: 1, w: 'w1' })
  await table.putRows([{ station: 's2', n: 2, v: 2000 }])
  await db.close()
  db = await openIn(vfs)
  expect(await db.table('t').get({ station: 's2', n: 2 })).toMatchObject({ v: 2000, w: 'w2' })
  await db.table('t').compact({ major: true })
  expect(await valuesOf(db.table('t'))).toEqual([...upTo(50).filter((n) => n !== 2), 2000])
  expect((await db.check()).problems).toEqual([])
  await db.close()
})

test('files of another definition, damaged ones and others are refused, and nothing is left', async () => {
  const vfs = new MemVfs()
  const db = await openIn(vfs)
  const table = await db.createTable('t', DEFINITION)
  const good = build(vfs, 20)
  const types = build(vfs, 20, '/types', { ...DEFINITION, families: { d: { columns: { v: 'double' } } } })
  const keys = build(vfs, 20, '/keys', { ...DEFINITION, rowKey: ['n:int', 'station:string'] })
  await expect(db.bulkLoadFiles('t', types)).rejects.toMatchObject({ code: 'TYPE_CONFLICT' })
  await expect(db.bulkLoadFiles('t', keys)).rejects.toMatchObject({
    code: expect.stringMatching(/TYPE|ROW|VALUE/),
  })
  await expect(db.bulkLoadFiles('t', ['/out/x/00000001.sst'])).rejects.toMatchObject({
    code: 'FAMILY_NOT_FOUND',
  })
  await expect(db.bulkLoadFiles('t', ['/out/d/one.sst'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const bytes = vfs.readAll(good[0]!)
  for (let at = 5; at < bytes.length; at += 97) {
    const bad = bytes.slice()
    bad[at]! ^= 1
    vfs.writeAll(good[0]!, bad)
    await expect(db.bulkLoadFiles('t', good), `byte ${at}`).rejects.toMatchObject({ code: 'CORRUPTION' })
  }
  expect([await table.count(), vfs.list('/db/sst')]).toEqual([0, []])
  expect(() => build(vfs, 1)).toThrow('not empty')
  expect(() => new SstableBuilder('/raw', { families: { f: {} } }, { vfs })).toThrow('typed tables only')
  await db.close()
})
