import { expect, test } from 'vitest'
import type { Wal } from '../../src/wal/wal.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

test('appends of one turn share one write and one sync', async () => {
  const wal = await openWal(new CrashVfs())
  await Promise.all(Array.from({ length: 100 }, (_, i) => wal.append(batchOf(i + 1))))
  expect(wal.stats).toMatchObject({ appends: 100, groups: 1, syncs: 1 })
})

test('64 concurrent writers reach about 64 appends a sync, however deep their calls are', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  let next = 1
  const deep = async (log: Wal, depth: number): Promise<void> => {
    if (depth > 0) return deep(log, depth - 1)
    return log.append(batchOf(next++))
  }
  const writers = Array.from({ length: 64 }, async (_, w) => {
    for (let i = 0; i < 20; i++) await deep(wal, w % 12)
  })
  await Promise.all(writers)
  expect(wal.stats.appends / wal.stats.syncs).toBeGreaterThan(60)
  await wal.close()
  expect(sequencesOf(readAll(vfs).records)).toEqual(Array.from({ length: 1280 }, (_, i) => i + 1))
})

test('what arrives while a sync runs shares the next one', async () => {
  const wal = await openWal(new CrashVfs())
  let inSync: Promise<void>[] = []
  await wal.append(batchOf(1), () => {
    inSync = [2, 3, 4].map((sequence) => wal.append(batchOf(sequence)))
  })
  await Promise.all(inSync)
  expect(wal.stats).toMatchObject({ appends: 4, groups: 2, syncs: 2 })
})

test('a group is bounded: more bytes than groupBytesMax go out in several writes', async () => {
  const wal = await openWal(new CrashVfs(), { groupBytesMax: 10_000, asyncBytesMax: 10_000 })
  await Promise.all(Array.from({ length: 10 }, (_, i) => wal.append(batchOf(i + 1, 'FSYNC_WAL', 4_000))))
  expect(wal.stats.groups).toBe(5)
  await wal.append(batchOf(11, 'FSYNC_WAL', 50_000))
  expect(wal.stats.groups).toBe(6)
})
