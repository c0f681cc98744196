import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { HourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { DIRECTORY, fillSmall, HOUR_MS, NOTES, openSmall, READINGS, reading } from './small-database.js'

interface Damaged {
  readonly vfs: CrashVfs
  readonly db: LocalDatabase
  readonly fileId: number
  readonly path: string
  readonly whole: Uint8Array
}

/** The file of family d with stations a and b, damaged in its first block. */
async function damagedSmall(): Promise<Damaged> {
  const vfs = new CrashVfs()
  const first = await openSmall(vfs)
  await fillSmall(first)
  await first.close()
  const { state } = first.internals.engine.manifest
  const family = [...state.tables.values()].find(({ name }) => name === READINGS)!.families[0]!
  const file = [...state.files.values()].find((f) => f.familyId === family.id && f.firstRow[0] === 97)!
  const path = `${DIRECTORY}/sst/${String(file.fileId).padStart(8, '0')}.sst`
  const whole = vfs.readAll(path)
  const bytes = whole.slice()
  bytes[80]! ^= 1
  vfs.writeAll(path, bytes)
  return { vfs, db: await openSmall(vfs), fileId: file.fileId, path, whole }
}

async function failure(call: Promise<unknown>): Promise<HourbaseError> {
  return call.then(
    () => expect.fail('it should have failed'),
    (error: HourbaseError) => error,
  )
}

const stationRows = (db: LocalDatabase, station: string) =>
  db.table(READINGS).scan({ prefix: { station } }).toArray()

test('a damaged file fails its key range by name; other ranges, families and tables go on', async () => {
  const { db, fileId } = await damagedSmall()
  const error = await failure(stationRows(db, 'a'))
  expect(error).toMatchObject({ code: 'CORRUPTION', where: { fileId } })
  expect(error.hint).toContain('set aside')
  // Now the whole key range of the file is refused, by name and range, at every kind of read.
  for (const read of [
    stationRows(db, 'b'),
    db.table(READINGS).count(),
    db.table(READINGS).get({ station: 'b', hour: HOUR_MS }),
    db.table(READINGS).aggregate({ select: { n: ['count', '*'] } }),
  ]) {
    const refused = await failure(read)
    expect(refused).toMatchObject({ code: 'CORRUPTION', where: { table: READINGS, file: fileId } })
    expect(refused.where['firstRow']).toBeTypeOf('string')
    expect(refused.where['lastRow']).toBeTypeOf('string')
    expect(refused.hint).toBeTypeOf('string')
  }
  expect(await stationRows(db, 'n')).toHaveLength(4)
  expect(await stationRows(db, 'z')).toHaveLength(4)
  expect(
    await db
      .table(READINGS)
      .scan({ columns: ['e'], prefix: { station: 'a' } })
      .toArray(),
  ).toHaveLength(4)
  expect(await db.table(NOTES).count()).toBe(2)
  await db.table(READINGS).putRows([reading('n', 9, 9)])
  expect(await stationRows(db, 'n')).toHaveLength(5)
  await db.close()
})

test('an aggregate and a column scan that meet the damage set the file aside as well', async () => {
  for (const read of [
    (db: LocalDatabase) => db.table(READINGS).aggregate({ select: { v: ['sum', 'v'] } }),
    async (db: LocalDatabase) => {
      for await (const _ of db.table(READINGS).scan().columns());
    },
    (db: LocalDatabase) => db.table(READINGS).get({ station: 'a', hour: 0 }),
    (db: LocalDatabase) => db.table(READINGS).scan({ where: 'v >= 0' }).toArray(),
  ]) {
    const { db, fileId } = await damagedSmall()
    expect(await failure(read(db))).toMatchObject({ code: 'CORRUPTION', where: { fileId } })
    expect(db.internals.engine.manifest.state.files.get(fileId)?.quarantined ?? 'to come').toBeTypeOf(
      'string',
    )
    expect(await failure(stationRows(db, 'a'))).toMatchObject({ code: 'CORRUPTION', where: { file: fileId } })
    await db.close()
  }
})

test('it stays aside after a reopen, and check lists it with a hint', async () => {
  const { vfs, db, fileId, path } = await damagedSmall()
  await failure(stationRows(db, 'a'))
  await db.close()
  const again = await openSmall(vfs)
  expect(await failure(stationRows(again, 'a'))).toMatchObject({
    code: 'CORRUPTION',
    where: { file: fileId },
  })
  const report = await again.check()
  expect(report.ok).toBe(false)
  expect(report.problems).toHaveLength(1)
  expect(report.problems[0]).toMatchObject({ file: path.slice(DIRECTORY.length + 1) })
  expect(report.problems[0]!.problem).toContain('quarantined')
  expect(report.problems[0]!.hint).toContain('restore it from a backup')
  const regions = await again.table(READINGS).regions()
  const listed = regions.flatMap(({ files }) => files).filter(({ quarantined }) => quarantined)
  expect(listed.map(({ id }) => id)).toEqual([fileId])
  await again.close()
})

test('compaction leaves it alone, compacts the others, and a compaction that meets damage sets it aside', async () => {
  const { vfs, db, fileId, path } = await damagedSmall()
  const damage = vfs.readAll(path)
  await db.table(READINGS).flush()
  // Met by the compaction itself: nothing is lost, the file is set aside.
  const error = await failure(db.table(READINGS).compact({ major: true }))
  expect(error).toMatchObject({ code: 'CORRUPTION', where: { fileId } })
  await db.table(READINGS).compact({ major: true })
  const regions = await db.table(READINGS).regions()
  const files = regions[0]!.files.filter(({ family }) => family === 'd')
  expect(files.filter(({ quarantined }) => quarantined).map(({ id }) => id)).toEqual([fileId])
  expect(files.filter(({ quarantined }) => !quarantined)).toHaveLength(1)
  expect(vfs.readAll(path)).toEqual(damage)
  expect(await stationRows(db, 'z')).toHaveLength(4)
  await db.close()
})

test('while a file is aside no compaction drops markers: mended, it brings no deleted row back', async () => {
  const { vfs, db, path, whole } = await damagedSmall()
  await failure(stationRows(db, 'a'))
  const readings = db.table(READINGS)
  await readings.delete({ station: 'a', hour: 0 })
  await readings.flush()
  await readings.compact({ major: true })
  await db.close()
  vfs.writeAll(path, whole)
  const mended = await openSmall(vfs)
  const rows = (await stationRows(mended, 'a')) as { hour: number; v: number }[]
  expect(rows.map(({ hour, v }) => [hour / HOUR_MS, v])).toEqual([
    [1, 1],
    [2, 2],
    [3, 33],
  ])
  expect((await mended.check()).ok).toBe(true)
  await mended.close()
})

test('a missing file is quarantined like a damaged one', async () => {
  const { vfs, db, fileId, path } = await damagedSmall()
  await db.close()
  vfs.unlink(path)
  const again = await openSmall(vfs)
  expect(await failure(stationRows(again, 'a'))).toMatchObject({
    code: 'CORRUPTION',
    where: { file: fileId },
  })
  expect(await stationRows(again, 'n')).toHaveLength(4)
  expect((await again.check()).ok).toBe(false)
  await again.close()
})

test('a split hands a damaged file to the daughters that its range meets', async () => {
  const { db, fileId } = await damagedSmall()
  await failure(stationRows(db, 'a'))
  await db.table(READINGS).split({ station: 'c' })
  await db.table(READINGS).putRows([reading('d', 0, 5)])
  expect(await stationRows(db, 'd')).toHaveLength(1)
  expect(await failure(stationRows(db, 'a'))).toMatchObject({ code: 'CORRUPTION', where: { file: fileId } })
  await db.close()
})
