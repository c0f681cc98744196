import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { ManualClock } from '../support/manual-clock.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('ASYNC_WAL is acknowledged at once and on disk after asyncDelayMs', async () => {
  const vfs = new CrashVfs()
  const clock = new ManualClock()
  const wal = await openWal(vfs, { clock })
  const before = vfs.operations
  await wal.append(batchOf(1, 'ASYNC_WAL'))
  await wal.append(batchOf(2, 'ASYNC_WAL'))
  expect(vfs.operations).toBe(before)
  clock.advance(499)
  for (let i = 0; i < 5; i++) await turn()
  expect(vfs.operations).toBe(before)
  clock.advance(1)
  for (let i = 0; i < 5; i++) await turn()
  expect(wal.stats).toMatchObject({ groups: 1, syncs: 1 })
  expect(sequencesOf(readAll(vfs.crashImage(vfs.operations, 'drop')).records)).toEqual([1, 2])
  expect(clock.scheduled).toBe(0)
})

test('ASYNC_WAL never has more than asyncBytesMax at risk: the append that overflows waits for the sync', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, { asyncBytesMax: 10_000 })
  for (let sequence = 1; sequence <= 200; sequence++) {
    await wal.append(batchOf(sequence, 'ASYNC_WAL', 1_000))
    const onDisk = readAll(vfs.crashImage(vfs.operations, 'drop')).records.length
    expect(sequence - onDisk).toBeLessThanOrEqual(10)
  }
  expect(wal.stats.syncs).toBeLessThan(30)
})

test('SYNC_WAL is acknowledged after the write, without a sync, and synced after asyncDelayMs', async () => {
  const vfs = new CrashVfs()
  const clock = new ManualClock()
  const wal = await openWal(vfs, { clock })
  await wal.append(batchOf(1, 'SYNC_WAL'))
  expect(wal.stats).toMatchObject({ groups: 1, syncs: 0 })
  expect(sequencesOf(readAll(vfs.crashImage(vfs.operations, 'kill')).records)).toEqual([1])
  expect(readAll(vfs.crashImage(vfs.operations, 'drop')).records).toEqual([])
  clock.advance(500)
  for (let i = 0; i < 5; i++) await turn()
  expect(sequencesOf(readAll(vfs.crashImage(vfs.operations, 'drop')).records)).toEqual([1])
})

test('a FSYNC_WAL append makes all before it durable, whatever their level', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  await wal.append(batchOf(1, 'ASYNC_WAL'))
  await wal.append(batchOf(2, 'SYNC_WAL'))
  await wal.append(batchOf(3, 'ASYNC_WAL'))
  await wal.append(batchOf(4, 'FSYNC_WAL'))
  expect(sequencesOf(readAll(vfs.crashImage(vfs.operations, 'drop')).records)).toEqual([1, 2, 3, 4])
})

test('close writes what was only acknowledged, seals and leaves no timer', async () => {
  const vfs = new CrashVfs()
  const clock = new ManualClock()
  const wal = await openWal(vfs, { clock })
  await wal.append(batchOf(1, 'ASYNC_WAL'))
  const late = wal.append(batchOf(2, 'FSYNC_WAL'))
  await Promise.all([wal.close(), wal.close(), late])
  const { records, end } = readAll(vfs.crashImage(vfs.operations, 'drop'))
  expect(sequencesOf(records)).toEqual([1, 2])
  expect(end.sealed).toBe(true)
  expect(clock.scheduled).toBe(0)
  await expect(wal.append(batchOf(3))).rejects.toMatchObject({ code: 'CLOSED' })
})
