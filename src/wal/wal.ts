/**
 * The write-ahead log with group commit. Two invariants: records reach the file in the order of append(), and appends are
 * acknowledged (and applied to the MemStore, in the `applied` callback) in that order. So what is recovered is a prefix.
 *
 *   append → queue ─┬─ one turn of the event loop later: one write for the whole group
 *                   └─ one fdatasync for the group; what arrives meanwhile is the next group
 *
 * The turn lets the writers woken by the last sync queue up again: 64 writers then share one sync.
 * The first failed write or sync poisons the log for good; only a full disk whose torn end could be cut off does not.
 */
import { dirname } from 'node:path'
import { assert } from '../util/assert.js'
import { yieldToEventLoop } from '../util/clock.js'
import { type HourbaseError, isHourbaseError } from '../util/errors.js'
import { SealReason } from '../util/log-format.js'
import { AckLevel, type AckLevelValue, type Append, AppendQueue } from './append-queue.js'
import { makeTailDurable, type WalEnd } from './wal-end.js'
import { SEGMENT_HEADER_BYTES, segmentName, segmentNumbers, WAL_RECORD_BYTES_MAX } from './wal-format.js'
import {
  closedError,
  poisonedError,
  tooLargeError,
  WAL_DEFAULTS,
  type WalBatch,
  type WalDurability,
  type WalLimits,
  type WalOptions,
  type WalStats,
} from './wal-options.js'
import { batchRecordBytes, WalSegment } from './wal-segment.js'

export type { WalPart } from './wal-format.js'
export type { WalBatch, WalDurability, WalOptions, WalStats } from './wal-options.js'

export class Wal {
  readonly #options: WalOptions & WalLimits
  readonly #queue: AppendQueue = new AppendQueue()
  readonly #stats = { appends: 0, groups: 0, syncs: 0, bytes: 0, segments: 1 }
  #segment: WalSegment
  /** Of the last batch queued; of the last batch written. */
  #queuedSequence: number
  #writtenSequence: number
  #poisoned: HourbaseError | null = null
  #pumping = false
  #syncDue = false
  #cancelTimer: (() => void) | null = null
  #closing: Promise<void> | null = null

  private constructor(options: WalOptions, segment: WalSegment, lastSequence: number) {
    this.#options = { ...WAL_DEFAULTS, ...options }
    assert(
      this.#options.groupBytesMax >= this.#options.asyncBytesMax,
      'one write takes all that was acknowledged early',
    )
    this.#segment = segment
    this.#queuedSequence = lastSequence
    this.#writtenSequence = lastSequence
  }

  /** Makes durable what recovery found, then begins a new segment: a recovered one is never appended to. */
  static async open(options: WalOptions, end: WalEnd): Promise<Wal> {
    const { vfs, directory, databaseUuid } = options
    if (!vfs.exists(directory)) {
      vfs.mkdir(directory)
      vfs.syncDirectory(dirname(directory))
    }
    await makeTailDurable(vfs, directory, end)
    const segment = await WalSegment.create(vfs, directory, {
      databaseUuid,
      number: end.segment + 1,
      firstSequence: end.lastSequence + 1,
      previous: { number: end.segment, length: end.length, checksum: end.checksum },
      manifest: options.manifestMark(),
    })
    return new Wal(options, segment, end.lastSequence)
  }

  /** Number of the segment that is being written. */
  get segment(): number {
    return this.#segment.number
  }

  get poisoned(): HourbaseError | null {
    return this.#poisoned
  }

  get stats(): WalStats {
    return { ...this.#stats }
  }

  /**
   * Resolves as the durability says, in append order; `applied` is called just before, with a lower bound of the segment
   * that holds the record. @throws POISONED, CLOSED, LIMIT_EXCEEDED, OUT_OF_DISK; `applied` is then never called.
   */
  append(batch: WalBatch, applied?: (segment: number) => void): Promise<void> {
    const refusal = this.#refusal()
    if (refusal !== null) return Promise.reject(refusal)
    const bytes = batchRecordBytes(batch.parts)
    if (bytes > WAL_RECORD_BYTES_MAX) return Promise.reject(tooLargeError(bytes))
    assert(batch.firstSequence > this.#queuedSequence, 'sequences ascend from batch to batch')
    assert(batch.lastSequence >= batch.firstSequence, 'a batch has a sequence')
    this.#queuedSequence = batch.lastSequence
    this.#stats.appends++
    const level = this.#levelOf(batch.durability, bytes)
    const { parts, firstSequence, lastSequence } = batch
    return new Promise((resolve, reject) => {
      const append = {
        parts,
        firstSequence,
        lastSequence,
        bytes,
        level,
        applied,
        resolve,
        reject,
        acknowledged: false,
      }
      this.#guard(() => this.#queue.push(append, this.#segment.number))
      if (level === AckLevel.queued) this.#arm()
      this.#wake()
    })
  }

  /** What was appended before is synced in the old segment, what is appended later goes to the one whose number this gives. */
  roll(): Promise<number> {
    return this.#command(async () => {
      if (this.#segment.finished || this.#segment.length > SEGMENT_HEADER_BYTES) await this.#roll()
      return this.#segment.number
    })
  }

  /** Unlinks the segments below `segment` (never the current one). The manifest's `wal` edit must have been committed. */
  dropBefore(segment: number): void {
    const { vfs, directory } = this.#options
    const floor = Math.min(segment, this.#segment.number)
    const dropped = segmentNumbers(vfs.list(directory)).filter((number) => number < floor)
    for (const number of dropped) vfs.unlink(`${directory}/${segmentName(number)}`)
    if (dropped.length > 0) vfs.syncDirectory(directory)
  }

  /** Writes what is queued, seals, syncs. */
  close(): Promise<void> {
    this.#closing ??= this.#finish()
    return this.#closing
  }

  async #finish(): Promise<void> {
    try {
      if (this.#poisoned === null) await this.#command(() => this.#segment.seal(SealReason.close))
      this.#guard(() => this.#queue.markSynced(this.#segment.number))
    } finally {
      this.#cancelTimer?.()
      this.#cancelTimer = null
      this.#queue.rejectAll(closedError())
      this.#segment.close()
    }
  }

  #refusal(): HourbaseError | null {
    return this.#poisoned ?? (this.#closing === null ? null : closedError())
  }

  #levelOf(durability: WalDurability, bytes: number): AckLevelValue {
    if (durability === 'FSYNC_WAL') return AckLevel.synced
    if (durability === 'SYNC_WAL') return AckLevel.written
    // A full buffer makes its filler wait for the sync: no more than asyncBytesMax is ever at risk.
    return this.#queue.earlyBytes + bytes > this.#options.asyncBytesMax ? AckLevel.synced : AckLevel.queued
  }

  #command<T>(run: () => Promise<T>): Promise<T> {
    if (this.#poisoned !== null) return Promise.reject(this.#poisoned)
    return new Promise((resolve, reject) => {
      const guarded = async (): Promise<void> => {
        try {
          resolve(await run())
        } catch (error) {
          if (!isHourbaseError(error, 'OUT_OF_DISK')) this.#poison(error)
          reject(this.#poisoned ?? error)
        }
      }
      this.#queue.pushCommand({ run: guarded, reject })
      this.#wake()
    })
  }

  #isWorkDue(): boolean {
    return this.#poisoned === null && (this.#queue.urgent > 0 || this.#syncDue)
  }

  #wake(): void {
    if (this.#pumping || !this.#isWorkDue()) return
    this.#pumping = true
    void this.#pump()
  }

  async #pump(): Promise<void> {
    try {
      while (this.#isWorkDue()) {
        await yieldToEventLoop()
        await this.#step()
      }
      this.#arm()
    } catch (error) {
      this.#poison(error)
    }
    this.#pumping = false
  }

  /** One command, or one group: write, acknowledge who asked for no more, sync, acknowledge the rest. */
  async #step(): Promise<void> {
    const command = this.#queue.takeCommand()
    if (command !== null) return command.run()
    const group = this.#queue.takeGroup(this.#options.groupBytesMax)
    const needsSync = this.#syncDue || group.some((append) => append.level === AckLevel.synced)
    this.#syncDue = false
    if (group.length > 0 && !(await this.#write(group))) return
    if (!needsSync) this.#arm()
    this.#queue.acknowledgeReady(this.#segment.number)
    if (!needsSync || this.#segment.syncedTo === this.#segment.length) return
    this.#stats.syncs++
    await this.#segment.sync()
    this.#queue.markSynced(this.#segment.number)
    this.#queue.acknowledgeReady(this.#segment.number)
  }

  /** False when the disk was too full and the segment has been cut back to what it held before. */
  async #write(group: readonly Append[]): Promise<boolean> {
    let bytes = 0
    for (const append of group) bytes += append.bytes
    try {
      const isFull =
        this.#segment.length + bytes > this.#options.segmentBytesMax &&
        this.#segment.length > SEGMENT_HEADER_BYTES
      if (isFull || this.#segment.finished) await this.#roll()
      this.#segment.writeBatches(group)
    } catch (error) {
      if (!isHourbaseError(error, 'OUT_OF_DISK')) throw error
      if (!this.#segment.finished) await this.#segment.cutBack()
      this.#queue.markSynced(this.#segment.number)
      this.#queue.refuse(error)
      return false
    }
    this.#queue.markWritten()
    this.#writtenSequence = group[group.length - 1]!.lastSequence
    this.#stats.groups++
    this.#stats.bytes += bytes
    return true
  }

  /** Order: old segment sealed and synced, new one created and synced, directory synced; only then a record. */
  async #roll(): Promise<void> {
    const old = this.#segment
    await old.seal(SealReason.roll)
    this.#queue.markSynced(old.number)
    const { vfs, directory, databaseUuid, manifestMark } = this.#options
    this.#segment = await WalSegment.create(vfs, directory, {
      databaseUuid,
      number: old.number + 1,
      firstSequence: this.#writtenSequence + 1,
      previous: old.mark,
      manifest: manifestMark(),
    })
    this.#stats.segments++
    old.close()
  }

  /** Bytes that nobody waits for are synced after a while. */
  #arm(): void {
    if (this.#cancelTimer !== null || this.#refusal() !== null) return
    if (this.#queue.earlyBytes === 0 && this.#segment.syncedTo === this.#segment.length) return
    this.#cancelTimer = this.#options.clock.schedule(this.#options.asyncDelayMs, () => {
      this.#cancelTimer = null
      this.#syncDue = true
      this.#wake()
    })
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#poison(error)
    }
  }

  #poison(cause: unknown): void {
    if (this.#poisoned !== null) return
    this.#poisoned = poisonedError(cause, this.#segment.number)
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#queue.rejectAll(this.#poisoned)
    this.#options.onPoison?.(this.#poisoned)
  }
}
