import type { Durability } from '../model/descriptor.js'
import type { Clock } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import type { LogMark } from '../util/log-format.js'
import { WAL_RECORD_BYTES_MAX, type WalPart } from './wal-format.js'

export type WalDurability = Exclude<Durability, 'SKIP_WAL'>

/** One record: all or nothing. Sequences ascend from batch to batch; gaps are fine. */
export interface WalBatch {
  readonly parts: readonly WalPart[]
  readonly firstSequence: number
  readonly lastSequence: number
  readonly durability: WalDurability
}

export interface WalOptions extends Partial<WalLimits> {
  readonly vfs: Vfs
  /** Created when missing. */
  readonly directory: string
  readonly clock: Clock
  readonly databaseUuid: Uint8Array
  /** Where the manifest stands: goes into the header of each segment. */
  readonly manifestMark: () => LogMark
  readonly onPoison?: (error: HourbaseError) => void
}

export interface WalStats {
  readonly appends: number
  readonly groups: number
  readonly syncs: number
  readonly bytes: number
  readonly segments: number
}

export interface WalLimits {
  readonly segmentBytesMax: number
  /** Bytes of one write at most, but for a single larger record. */
  readonly groupBytesMax: number
  /** How long written or queued bytes stay unsynced at most, and how many queued ones. */
  readonly asyncDelayMs: number
  readonly asyncBytesMax: number
}

export const WAL_DEFAULTS: WalLimits = {
  segmentBytesMax: 64 << 20,
  groupBytesMax: 8 << 20,
  asyncDelayMs: 500,
  asyncBytesMax: 1 << 20,
}

export function closedError(): HourbaseError {
  return new HourbaseError('CLOSED', 'the write-ahead log is closed')
}

export function tooLargeError(bytes: number): HourbaseError {
  return new HourbaseError('LIMIT_EXCEEDED', `a batch of ${bytes} bytes exceeds ${WAL_RECORD_BYTES_MAX}`, {
    where: { bytes, bytesMax: WAL_RECORD_BYTES_MAX },
    hint: 'write it in smaller batches',
  })
}

export function poisonedError(cause: unknown, segment: number): HourbaseError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new HourbaseError('POISONED', `the write-ahead log failed and takes no more writes: ${why}`, {
    cause,
    where: { segment },
    hint: 'reads go on; mend the cause and reopen the database to write again',
  })
}
