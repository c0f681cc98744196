import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { RowInput, TypedRow } from '../../src/model/api.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { HOUR_MS, openSmall, READINGS, reading } from './small-database.js'

/** Rows that a load takes in at once: their sequences are taken before the next row is asked for. */
const CHUNK = 2000

async function created(vfs: CrashVfs, splits: readonly string[] = []): Promise<LocalDatabase> {
  const db = await openSmall(vfs, { blockRowsMax: 256 })
  await db.createTable(READINGS, {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { v: 'double' } }, e: { columns: { w: 'string' } } },
    splits: splits.map((station) => ({ station })),
  })
  return db
}

/** A chunk of station a, then whatever `meanwhile` does, then a row of station z. */
async function* rowsWith(meanwhile: () => Promise<unknown>): AsyncGenerator<RowInput> {
  for (let hour = 0; hour < CHUNK; hour++) yield reading('a', hour, hour)
  await meanwhile()
  yield reading('z', 0, 0)
}

async function valueAt(db: LocalDatabase, hour: number): Promise<unknown> {
  const row = (await db.table(READINGS).get({ station: 'a', hour: hour * HOUR_MS })) as TypedRow | null
  return row === null ? null : row['v']
}

test('a load whose rows lie in several regions is whole, also after a reopen', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs, ['b', 'm'])
  const rows = ['a', 'b', 'k', 'm', 'z'].map((station) => reading(station, 0, 1))
  await db.table(READINGS).bulkLoad(rows)
  expect(await db.table(READINGS).count()).toBe(5)
  await db.table(READINGS).compact({ major: true })
  expect(await db.table(READINGS).count()).toBe(5)
  const killed = await openSmall(vfs.crashImage(vfs.operations, 'drop'))
  expect(await killed.table(READINGS).count()).toBe(5)
  expect((await killed.check()).ok).toBe(true)
  await killed.close()
  await db.close()
})

test('what is written while a load runs counts as newer, whatever flushes and compactions conclude meanwhile', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs)
  const readings = db.table(READINGS)
  await readings.putRows([reading('a', 5, -1), reading('a', 6, -1)])
  await readings.bulkLoad(
    rowsWith(async () => {
      await readings.delete({ station: 'a', hour: 5 * HOUR_MS })
      await readings.putRows([reading('a', 6, 666), reading('a', 7, 777)])
      await readings.delete({ station: 'a', hour: 7 * HOUR_MS })
      await readings.flush()
      // No file holds what these markers mask: only the load does.
      await readings.compact({ major: true })
    }),
  )
  const look = async (): Promise<unknown[]> => [
    await valueAt(db, 4),
    await valueAt(db, 5),
    await valueAt(db, 6),
    await valueAt(db, 7),
  ]
  expect(await look()).toEqual([4, null, 666, null])
  await readings.compact({ major: true })
  expect(await look()).toEqual([4, null, 666, null])
  expect(await readings.count()).toBe(CHUNK - 2 + 1)
  await db.close()
})

test('a load goes on through splits of its table', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs)
  const readings = db.table(READINGS)
  await readings.bulkLoad(
    rowsWith(async () => {
      await readings.split({ station: 'a', hour: 700 * HOUR_MS })
      await readings.split({ station: 'a', hour: 1500 * HOUR_MS })
    }),
  )
  expect(await readings.count()).toBe(CHUNK + 1)
  expect(await readings.regions()).toHaveLength(3)
  await readings.compact({ major: true })
  expect(await readings.count()).toBe(CHUNK + 1)
  await db.close()
})

test('splits that race with the end of a load keep every row', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs)
  const readings = db.table(READINGS)
  const rows = Array.from({ length: 300 }, (_, hour) => reading('a', hour, hour))
  await Promise.all([
    readings.bulkLoad(rows),
    readings.split({ station: 'a', hour: 100 * HOUR_MS }),
    readings.bulkLoad([reading('z', 1, 1)]),
    readings.split({ station: 'a', hour: 200 * HOUR_MS }),
    readings.bulkLoad(rows.map((_, hour) => reading('b', hour, hour))),
    readings.flush(),
  ])
  expect(await readings.count()).toBe(601)
  await db.close()
  const again = await openSmall(vfs)
  expect(await again.table(READINGS).count()).toBe(601)
  expect((await again.check()).ok).toBe(true)
  await again.close()
})

test('a load into a table that is dropped meanwhile fails by name and leaves no file', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs)
  const load = db.table(READINGS).bulkLoad(rowsWith(() => db.dropTable(READINGS)))
  await expect(load).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND', where: { table: READINGS } })
  expect(vfs.list('/db/sst')).toEqual([])
  await db.close()
})

test('a load that is aborted, or has a wrong row, leaves nothing', async () => {
  const vfs = new CrashVfs()
  const db = await created(vfs)
  const stop = new AbortController()
  const aborted = db.table(READINGS).bulkLoad(
    rowsWith(async () => stop.abort()),
    { signal: stop.signal },
  )
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  const wrong = db.table(READINGS).bulkLoad([reading('a', 0, 0), { station: 'b' }])
  await expect(wrong).rejects.toMatchObject({ code: 'ROW_INVALID' })
  expect(await db.table(READINGS).count()).toBe(0)
  expect(vfs.list('/db/sst')).toEqual([])
  // And nothing of it hinders later compactions.
  expect(db.internals.engine.table(READINGS).loads.size).toBe(0)
  await db.close()
})
