import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

test('a reader beside the writer sees a prefix at any moment, writes nothing, and misses nothing acknowledged before', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, { segmentBytesMax: 1_500 })
  let acknowledged = 0
  let reads = 0
  let floor = 1
  vfs.onOperation = (count) => {
    const { records } = readAll(vfs, { fromSegment: floor })
    const sequences = sequencesOf(records)
    expect(sequences).toEqual(sequences.map((_, i) => sequences[0]! + i))
    if (sequences.length > 0) expect(sequences.at(-1)).toBeGreaterThanOrEqual(acknowledged)
    expect(vfs.operations).toBe(count)
    reads++
  }
  for (let sequence = 1; sequence <= 60; sequence++) {
    await wal.append(batchOf(sequence, sequence % 2 === 0 ? 'FSYNC_WAL' : 'SYNC_WAL', 100))
    acknowledged = sequence
    if (sequence % 20 === 0) {
      floor = await wal.roll()
      wal.dropBefore(floor)
    }
  }
  await wal.close()
  expect(reads).toBeGreaterThan(150)
})

test('a reader whose manifest is older than the dropped segments is told so, to read it again', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  await wal.append(batchOf(1))
  wal.dropBefore(await wal.roll())
  try {
    readAll(vfs, { fromSegment: 1 })
    expect.unreachable()
  } catch (error) {
    expect(isHourbaseError(error, 'CORRUPTION')).toBe(true)
  }
})
