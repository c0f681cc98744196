/**
 * The framing the WAL and the manifest share: a log file is a header and records, appended only.
 *
 * Record header, 24 bytes, little-endian (the body follows, zero-padded to 8 bytes, so every body is 8-byte aligned):
 *   0 u32 crc      of bytes [4, end of padding), seeded with database, file number and offset
 *   4 u32 length   body bytes without padding, > 0
 *   8 u8  type     ≠ 0, three zero bytes behind it
 *  12 u32 chain    checksum over the headers of all records before it: a record vouches for everything in front of it
 *  16 u64 syncedTo bytes of this file known to be on disk when the record was written
 *
 * syncedTo is what tells a torn tail from damage. A power cut may leave any part of what was not synced, so valid records
 * may lie behind a bad one. If one of them knows the bad one to have been synced, these bytes were lost later: damage. If
 * none does, nothing from the bad record on was ever acknowledged as synced: a torn tail.
 */
import { checksum, checksumSeed } from './checksum.js'

export const RECORD_HEADER_BYTES = 24
export const SEAL_TYPE = 0x7f
export const SEAL_BODY_BYTES = 16
/** Why a log was sealed. */
export const SealReason = { roll: 1, close: 2 } as const
export type SealReasonValue = (typeof SealReason)[keyof typeof SealReason]

/** A point of a log file known to be on disk: `checksum` is the chain there. */
export interface LogMark {
  readonly number: number
  readonly length: number
  readonly checksum: number
}

/** What was cut off (read-only: ignored) behind the last good record of an unsealed log. */
export interface TornTail {
  readonly file: string
  readonly segment: number
  readonly offset: number
  readonly bytes: number
}

/** Which file a record belongs to; part of its checksum's seed. */
export interface LogIdentity {
  /** First word of the database's uuid: records of another database's file of the same number do not pass. */
  readonly database: number
  readonly number: number
  /** WAL or manifest. */
  readonly kind: number
}

export function recordBytes(bodyLength: number): number {
  return RECORD_HEADER_BYTES + ((bodyLength + 7) & ~7)
}

function recordSeed(identity: LogIdentity, offset: number): number {
  return checksumSeed((identity.database ^ identity.number) >>> 0, offset, identity.kind)
}

/**
 * Completes the record whose body already lies at buffer[start + 24 …) and that will be written at file offset `offset`:
 * padding, header, checksum. Answers the chain behind it. O(body).
 */
export function finishRecord(
  buffer: Uint8Array,
  start: number,
  bodyLength: number,
  type: number,
  identity: LogIdentity,
  offset: number,
  chain: number,
  syncedTo: number,
): number {
  const end = start + recordBytes(bodyLength)
  buffer.fill(0, start + RECORD_HEADER_BYTES + bodyLength, end)
  const view = new DataView(buffer.buffer, buffer.byteOffset)
  view.setUint32(start + 4, bodyLength, true)
  view.setUint32(start + 8, type, true)
  view.setUint32(start + 12, chain, true)
  setUint53(view, start + 16, syncedTo)
  view.setUint32(start, checksum(recordSeed(identity, offset), buffer, start + 4, end), true)
  return checksum(chain, buffer, start, start + RECORD_HEADER_BYTES)
}

/**
 * The last record of a log that was closed or rolled: nothing may follow it. All before it is synced first (syncedTo = offset),
 * so that no bad record of a sealed log passes for a torn tail.
 */
export function encodeSeal(
  reason: SealReasonValue,
  identity: LogIdentity,
  offset: number,
  chain: number,
): { bytes: Uint8Array; chain: number } {
  const bytes = new Uint8Array(recordBytes(SEAL_BODY_BYTES))
  const view = new DataView(bytes.buffer)
  view.setUint32(RECORD_HEADER_BYTES, reason, true)
  setUint53(view, RECORD_HEADER_BYTES + 8, offset)
  return {
    bytes,
    chain: finishRecord(bytes, 0, SEAL_BODY_BYTES, SEAL_TYPE, identity, offset, chain, offset),
  }
}

/**
 * Whether a whole, valid record lies at `offset` of the file's bytes. Cheap tests come first: while looking behind a torn
 * tail this is asked of every 8th byte.
 */
export function isRecordAt(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  identity: LogIdentity,
): boolean {
  if (offset + RECORD_HEADER_BYTES > bytes.length) return false
  const type = view.getUint32(offset + 8, true)
  if (type === 0 || type > 0xff) return false
  const length = view.getUint32(offset + 4, true)
  if (length === 0 || length > bytes.length - offset - RECORD_HEADER_BYTES) return false
  const end = offset + recordBytes(length)
  if (end > bytes.length || getUint53(view, offset + 16) > offset) return false
  return checksum(recordSeed(identity, offset), bytes, offset + 4, end) === view.getUint32(offset, true)
}

/** Offset of a valid record behind the bad one at `bad` that knows it to have been synced; -1 when there is none. */
export function findRecordVouching(
  bytes: Uint8Array,
  view: DataView,
  bad: number,
  identity: LogIdentity,
): number {
  for (let offset = bad + 8; offset + RECORD_HEADER_BYTES <= bytes.length; offset += 8) {
    if (getUint53(view, offset + 16) > bad && isRecordAt(bytes, view, offset, identity)) return offset
  }
  return -1
}

/** The chain behind the record at `offset`. */
export function chainBehind(bytes: Uint8Array, offset: number, chain: number): number {
  return checksum(chain, bytes, offset, offset + RECORD_HEADER_BYTES)
}

export function setUint53(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true)
  view.setUint32(offset + 4, Math.floor(value / 4294967296), true)
}

/** An integer of 64 bits; above 2^53 it is inexact, which no valid length, offset or sequence is. */
export function getUint53(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 4294967296
}
