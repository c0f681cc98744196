/** An SSTable's frame read and checked: header, footer, index. */
import { checksum } from '../util/checksum.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import type { VfsFile } from '../util/fs.js'
import { lz4Decompress } from '../util/lz4.js'
import { damaged } from '../util/varint.js'
import { type DecodedIndex, decodeIndex } from './index-codec.js'
import {
  decodeFooter,
  decodeHeader,
  FOOTER_BYTES,
  HEADER_BYTES,
  PartKind,
  type SstableFooter,
  type SstableHeader,
  seedOf,
} from './sstable-format.js'

export interface SstableFrame {
  readonly header: SstableHeader
  readonly footer: SstableFooter
  readonly index: DecodedIndex
}

/** Bytes [offset, offset + length) of the file. @throws CORRUPTION when it ends before. */
export function readExactly(file: VfsFile, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const read = file.read(bytes, 0, length, offset)
  if (read !== length) throw damaged(`the file ends ${length - read} bytes too early`)
  return bytes
}

/** @throws CORRUPTION, FORMAT_UNKNOWN, with path, offset and file id. */
export function readFrame(file: VfsFile, fileId: number): SstableFrame {
  const fileBytes = file.size()
  const header = locate(file.path, fileId, 0, () =>
    decodeHeader(readExactly(file, 0, Math.min(fileBytes, HEADER_BYTES)), fileId),
  )
  const footerOffset = Math.max(HEADER_BYTES, fileBytes - FOOTER_BYTES)
  const footer = locate(file.path, fileId, footerOffset, () =>
    decodeFooter(readExactly(file, footerOffset, fileBytes - footerOffset), fileId, fileBytes),
  )
  const index = locate(file.path, fileId, footer.indexOffset, () => readIndex(file, fileId, footer))
  return { header, footer, index }
}

function readIndex(file: VfsFile, fileId: number, footer: SstableFooter): DecodedIndex {
  const { indexOffset, indexBytes, indexRawBytes } = footer
  const stored = readExactly(file, indexOffset, indexBytes)
  if (checksum(seedOf(fileId, indexOffset, PartKind.INDEX), stored) !== footer.indexChecksum) {
    throw damaged('the index fails its checksum')
  }
  const bytes = indexRawBytes === indexBytes ? stored : lz4Decompress(stored, indexRawBytes)
  return decodeIndex(bytes, HEADER_BYTES, indexOffset)
}

/** Runs a decoder; whatever it throws is told with the place. */
export function locate<T>(path: string, fileId: number, offset: number, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw damageAt(cause, { path, fileId, offset })
  }
}

/**
 * The error to throw for `cause`, met while decoding bytes at `where`. I/O errors and unknown formats stay what they are; anything
 * else thrown by a decoder means bytes that no writer wrote.
 */
export function damageAt(cause: unknown, where: Record<string, string | number>): Error {
  const isTyped = isHourbaseError(cause)
  if (isTyped && (cause.code !== 'CORRUPTION' || 'path' in cause.where)) return cause
  const problem = (cause as Error).message.replace(/^damaged bytes: /, '')
  return new HourbaseError('CORRUPTION', `${where['path']}: damaged at byte ${where['offset']}: ${problem}`, {
    cause,
    where,
    hint: 'restore the file from a backup, or take it out with repair and import its key range again',
  })
}
