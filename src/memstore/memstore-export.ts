import type { RowBlock } from '../model/row-block.js'
import {
  decodeRowBlock,
  EncodedRowBlock,
  encodedByteLength,
  encodeRowBlock,
} from '../model/row-block-codec.js'
import type { MemBatch } from './batch-list.js'

/** Handing over a buffer costs about as much as copying this many bytes. */
const PACKED_BATCH_MAX = 16384
const PACK_BYTES_MAX = 1 << 20

/** Plain data for postMessage. */
export interface MemStoreExport {
  /** Encoded batches, in the order they were added; a buffer may hold several back to back. */
  buffers: Uint8Array[]
  /** By batch: the rows that count, null = all. */
  rows: (Uint32Array | null)[]
}

/** Large batches as they are, runs of small ones and of those on other than shared memory packed. */
export function exportBatches(batches: readonly MemBatch[]): MemStoreExport {
  const buffers: Uint8Array[] = []
  let small: Uint8Array[] = []
  let smallBytes = 0
  const flushSmall = (): void => {
    if (small.length > 0) buffers.push(packed(small, smallBytes))
    small = []
    smallBytes = 0
  }
  for (const { block } of batches) {
    const bytes = block instanceof EncodedRowBlock ? block.encoded : encodeRowBlock(block)
    // Not shared (recovered from a WAL buffer): posting would copy the whole buffer behind it.
    if (bytes.length > PACKED_BATCH_MAX && bytes.buffer instanceof SharedArrayBuffer) {
      flushSmall()
      buffers.push(bytes)
      continue
    }
    small.push(bytes)
    smallBytes += bytes.length
    if (smallBytes > PACK_BYTES_MAX) flushSmall()
  }
  flushSmall()
  return { buffers, rows: batches.map((batch) => batch.rows) }
}

/** Encoded blocks are whole multiples of 8 bytes, so all of them stay aligned. */
function packed(parts: readonly Uint8Array[], byteLength: number): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(byteLength))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function importBatches(
  exported: MemStoreExport,
  add: (block: RowBlock, rows: Uint32Array | null) => void,
): void {
  let batch = 0
  for (const bytes of exported.buffers) {
    for (let at = 0; at < bytes.length; ) {
      const length = encodedByteLength(bytes, at)
      add(decodeRowBlock(bytes.subarray(at, at + length)), exported.rows[batch++] ?? null)
      at += length
    }
  }
}
