import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf, WAL_DIRECTORY } from '../support/wal-kit.js'

test('roll puts what was appended before into the old segment, synced, and what comes after into the new one', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  await wal.append(batchOf(1, 'ASYNC_WAL'))
  const before = wal.append(batchOf(2, 'SYNC_WAL'))
  const roll = wal.roll()
  const after = wal.append(batchOf(3))
  await Promise.all([before, roll, after])
  expect(await roll).toBe(2)
  expect(wal.segment).toBe(2)
  const { records } = readAll(vfs.crashImage(vfs.operations, 'drop'))
  expect(records.map((record) => [record.segment, record.firstSequence])).toEqual([
    [1, 1],
    [1, 2],
    [2, 3],
  ])
})

test('rolling an empty segment stays in it', async () => {
  const wal = await openWal(new CrashVfs())
  expect(await wal.roll()).toBe(1)
  await wal.append(batchOf(1))
  expect(await wal.roll()).toBe(2)
  expect(await wal.roll()).toBe(2)
})

test('a segment rolls by itself before it would exceed segmentBytesMax', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, { segmentBytesMax: 4_096 })
  for (let sequence = 1; sequence <= 50; sequence++) await wal.append(batchOf(sequence, 'FSYNC_WAL', 500))
  await wal.append(batchOf(51, 'FSYNC_WAL', 10_000))
  await wal.close()
  const seal = 40
  const sizes = vfs.list(WAL_DIRECTORY).map((name) => vfs.readAll(`${WAL_DIRECTORY}/${name}`).length)
  expect(sizes.filter((size) => size > 4_096 + seal).length).toBe(1)
  expect(sequencesOf(readAll(vfs).records)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1))
})

test('dropBefore unlinks older segments, never the current one', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  for (let sequence = 1; sequence <= 4; sequence++) {
    await wal.append(batchOf(sequence))
    await wal.roll()
  }
  wal.dropBefore(3)
  expect(vfs.list(WAL_DIRECTORY).sort()).toEqual(['00000003.log', '00000004.log', '00000005.log'])
  expect(sequencesOf(readAll(vfs.crashImage(), { fromSegment: 3 }).records)).toEqual([3, 4])
  wal.dropBefore(99)
  expect(vfs.list(WAL_DIRECTORY)).toEqual(['00000005.log'])
  await wal.append(batchOf(5))
})
