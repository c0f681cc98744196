import { expect, test } from 'vitest'
import type { WalDurability } from '../../src/wal/wal.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

const LEVELS: readonly WalDurability[] = ['ASYNC_WAL', 'SYNC_WAL', 'FSYNC_WAL']

test('appends of mixed durability are applied and acknowledged in append order, applied first', async () => {
  const random = new SeededRandom(7)
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, { segmentBytesMax: 5_000 })
  const applied: number[] = []
  const resolved: number[] = []
  const appends: Promise<void>[] = []
  let rolls: Promise<number>[] = []
  for (let sequence = 1; sequence <= 400; sequence++) {
    const batch = batchOf(sequence, LEVELS[random.below(3)], random.below(300))
    const append = wal.append(batch, () => applied.push(sequence))
    appends.push(
      append.then(() => {
        expect(applied).toContain(sequence)
        resolved.push(sequence)
      }),
    )
    if (random.below(40) === 0) rolls = [...rolls, wal.roll()]
    if (random.below(10) === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all([...appends, ...rolls])
  await wal.close()
  const all = Array.from({ length: 400 }, (_, i) => i + 1)
  expect(applied).toEqual(all)
  expect(resolved).toEqual(all)
  expect(sequencesOf(readAll(vfs).records)).toEqual(all)
})

test('the segment told to `applied` is never above the one that holds the record', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, { segmentBytesMax: 2_000 })
  const told = new Map<number, number>()
  for (let sequence = 1; sequence <= 100; sequence++) {
    await wal.append(batchOf(sequence, LEVELS[sequence % 3]), (segment) => told.set(sequence, segment))
  }
  await wal.close()
  const { records } = readAll(vfs)
  expect(records.length).toBe(100)
  for (const record of records) expect(told.get(record.firstSequence)!).toBeLessThanOrEqual(record.segment)
})

test('sequences that do not ascend are a bug of the caller', async () => {
  const wal = await openWal(new CrashVfs())
  await wal.append(batchOf(5))
  expect(() => wal.append(batchOf(5))).toThrow(/ascend/)
})
