import { HourbaseError } from '../util/errors.js'
import type { Vfs, VfsFile } from '../util/fs.js'
import {
  encodeSeal,
  finishRecord,
  type LogIdentity,
  type LogMark,
  RECORD_HEADER_BYTES,
  recordBytes,
  type SealReasonValue,
} from '../util/log-format.js'
import {
  BATCH_TYPE,
  batchBodyBytes,
  encodeBatchBody,
  encodeSegmentHeader,
  headerChain,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentIdentity,
  segmentName,
  type WalPart,
} from './wal-format.js'

const BUFFER_BYTES_KEPT = 1 << 23

/** What a segment writes of a batch. */
export interface SegmentBatch {
  readonly parts: readonly WalPart[]
  readonly firstSequence: number
  readonly lastSequence: number
}

/** Bytes a batch takes in a segment, record header included. */
export function batchRecordBytes(parts: readonly WalPart[]): number {
  return recordBytes(batchBodyBytes(parts))
}

/** The group buffer is reused from write to write and from segment to segment: a write is over when the call returns. */
let groupBuffer = new Uint8Array(1 << 18)

/**
 * One open segment. Invariants: [0, syncedTo) is on disk; [0, length) is whole records; nothing is written while a sync
 * runs. After any error but one that cutBack() mended, the segment must not be written again.
 */
export class WalSegment {
  readonly number: number
  readonly #file: VfsFile
  readonly #identity: LogIdentity
  length: number
  syncedTo: number
  /** Sealed or cut back: whatever comes next goes into a new segment. */
  finished = false
  #chain: number

  private constructor(file: VfsFile, header: SegmentHeader, chain: number) {
    this.number = header.number
    this.#file = file
    this.#identity = segmentIdentity(header.databaseUuid, header.number)
    this.#chain = chain
    this.length = SEGMENT_HEADER_BYTES
    this.syncedTo = SEGMENT_HEADER_BYTES
  }

  /**
   * Creates the file, writes and syncs its header, then syncs the directory: only then may a record follow. So a segment
   * with a torn header never held a record.
   */
  static async create(vfs: Vfs, directory: string, header: SegmentHeader): Promise<WalSegment> {
    const path = `${directory}/${segmentName(header.number)}`
    const file = vfs.open(path, 'create')
    const bytes = encodeSegmentHeader(header)
    try {
      file.write(bytes, 0)
      await file.sync()
    } catch (error) {
      // Nothing was acknowledged in this file: another attempt may begin it anew, as another inode.
      file.close()
      vfs.unlink(path)
      throw error
    }
    try {
      vfs.syncDirectory(directory)
    } catch (error) {
      file.close()
      throw new HourbaseError('IO_ERROR', `sync directory ${directory} failed`, {
        cause: error,
        where: { directory },
      })
    }
    return new WalSegment(file, header, headerChain(bytes))
  }

  get mark(): LogMark {
    return { number: this.number, length: this.length, checksum: this.#chain }
  }

  /** Appends one record a batch, all by one write. On error the file may hold any part of it: see cutBack. */
  write(batches: readonly SegmentBatch[]): void {
    let total = 0
    for (const batch of batches) total += batchRecordBytes(batch.parts)
    const buffer = bufferOf(total)
    const view = new DataView(buffer.buffer)
    let at = 0
    let chain = this.#chain
    for (const batch of batches) {
      const { parts, firstSequence, lastSequence } = batch
      const bodyLength = batchBodyBytes(parts)
      encodeBatchBody(buffer, view, at + RECORD_HEADER_BYTES, parts, firstSequence, lastSequence)
      chain = finishRecord(
        buffer,
        at,
        bodyLength,
        BATCH_TYPE,
        this.#identity,
        this.length + at,
        chain,
        this.syncedTo,
      )
      at += recordBytes(bodyLength)
    }
    this.#file.write(buffer.subarray(0, total), this.length)
    this.length += total
    this.#chain = chain
  }

  async sync(): Promise<void> {
    const length = this.length
    try {
      await this.#file.sync()
    } catch (cause) {
      // Whatever the errno (ENOSPC too): the kernel may have dropped the pages, so nothing here can be relied on any more.
      throw new HourbaseError('IO_ERROR', `sync of ${this.#file.path} failed`, {
        cause,
        where: { path: this.#file.path },
      })
    }
    this.syncedTo = length
  }

  /** After a write ran out of disk: removes what it left behind and makes sure of what was there before. */
  async cutBack(): Promise<void> {
    this.finished = true
    this.#file.truncate(this.length)
    await this.sync()
  }

  /** Syncs what is there, then seals it. A disk too full for the seal leaves the segment unsealed: its successor vouches for it. */
  async seal(reason: SealReasonValue): Promise<void> {
    if (this.finished) return
    if (this.syncedTo < this.length) await this.sync()
    this.finished = true
    const seal = encodeSeal(reason, this.#identity, this.length, this.#chain)
    try {
      this.#file.write(seal.bytes, this.length)
    } catch (error) {
      if (!(error instanceof HourbaseError) || error.code !== 'OUT_OF_DISK') throw error
      return this.cutBack()
    }
    this.length += seal.bytes.length
    this.#chain = seal.chain
    await this.sync()
  }

  close(): void {
    this.#file.close()
  }
}

/** A buffer of at least `bytes`; only one of ordinary size is kept. */
function bufferOf(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes <= groupBuffer.length) return groupBuffer
  const buffer = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)))
  if (buffer.length <= BUFFER_BYTES_KEPT) groupBuffer = buffer
  return buffer
}
