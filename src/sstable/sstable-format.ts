/**
 * The frame of an SSTable file; docs/format-sstable.md has the byte tables. Do not change any value: they are on disk.
 *
 *   header · (block | bloom filter)* · index · footer
 *
 * Every byte is covered by a CRC-32 whose seed holds the file's id, the offset of the part and its kind: a part found at
 * another place, or in another file, fails like a damaged one.
 */
import { checksum, checksumSeed } from '../util/checksum.js'
import { HourbaseError } from '../util/errors.js'
import { damaged, VarintReader, VarintWriter } from '../util/varint.js'

export const FORMAT_VERSION = 1
export const HEADER_BYTES = 40
export const FOOTER_BYTES = 64

/** Kinds for checksum seeds. Sections of a block are SECTION + their number. */
export const PartKind = { HEADER: 1, FOOTER: 2, INDEX: 3, BLOOM: 4, HEAD: 5, SECTION: 16 } as const

/** Limits: nothing read from disk may ask for more. */
export const BLOCK_ROWS_MAX = 65_536
export const BLOCK_CELLS_MAX = 16_777_216
export const BLOCK_BYTES_MAX = 4_294_967_295
/** The largest target of a decoded block; only one row that is larger by itself exceeds it. */
export const BLOCK_TARGET_BYTES_MAX: number = 16 * 1024 * 1024 - 65_536

const HEADER_MAGIC = 'HBSSTAB1'
const FOOTER_MAGIC = 'HBSSTEND'
const MAGIC_BYTES = 8

export interface SstableHeader {
  readonly fileId: number
  readonly tableId: number
  readonly familyId: number
}

export interface SstableFooter {
  readonly fileBytes: number
  readonly indexOffset: number
  /** As stored, and after decompression (equal = stored as it is). */
  readonly indexBytes: number
  readonly indexRawBytes: number
  readonly indexChecksum: number
}

export function seedOf(fileId: number, offset: number, kind: number): number {
  return checksumSeed(fileId, offset, kind)
}

function writeMagic(writer: VarintWriter, magic: string): void {
  for (let i = 0; i < MAGIC_BYTES; i++) writer.u8(magic.charCodeAt(i))
}

function hasMagic(bytes: Uint8Array, magic: string): boolean {
  for (let i = 0; i < MAGIC_BYTES; i++) if (bytes[i] !== magic.charCodeAt(i)) return false
  return true
}

/** Appends the checksum of all that was written. */
function seal(writer: VarintWriter, seed: number): Uint8Array {
  writer.u32(checksum(seed, writer.bytes, 0, writer.length))
  return writer.finish()
}

function isSealed(bytes: Uint8Array, seed: number): boolean {
  const body = bytes.length - 4
  return new VarintReader(bytes, body).u32() === checksum(seed, bytes, 0, body)
}

export function encodeHeader(header: SstableHeader): Uint8Array {
  const writer = new VarintWriter(HEADER_BYTES)
  writeMagic(writer, HEADER_MAGIC)
  writer.u32(FORMAT_VERSION)
  writer.f64(header.fileId)
  writer.f64(header.tableId)
  writer.f64(header.familyId)
  return seal(writer, seedOf(header.fileId, 0, PartKind.HEADER))
}

/** @throws CORRUPTION; FORMAT_UNKNOWN when the header is whole but of a newer version. */
export function decodeHeader(bytes: Uint8Array, fileId: number): SstableHeader {
  if (bytes.length < HEADER_BYTES || !hasMagic(bytes, HEADER_MAGIC)) throw damaged('this is no SSTable')
  const reader = new VarintReader(bytes, MAGIC_BYTES)
  const version = reader.u32()
  const foundId = reader.f64()
  if (!isSealed(bytes, seedOf(foundId, 0, PartKind.HEADER))) throw damaged('the header fails its checksum')
  if (version !== FORMAT_VERSION) {
    throw new HourbaseError('FORMAT_UNKNOWN', `SSTable format ${version} is not known`, {
      where: { fileId: foundId, version },
      hint: 'the file was written by a newer Hourbase: open it with that version',
    })
  }
  if (foundId !== fileId) throw damaged(`this is file ${foundId}, expected ${fileId}`)
  return { fileId, tableId: reader.f64(), familyId: reader.f64() }
}

export function encodeFooter(footer: SstableFooter, fileId: number): Uint8Array {
  const writer = new VarintWriter(FOOTER_BYTES)
  writeMagic(writer, FOOTER_MAGIC)
  writer.u32(FORMAT_VERSION)
  writer.f64(fileId)
  writer.f64(footer.fileBytes)
  writer.f64(footer.indexOffset)
  writer.f64(footer.indexBytes)
  writer.f64(footer.indexRawBytes)
  writer.u32(footer.indexChecksum)
  writer.u32(0)
  return seal(writer, seedOf(fileId, footer.fileBytes - FOOTER_BYTES, PartKind.FOOTER))
}

/** `fileBytes`: the size the file has. */
export function decodeFooter(bytes: Uint8Array, fileId: number, fileBytes: number): SstableFooter {
  if (bytes.length < FOOTER_BYTES || !hasMagic(bytes, FOOTER_MAGIC)) throw damaged('the file has no footer')
  const seed = seedOf(fileId, fileBytes - FOOTER_BYTES, PartKind.FOOTER)
  if (!isSealed(bytes, seed)) throw damaged('the footer fails its checksum')
  const reader = new VarintReader(bytes, MAGIC_BYTES)
  const version = reader.u32()
  if (version !== FORMAT_VERSION || reader.f64() !== fileId)
    throw damaged('the footer belongs to another file')
  const footer = {
    fileBytes: reader.f64(),
    indexOffset: reader.f64(),
    indexBytes: reader.f64(),
    indexRawBytes: reader.f64(),
    indexChecksum: reader.u32(),
  }
  const end = footer.indexOffset + footer.indexBytes + FOOTER_BYTES
  if (footer.fileBytes !== fileBytes || end !== fileBytes || footer.indexOffset < HEADER_BYTES) {
    throw damaged(`the footer speaks of ${footer.fileBytes} bytes, the file has ${fileBytes}`)
  }
  return footer
}
