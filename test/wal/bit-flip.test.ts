import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import type { Vfs } from '../../src/util/fs.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf, WAL_DIRECTORY } from '../support/wal-kit.js'

const READ = { fromSegment: 1, lastKnownSegment: 2 }

async function twoSegments(seal: boolean): Promise<CrashVfs> {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  for (let sequence = 1; sequence <= 8; sequence++) {
    await wal.append(batchOf(sequence, 'FSYNC_WAL', 30 + sequence))
    if (sequence === 4) await wal.roll()
  }
  if (seal) await wal.close()
  return vfs
}

/** What a flip led to: a typed error, a reported cut behind whole records, or no difference. Anything else throws. */
function outcome(vfs: Vfs): 'error' | 'cut' | 'harmless' {
  try {
    const { records, end } = readAll(vfs, READ)
    const sequences = sequencesOf(records)
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8].slice(0, sequences.length))
    if (sequences.length === 8) return end.torn === null ? 'harmless' : 'cut'
    expect(end.torn).not.toBeNull()
    return 'cut'
  } catch (error) {
    if (isHourbaseError(error, 'CORRUPTION') || isHourbaseError(error, 'FORMAT_UNKNOWN')) return 'error'
    throw error
  }
}

for (const seal of [true, false]) {
  test(`one flipped bit in any byte of a ${seal ? 'sealed' : 'live'} log is found or harmless`, async () => {
    const vfs = await twoSegments(seal)
    const counts = { error: 0, cut: 0, harmless: 0 }
    for (const segment of [1, 2]) {
      const path = `${WAL_DIRECTORY}/0000000${segment}.log`
      const bytes = vfs.readAll(path)
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice()
        flipped[at]! ^= 1 << (at % 8)
        const image = vfs.crashImage(vfs.operations, 'kill')
        image.writeAll(path, flipped)
        const found = outcome(image)
        counts[found]++
        // Only the last record of the last segment may pass for torn: everything else was known to be on disk.
        if (found === 'cut') expect(segment === 2 && at >= bytes.length - (seal ? 40 : 128)).toBe(true)
      }
    }
    expect(counts.harmless).toBe(0)
    expect(counts.error).toBeGreaterThan(counts.cut)
  })
}

test('a segment of another place or database does not pass: swapped, renamed, of another uuid', async () => {
  const vfs = await twoSegments(true)
  const first = vfs.readAll(`${WAL_DIRECTORY}/00000001.log`)
  const second = vfs.readAll(`${WAL_DIRECTORY}/00000002.log`)
  const swapped = vfs.crashImage()
  swapped.writeAll(`${WAL_DIRECTORY}/00000001.log`, second)
  swapped.writeAll(`${WAL_DIRECTORY}/00000002.log`, first)
  expect(outcome(swapped)).toBe('error')
  const copied = vfs.crashImage()
  copied.writeAll(`${WAL_DIRECTORY}/00000003.log`, second)
  expect(outcome(copied)).toBe('error')
  expect(() => readAll(vfs, { databaseUuid: new Uint8Array(16) })).toThrow(/another database/)
})

test('a record put in the place of another of the same length does not pass', async () => {
  const vfs = await twoSegments(true)
  const path = `${WAL_DIRECTORY}/00000002.log`
  const bytes = vfs.readAll(path)
  const records = readAll(vfs).records.filter((record) => record.segment === 2)
  const length = records[1]!.offset - records[0]!.offset
  const moved = bytes.slice()
  moved.copyWithin(records[1]!.offset, records[0]!.offset, records[0]!.offset + length)
  vfs.writeAll(path, moved)
  expect(outcome(vfs)).toBe('error')
})
