import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { ManualClock } from '../support/manual-clock.js'
import { HOUR_MS, openSmall, READINGS, reading } from './small-database.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function createReadings(db: LocalDatabase): Promise<void> {
  await db.createTable(READINGS, {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { v: 'double' } }, e: { columns: { w: 'string' } } },
  })
}

async function hoursOf(db: LocalDatabase): Promise<number[]> {
  const rows = (await db.table(READINGS).scan().toArray()) as { hour: number; v: number; w: string }[]
  return rows.map(({ hour, v, w }) => (String(v) === w ? hour / HOUR_MS : Number.NaN))
}

test('while the WAL finds no room writes are refused and reads go on; with room writes resume without a restart', async () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const db = await openSmall(vfs)
  await createReadings(db)
  const readings = db.table(READINGS)
  await readings.putRows([reading('a', 0, 0)])
  vfs.fail({ kind: 'write', path: '/wal/', at: 1, forever: true, errno: 'ENOSPC', written: 0.4 })
  for (let hour = 1; hour < 4; hour++) {
    await expect(readings.putRows([reading('a', hour, hour)])).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
    expect(await hoursOf(db)).toEqual([0])
  }
  expect((await db.stats())['poisoned']).toBeNull()
  vfs.clearFaults()
  await readings.putRows([reading('a', 7, 7)])
  expect(await hoursOf(db)).toEqual([0, 7])
  for (const image of [disk.crashImage(disk.operations, 'drop'), disk.crashImage(disk.operations, 'kill')]) {
    const again = await openSmall(image)
    expect(await hoursOf(again)).toEqual([0, 7])
    await again.close()
  }
  await db.close()
})

test('a flush without room loses nothing, tells writers why when memory is full, and goes on by itself', async () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const clock = new ManualClock()
  const limits = { maintenance: true, memstoreRegionBytesMax: 8000, memstoreBytesMax: 30_000 }
  const db = await openSmall(vfs, { clock, ...limits })
  await createReadings(db)
  const readings = db.table(READINGS)
  vfs.fail({ kind: 'write', path: '/sst/', at: 1, forever: true, errno: 'ENOSPC', written: 0.5 })
  const acknowledged: number[] = []
  let refusal: unknown = null
  for (let hour = 0; hour < 500 && refusal === null; hour++) {
    await readings.putRows([reading('a', hour, hour)]).then(
      () => acknowledged.push(hour),
      (error: unknown) => {
        refusal = error
      },
    )
    await turn()
  }
  expect(refusal).toMatchObject({ code: 'OUT_OF_DISK' })
  expect(isHourbaseError(refusal) && refusal.message).toContain('MemStores are full')
  expect(isHourbaseError(refusal) && refusal.hint).toContain('free space')
  expect(acknowledged.length).toBeGreaterThan(5)
  expect(await hoursOf(db)).toEqual(acknowledged)
  expect(disk.list('/db/sst')).toEqual([])
  const killed = await openSmall(disk.crashImage(disk.operations, 'drop'))
  expect(await hoursOf(killed)).toEqual(acknowledged)
  await killed.close()
  // Room again: the next try comes by the clock, and writers go on.
  vfs.clearFaults()
  clock.advance(1000)
  await db.drain()
  await readings.putRows([reading('a', 1000, 1000)])
  expect(await hoursOf(db)).toEqual([...acknowledged, 1000])
  expect(disk.list('/db/sst').length).toBeGreaterThan(0)
  await db.close()
  const again = await openSmall(disk)
  expect(await hoursOf(again)).toEqual([...acknowledged, 1000])
  await again.close()
})

test('a flush that fails at any of its calls leaves no file behind and is made good by the next', async () => {
  for (let at = 1, struck = true; struck; at++) {
    for (const errno of ['EIO', 'ENOSPC'] as const) {
      const disk = new CrashVfs()
      const vfs = new FaultVfs(disk)
      const db = await openSmall(vfs)
      await createReadings(db)
      const readings = db.table(READINGS)
      await readings.putRows([reading('a', 0, 0), reading('a', 1, 1)])
      vfs.fail({ kind: ['write', 'sync', 'rename', 'open', 'size', 'read'], path: '/sst', at, errno })
      const failed = await readings.flush().then(
        () => false,
        () => true,
      )
      expect([at, errno, failed]).toEqual([at, errno, vfs.struck > 0])
      struck = vfs.struck > 0
      vfs.clearFaults()
      if (failed) expect([at, disk.list('/db/sst')]).toEqual([at, []])
      await readings.putRows([reading('a', 2, 2)])
      const killed = await openSmall(disk.crashImage(disk.operations, 'drop'))
      expect([at, await hoursOf(killed)]).toEqual([at, [0, 1, 2]])
      await killed.close()
      await readings.flush()
      expect([at, await hoursOf(db)]).toEqual([at, [0, 1, 2]])
      await db.close()
    }
  }
})

test('a flush whose manifest edit finds no room removes its files and is made good by the next', async () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const db = await openSmall(vfs)
  await createReadings(db)
  const readings = db.table(READINGS)
  await readings.putRows([reading('a', 0, 0)])
  vfs.fail({ kind: 'write', path: '/manifest/', at: 1, forever: true, errno: 'ENOSPC' })
  for (let i = 0; i < 3; i++) await expect(readings.flush()).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
  expect(disk.list('/db/sst')).toEqual([])
  expect(await hoursOf(db)).toEqual([0])
  vfs.clearFaults()
  await readings.flush()
  expect(disk.list('/db/sst')).toHaveLength(2)
  expect(await hoursOf(db)).toEqual([0])
  await db.close()
})

test('a compaction that fails at any of its calls leaves everything as it was', async () => {
  for (let at = 1, struck = true; struck; at++) {
    for (const errno of ['EIO', 'ENOSPC'] as const) {
      const disk = new CrashVfs()
      const vfs = new FaultVfs(disk)
      const db = await openSmall(vfs)
      await createReadings(db)
      const readings = db.table(READINGS)
      for (let hour = 0; hour < 3; hour++) {
        await readings.putRows([reading('a', hour, hour), reading('a', 9, hour)])
        await readings.flush()
      }
      const before = disk.list('/db/sst').sort()
      vfs.fail({
        kind: ['write', 'sync', 'rename', 'open', 'read', 'syncDirectory'],
        path: '/sst',
        at,
        errno,
      })
      const failed = await readings.compact({ major: true }).then(
        () => false,
        () => true,
      )
      expect([at, errno, failed]).toEqual([at, errno, vfs.struck > 0])
      struck = vfs.struck > 0
      vfs.clearFaults()
      expect([at, await hoursOf(db)]).toEqual([at, [0, 1, 2, 9]])
      if (failed) {
        // Family d may have been compacted before e failed.
        expect([at, before.filter((name) => disk.exists(`/db/sst/${name}`)).length >= 3]).toEqual([at, true])
        const { files } = db.internals.engine.manifest.state
        expect([at, disk.list('/db/sst').length]).toEqual([at, files.size])
      }
      await readings.putRows([reading('a', 3, 3)])
      await readings.compact({ major: true })
      expect([at, await hoursOf(db)]).toEqual([at, [0, 1, 2, 3, 9]])
      await db.close()
    }
  }
})
