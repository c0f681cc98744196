import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { bytesOf, openWal, readAll } from '../support/wal-kit.js'

test('what was appended is read back: parts, ids, sequences, bytes of every length, 8-byte aligned', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  const lengths = [0, 1, 7, 8, 9, 24, 1000, 70_000]
  let sequence = 1
  for (const length of lengths) {
    const parts = [
      { tableId: 3, familyId: 4, bytes: bytesOf(sequence, length) },
      { tableId: 3, familyId: 5, bytes: bytesOf(sequence + 1, length + 3) },
    ]
    await wal.append({ parts, firstSequence: sequence, lastSequence: sequence + 9, durability: 'FSYNC_WAL' })
    sequence += 10
  }
  await wal.close()
  const { records, end } = readAll(vfs)
  expect(records.map((record) => record.firstSequence)).toEqual(lengths.map((_, i) => 1 + i * 10))
  expect(end).toMatchObject({ segment: 1, sealed: true, torn: null, lastSequence: lengths.length * 10 })
  records.forEach((record, i) => {
    expect(record.parts.map((part) => [part.tableId, part.familyId])).toEqual([
      [3, 4],
      [3, 5],
    ])
    expect([...record.parts[0]!.bytes]).toEqual([...bytesOf(record.firstSequence, lengths[i]!)])
    expect([...record.parts[1]!.bytes]).toEqual([...bytesOf(record.firstSequence + 1, lengths[i]! + 3)])
    for (const part of record.parts) {
      expect(part.bytes.byteOffset % 8).toBe(0)
      expect(part.bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    }
  })
})

test('a reopened log goes on in a new segment that names the one before', async () => {
  const vfs = new CrashVfs()
  for (let round = 1; round <= 3; round++) {
    const wal = await openWal(vfs)
    expect(wal.segment).toBe(round)
    await wal.append({ parts: [], firstSequence: round, lastSequence: round, durability: 'FSYNC_WAL' })
    await wal.close()
  }
  const { records, end } = readAll(vfs, { fromSegment: 1, lastKnownSegment: 3 })
  expect(records.map((record) => [record.segment, record.firstSequence])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  expect(end.manifestMarks).toEqual(Array(3).fill({ number: 1, length: 4096, checksum: 77 }))
})
