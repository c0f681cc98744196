import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { ScanOptions, TypedRow } from '../../src/model/api.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { HOUR_MS, openSmall, READINGS, reading } from './small-database.js'

async function filled(vfs: CrashVfs): Promise<LocalDatabase> {
  const db = await openSmall(vfs)
  const table = await db.createTable(READINGS, {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { v: 'double' } }, e: { columns: { w: 'string' } } },
  })
  for (const station of ['a', 'b', 'c']) {
    await table.putRows(Array.from({ length: 12 }, (_, hour) => reading(station, hour, hour)))
    await table.flush()
  }
  // Some rows in memory, some in both.
  await table.putRows([reading('b', 3, 33), reading('d', 0, 0), reading('a', 50, 50)])
  return db
}

const CHANGES: Readonly<Record<string, (db: LocalDatabase) => Promise<void>>> = {
  'a put': async (db) => {
    await db.table(READINGS).putRows([reading('a', 5, 999), reading('c', 100, 1)])
  },
  'a delete': async (db) => {
    for (const station of ['a', 'b', 'c']) await db.table(READINGS).delete({ station, hour: 11 * HOUR_MS })
  },
  'a flush': (db) => db.table(READINGS).flush(),
  'a compaction': (db) => db.table(READINGS).compact({ major: true }),
  'a split': (db) => db.table(READINGS).split({ station: 'b', hour: 4 * HOUR_MS }),
  'a bulk load': async (db) => {
    await db.table(READINGS).bulkLoad([reading('a', 7, -7), reading('z', 0, 1)])
  },
  'a drop': (db) => db.dropTable(READINGS),
  'everything at once': async (db) => {
    const table = db.table(READINGS)
    await table.putRows([reading('b', 6, -6)])
    await table.delete({ station: 'c', hour: 0 })
    await table.flush()
    await table.split({ station: 'c' })
    await table.compact({ major: true })
    await table.split({ station: 'b' })
    await table.compact({ major: true })
    await db.dropTable(READINGS)
  },
}

const SCANS: readonly ScanOptions[] = [
  { batchRows: 1 },
  { batchRows: 5, reversed: true },
  { batchRows: 2, columns: ['v'], where: 'v >= 0' },
  { batchRows: 3, timeRange: [0, 20 * HOUR_MS] },
]

test.each(Object.keys(CHANGES))(
  'a scan that was opened before %s goes on as if nothing had been',
  async (name) => {
    for (const options of SCANS) {
      const vfs = new CrashVfs()
      const db = await filled(vfs)
      const wanted = await db.table(READINGS).scan(options).toArray()
      const rows: TypedRow[] = []
      for await (const row of db.table(READINGS).scan(options)) {
        rows.push(row as TypedRow)
        if (rows.length === 1) await CHANGES[name]!(db)
      }
      expect(rows).toEqual(wanted)
      // What only the scan still held is gone with it.
      const { files } = db.internals.engine.manifest.state
      expect(vfs.list('/db/sst')).toHaveLength(files.size)
      await db.close()
    }
  },
)

test('a scan that is left early lets go of its files', async () => {
  const vfs = new CrashVfs()
  const db = await filled(vfs)
  for await (const _ of db.table(READINGS).scan({ batchRows: 1 })) {
    await db.table(READINGS).compact({ major: true })
    expect(vfs.list('/db/sst').length).toBeGreaterThan(db.internals.engine.manifest.state.files.size)
    break
  }
  expect(vfs.list('/db/sst')).toHaveLength(db.internals.engine.manifest.state.files.size)
  await db.close()
})

test('columns() and an aggregate see one moment, whatever is written meanwhile', async () => {
  const vfs = new CrashVfs()
  const db = await filled(vfs)
  const wanted = await db.table(READINGS).count()
  let rows = 0
  for await (const batch of db.table(READINGS).scan({ batchRows: 4 }).columns()) {
    if (rows === 0) await CHANGES['everything at once']!(db)
    rows += batch.rowCount
  }
  expect(rows).toBe(wanted)
  await db.close()
})
