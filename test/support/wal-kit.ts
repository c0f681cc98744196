import type { Vfs } from '../../src/util/fs.js'
import type { WalEnd, WalReadOptions, WalRecord } from '../../src/wal/read-wal.js'
import { readWal } from '../../src/wal/read-wal.js'
import { Wal, type WalBatch, type WalDurability, type WalOptions } from '../../src/wal/wal.js'
import { ManualClock } from './manual-clock.js'

export const UUID: Uint8Array = new Uint8Array(16).map((_, i) => 17 * i + 3)
export const WAL_DIRECTORY = '/db/wal'

export interface WalContent {
  readonly records: WalRecord[]
  readonly end: WalEnd
}

/** Reads the WAL whole. */
export function readAll(vfs: Vfs, options: Partial<WalReadOptions> = {}): WalContent {
  const replay = readWal(vfs, WAL_DIRECTORY, { databaseUuid: UUID, fromSegment: 0, ...options })
  const records = [...replay]
  return { records, end: replay.end }
}

/** Recovers what is there and goes on writing. */
export async function openWal(
  vfs: Vfs,
  options: Partial<WalOptions> = {},
  read: Partial<WalReadOptions> = {},
): Promise<Wal> {
  if (!vfs.exists('/db')) {
    vfs.mkdir('/db')
    vfs.syncDirectory('/')
  }
  const { end } = readAll(vfs, read)
  return Wal.open(
    {
      vfs,
      directory: WAL_DIRECTORY,
      clock: new ManualClock(),
      databaseUuid: UUID,
      manifestMark: () => ({ number: 1, length: 4096, checksum: 77 }),
      ...options,
    },
    end,
  )
}

/** A batch of one sequence whose bytes follow from it. */
export function batchOf(sequence: number, durability: WalDurability = 'FSYNC_WAL', length = 40): WalBatch {
  return {
    parts: [{ tableId: 7, familyId: 9, bytes: bytesOf(sequence, length) }],
    firstSequence: sequence,
    lastSequence: sequence,
    durability,
  }
}

export function bytesOf(sequence: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => sequence * 31 + i * 7 + 1)
}

/** The sequences of records as written by batchOf; throws where the bytes are other ones. */
export function sequencesOf(records: readonly WalRecord[]): number[] {
  return records.map((record) => {
    const part = record.parts[0]!
    const wanted = bytesOf(record.firstSequence, part.bytes.length)
    if (!wanted.every((byte, i) => byte === part.bytes[i]))
      throw new Error(`record ${record.firstSequence} differs`)
    return record.firstSequence
  })
}
