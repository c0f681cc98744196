import { expect, test } from 'vitest'
import { CRASH_MODES, CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { ManualClock } from '../support/manual-clock.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a full disk refuses the group and nothing else: its torn end is cut back and writes go on in a new segment', async () => {
  for (const written of [0, 0.3, 0.99]) {
    const disk = new CrashVfs()
    const vfs = new FaultVfs(disk)
    const wal = await openWal(vfs)
    await wal.append(batchOf(1))
    vfs.fail({ kind: 'write', at: 1, errno: 'ENOSPC', written })
    const applied: number[] = []
    await expect(wal.append(batchOf(2), () => applied.push(2))).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
    expect([applied, wal.poisoned]).toEqual([[], null])
    await wal.append(batchOf(3))
    expect(wal.segment).toBe(2)
    for (const mode of CRASH_MODES) {
      const { records, end } = readAll(disk.crashImage(disk.operations, mode))
      expect(sequencesOf(records)).toEqual([1, 3])
      expect(end.torn).toBeNull()
    }
  }
})

test('while the disk stays full every append is refused, no file is left behind, and it resumes without reopening', async () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const wal = await openWal(vfs)
  await wal.append(batchOf(1))
  vfs.fail({ kind: 'write', at: 1, forever: true, errno: 'ENOSPC', written: 0.5 })
  for (let sequence = 2; sequence <= 5; sequence++) {
    await expect(wal.append(batchOf(sequence))).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
  }
  await expect(wal.roll()).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
  expect(disk.list('/db/wal')).toEqual(['00000001.log'])
  vfs.clearFaults()
  await wal.append(batchOf(6))
  await wal.close()
  expect(sequencesOf(readAll(disk.crashImage()).records)).toEqual([1, 6])
})

test('what ASYNC_WAL had acknowledged is kept while the disk is full and written afterwards, in order', async () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const clock = new ManualClock()
  const wal = await openWal(vfs, { clock })
  await wal.append(batchOf(1, 'ASYNC_WAL'))
  vfs.fail({ kind: 'write', at: 1, forever: true, errno: 'ENOSPC' })
  await expect(wal.append(batchOf(2))).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
  clock.advance(500)
  for (let i = 0; i < 5; i++) await turn()
  await expect(wal.roll()).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
  vfs.clearFaults()
  clock.advance(500)
  for (let i = 0; i < 9; i++) await turn()
  expect(sequencesOf(readAll(disk.crashImage()).records)).toEqual([1])
  await wal.append(batchOf(3))
  expect(sequencesOf(readAll(disk.crashImage()).records)).toEqual([1, 3])
})

test('close on a full disk says what it could not write, or seals without a seal', async () => {
  const vfs = new FaultVfs(new CrashVfs())
  const wal = await openWal(vfs)
  await wal.append(batchOf(1))
  vfs.fail({ kind: 'write', at: 1, forever: true, errno: 'ENOSPC', written: 0.5 })
  await wal.close()
  expect(readAll(vfs)).toMatchObject({ end: { sealed: false, torn: null, lastSequence: 1 } })
  vfs.clearFaults()
  const again = await openWal(vfs)
  await again.append(batchOf(2, 'ASYNC_WAL'))
  vfs.fail({ kind: 'write', at: 1, forever: true, errno: 'ENOSPC' })
  await expect(again.close()).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
})

test('a cut back that fails leaves the end unknown: poisoned', async () => {
  const vfs = new FaultVfs(new CrashVfs())
  const wal = await openWal(vfs)
  vfs.fail({ kind: 'write', at: 1, errno: 'ENOSPC', written: 0.5 })
  vfs.fail({ kind: 'truncate', at: 1, errno: 'EIO' })
  await expect(wal.append(batchOf(1))).rejects.toMatchObject({ code: 'POISONED' })
})
