/**
 * Files of the manifest: `manifest/00000001.log`, a header and records (util/log-format.ts), the first one a snapshot of
 * the whole state, the others lists of edits; and `manifest/CURRENT`, which names the log that counts.
 * docs/format-manifest.md has the byte tables.
 *
 * Both headers, 48 bytes, little-endian:
 *   0 magic 'HOURMAN\n' or 'HOURCUR\n'   8 u32 format version   12 u32 0   16 uuid of the database (16 bytes)
 *  32 u32 number of the log              36 8 zero bytes        44 u32 crc of bytes [0, 44)
 */
import { equalBytes, utf8 } from '../util/bytes.js'
import { checksum, checksumSeed } from '../util/checksum.js'
import { HourbaseError } from '../util/errors.js'
import type { LogIdentity } from '../util/log-format.js'

export const MANIFEST_KIND = 0x4d414e
export const CURRENT_KIND = 0x435552
/** 1 had neither namespaces nor snapshots; it is read, never written. */
export const MANIFEST_FORMAT_VERSION = 2
export const HEADER_BYTES = 48
export const SNAPSHOT_TYPE: number = 1
export const EDITS_TYPE: number = 2
export const CURRENT_NAME = 'CURRENT'
export const CURRENT_TEMPORARY_NAME = 'CURRENT.tmp'
const CRC_AT = 44
const MAGIC = { [MANIFEST_KIND]: utf8('HOURMAN\n'), [CURRENT_KIND]: utf8('HOURCUR\n') }

type HeaderKind = typeof MANIFEST_KIND | typeof CURRENT_KIND

export interface ManifestHeader {
  readonly databaseUuid: Uint8Array
  readonly number: number
}

export function logName(number: number): string {
  return `${String(number).padStart(8, '0')}.log`
}

export function logNumbers(names: readonly string[]): number[] {
  return names.filter((name) => /^\d{8,10}\.log$/.test(name)).map((name) => Number.parseInt(name, 10))
}

export function logIdentity({ databaseUuid, number }: ManifestHeader): LogIdentity {
  const view = new DataView(databaseUuid.buffer, databaseUuid.byteOffset, databaseUuid.byteLength)
  return { database: view.getUint32(0, true), number, kind: MANIFEST_KIND }
}

export function encodeHeader(kind: HeaderKind, header: ManifestHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC[kind]!, 0)
  view.setUint32(8, MANIFEST_FORMAT_VERSION, true)
  bytes.set(header.databaseUuid, 16)
  view.setUint32(32, header.number, true)
  view.setUint32(CRC_AT, headerCrc(kind, bytes), true)
  return bytes
}

/** The header at the beginning of `bytes`, or null when it is not whole. @throws FORMAT_UNKNOWN for a version of the future. */
export function decodeHeader(kind: HeaderKind, file: string, bytes: Uint8Array): ManifestHeader | null {
  if (bytes.length < HEADER_BYTES || !equalBytes(bytes.subarray(0, 8), MAGIC[kind]!)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(CRC_AT, true) !== headerCrc(kind, bytes)) return null
  const version = view.getUint32(8, true)
  if (version < 1 || version > MANIFEST_FORMAT_VERSION)
    throw unknownFormat(file, `manifest format ${version}`)
  return { databaseUuid: bytes.slice(16, 32), number: view.getUint32(32, true) }
}

/** The chain of a log begins with its header's checksum. */
export function headerChain(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(CRC_AT, true)
}

export function unknownFormat(file: string, what: string): HourbaseError {
  return new HourbaseError('FORMAT_UNKNOWN', `${file} has ${what}, which this release does not know`, {
    where: { file },
    hint: 'open the database with the release that wrote it, or a newer one',
  })
}

function headerCrc(kind: HeaderKind, bytes: Uint8Array): number {
  return checksum(checksumSeed(kind, 0, kind), bytes, 0, CRC_AT)
}
