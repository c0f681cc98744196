/**
 * Segment files `wal/00000001.log`: a header and records (util/log-format.ts). docs/format-wal.md has the byte tables.
 *
 * Header, 96 bytes, little-endian:
 *   0 magic 'HOURWAL\n'     8 u32 format version   12 u32 0    16 uuid of the database (16 bytes)
 *  32 u32 segment number   36 u32 0               40 u64 first sequence: no record here has a lower one
 *  48 u32 previous segment 52 u32 its checksum    56 u64 its length          (all 0 in the first segment)
 *  64 u32 manifest number  68 u32 its checksum    72 u64 its length          at the time the segment was begun
 *  80 12 zero bytes        92 u32 crc of bytes [0, 92)
 *
 * Body of a batch record:
 *   0 u64 first sequence    8 u64 last sequence   16 u32 parts   20 u32 0
 *  24 parts: u32 table, u32 family, u32 byte length, u32 0, the bytes (a RowBlock, opaque here), zero-padded to 8
 */
import { equalBytes, utf8 } from '../util/bytes.js'
import { checksum, checksumSeed } from '../util/checksum.js'
import { HourbaseError } from '../util/errors.js'
import { getUint53, type LogIdentity, type LogMark, setUint53 } from '../util/log-format.js'

export const WAL_KIND = 0x57414c
export const WAL_FORMAT_VERSION = 1
export const SEGMENT_HEADER_BYTES = 96
export const BATCH_TYPE: number = 1
/** A record larger than this is refused: no reader has to trust a length beyond it. */
export const WAL_RECORD_BYTES_MAX: number = 256 * 1024 * 1024
const BATCH_HEAD_BYTES = 24
const PART_HEAD_BYTES = 16
const HEADER_CRC_AT = 92
const MAGIC = utf8('HOURWAL\n')

export interface WalPart {
  readonly tableId: number
  readonly familyId: number
  readonly bytes: Uint8Array
}

export interface SegmentHeader {
  readonly databaseUuid: Uint8Array
  readonly number: number
  readonly firstSequence: number
  /** The segment before it, as its last byte was written; number 0 in the first one. */
  readonly previous: LogMark
  readonly manifest: LogMark
}

export function segmentIdentity(databaseUuid: Uint8Array, number: number): LogIdentity {
  const view = new DataView(databaseUuid.buffer, databaseUuid.byteOffset, databaseUuid.byteLength)
  return { database: view.getUint32(0, true), number, kind: WAL_KIND }
}

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.log`
}

/** Segment numbers among the names of a directory, ascending. */
export function segmentNumbers(names: readonly string[]): number[] {
  return names
    .filter((name) => /^\d{8,10}\.log$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b)
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC, 0)
  view.setUint32(8, WAL_FORMAT_VERSION, true)
  bytes.set(header.databaseUuid, 16)
  view.setUint32(32, header.number, true)
  setUint53(view, 40, header.firstSequence)
  setMark(view, 48, header.previous)
  setMark(view, 64, header.manifest)
  view.setUint32(HEADER_CRC_AT, headerCrc(bytes, header.number), true)
  return bytes
}

/** The header, or null when its bytes are not whole. @throws FORMAT_UNKNOWN for a version of the future. */
export function decodeSegmentHeader(file: string, bytes: Uint8Array, number: number): SegmentHeader | null {
  if (bytes.length < SEGMENT_HEADER_BYTES || !equalBytes(bytes.subarray(0, 8), MAGIC)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(HEADER_CRC_AT, true) !== headerCrc(bytes, number)) return null
  const version = view.getUint32(8, true)
  if (version !== WAL_FORMAT_VERSION) {
    throw new HourbaseError(
      'FORMAT_UNKNOWN',
      `${file} has WAL format ${version}; this release reads ${WAL_FORMAT_VERSION}`,
      {
        where: { file, version },
        hint: 'open it with the release that wrote it, and close it cleanly there',
      },
    )
  }
  return {
    databaseUuid: bytes.slice(16, 32),
    number,
    firstSequence: getUint53(view, 40),
    previous: getMark(view, 48),
    manifest: getMark(view, 64),
  }
}

/** The chain of a segment begins with its header's checksum. */
export function headerChain(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(HEADER_CRC_AT, true)
}

function headerCrc(bytes: Uint8Array, number: number): number {
  return checksum(checksumSeed(number, 0, WAL_KIND), bytes, 0, HEADER_CRC_AT)
}

function setMark(view: DataView, at: number, mark: LogMark): void {
  view.setUint32(at, mark.number, true)
  view.setUint32(at + 4, mark.checksum, true)
  setUint53(view, at + 8, mark.length)
}

function getMark(view: DataView, at: number): LogMark {
  return {
    number: view.getUint32(at, true),
    checksum: view.getUint32(at + 4, true),
    length: getUint53(view, at + 8),
  }
}

/** Body bytes of a batch record. O(parts). */
export function batchBodyBytes(parts: readonly WalPart[]): number {
  let total = BATCH_HEAD_BYTES
  for (const part of parts) total += PART_HEAD_BYTES + padded(part.bytes.length)
  return total
}

/** Writes the body at target[at …): the one copy an encoded batch goes through before the disk. */
export function encodeBatchBody(
  target: Uint8Array,
  view: DataView,
  at: number,
  parts: readonly WalPart[],
  firstSequence: number,
  lastSequence: number,
): void {
  setUint53(view, at, firstSequence)
  setUint53(view, at + 8, lastSequence)
  view.setUint32(at + 16, parts.length, true)
  view.setUint32(at + 20, 0, true)
  let next = at + BATCH_HEAD_BYTES
  for (const part of parts) {
    view.setUint32(next, part.tableId, true)
    view.setUint32(next + 4, part.familyId, true)
    view.setUint32(next + 8, part.bytes.length, true)
    view.setUint32(next + 12, 0, true)
    next += PART_HEAD_BYTES
    target.set(part.bytes, next)
    target.fill(0, next + part.bytes.length, next + padded(part.bytes.length))
    next += padded(part.bytes.length)
  }
}

export interface BatchBody {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly parts: WalPart[]
}

/** The body of a batch record; null when its lengths do not fit. Part bytes are views on `bytes`. */
export function decodeBatchBody(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  length: number,
): BatchBody | null {
  if (length < BATCH_HEAD_BYTES) return null
  const end = start + length
  const count = view.getUint32(start + 16, true)
  const parts: WalPart[] = []
  let at = start + BATCH_HEAD_BYTES
  for (let i = 0; i < count; i++) {
    if (at + PART_HEAD_BYTES > end) return null
    const partBytes = view.getUint32(at + 8, true)
    const from = at + PART_HEAD_BYTES
    if (partBytes > end - from) return null
    parts.push({
      tableId: view.getUint32(at, true),
      familyId: view.getUint32(at + 4, true),
      bytes: bytes.subarray(from, from + partBytes),
    })
    at = from + padded(partBytes)
  }
  if (at !== end) return null
  return { firstSequence: getUint53(view, start), lastSequence: getUint53(view, start + 8), parts }
}

function padded(length: number): number {
  return (length + 7) & ~7
}
