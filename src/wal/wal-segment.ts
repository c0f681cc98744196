import type { Vfs } from '../util/fs.js'
import { createLogFile, LogFile } from '../util/log-file.js'
import { finishRecord, RECORD_HEADER_BYTES, recordBytes } from '../util/log-format.js'
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

/** Reused from write to write and from segment to segment: a write is over when the call returns. */
let groupBuffer = new Uint8Array(1 << 18)

/** The segment that is being written. */
export class WalSegment extends LogFile {
  /** The first record follows the synced header: so a segment whose header is torn never held a record. */
  static async create(vfs: Vfs, directory: string, header: SegmentHeader): Promise<WalSegment> {
    const bytes = encodeSegmentHeader(header)
    const file = await createLogFile(vfs, directory, segmentName(header.number), bytes)
    const identity = segmentIdentity(header.databaseUuid, header.number)
    return new WalSegment(file, identity, SEGMENT_HEADER_BYTES, headerChain(bytes))
  }

  get number(): number {
    return this.identity.number
  }

  /** Appends one record a batch, all by one write. O(bytes): encoded batches are copied here and nowhere else. */
  writeBatches(batches: readonly SegmentBatch[]): void {
    let total = 0
    for (const batch of batches) total += batchRecordBytes(batch.parts)
    const buffer = bufferOf(total)
    const view = new DataView(buffer.buffer)
    let at = 0
    let chain = this.chain
    for (const { parts, firstSequence, lastSequence } of batches) {
      const bodyLength = batchBodyBytes(parts)
      const offset = this.length + at
      encodeBatchBody(buffer, view, at + RECORD_HEADER_BYTES, parts, firstSequence, lastSequence)
      chain = finishRecord(buffer, at, bodyLength, BATCH_TYPE, this.identity, offset, chain, this.syncedTo)
      at += recordBytes(bodyLength)
    }
    this.write(buffer.subarray(0, total), chain)
  }
}

/** A buffer of at least `bytes`; only one of ordinary size is kept. */
function bufferOf(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes <= groupBuffer.length) return groupBuffer
  const buffer = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)))
  if (buffer.length <= BUFFER_BYTES_KEPT) groupBuffer = buffer
  return buffer
}
