/** A CSV file (plain or .gz) → chunks of text, and the file's fingerprint. */
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { checksum } from '../util/checksum.js'
import { HourbaseError } from '../util/errors.js'

export type CsvEncoding = 'utf-8' | 'latin1'

const CHUNK_BYTES = 256 * 1024
const FINGERPRINT_BYTES = 64 * 1024

/** How far a reader is, in bytes of the file itself. */
export interface FileMeter {
  bytes: number
}

/** @throws SOURCE_INVALID for a file that is missing, unreadable or a damaged archive. */
export async function* readCsvText(
  path: string,
  encoding: CsvEncoding,
  meter: FileMeter = { bytes: 0 },
): AsyncGenerator<string> {
  // latin1 by its own name means windows-1252 to TextDecoder; Buffer's latin1 is the plain one.
  const decoder = encoding === 'utf-8' ? new TextDecoder('utf-8') : null
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const unpack = path.endsWith('.gz') ? createGunzip({ chunkSize: CHUNK_BYTES }) : null
  // an error of the file must reach the reader of the unpacked stream
  if (unpack !== null) file.on('error', (error) => unpack.destroy(error)).pipe(unpack)
  try {
    for await (const chunk of unpack ?? file) {
      const bytes = chunk as Buffer
      meter.bytes = unpack?.bytesWritten ?? file.bytesRead
      yield decoder === null ? bytes.toString('latin1') : decoder.decode(bytes, { stream: true })
    }
    const tail = decoder?.decode() ?? ''
    if (tail !== '') yield tail
  } catch (cause) {
    throw fileError(path, cause)
  } finally {
    file.destroy()
    unpack?.destroy()
  }
}

export function fileSize(path: string): number {
  try {
    return statSync(path).size
  } catch (cause) {
    throw fileError(path, cause)
  }
}

/** Size and checksums of both ends: enough to see that another file has taken the name. */
export function fileFingerprint(path: string): string {
  const buffer = Buffer.alloc(FINGERPRINT_BYTES)
  try {
    const fd = openSync(path, 'r')
    try {
      const { size } = fstatSync(fd)
      const head = checksum(1, buffer, 0, readSync(fd, buffer, 0, FINGERPRINT_BYTES, 0))
      const tail = checksum(
        1,
        buffer,
        0,
        readSync(fd, buffer, 0, FINGERPRINT_BYTES, Math.max(0, size - FINGERPRINT_BYTES)),
      )
      return `csv:${size}:${head.toString(16)}:${tail.toString(16)}`
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    throw fileError(path, cause)
  }
}

function fileError(path: string, cause: unknown): HourbaseError {
  if (cause instanceof HourbaseError) return cause
  const { code = '', message } = cause as { code?: string; message: string }
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code.startsWith('Z') || /file|header|block/.test(message)
        ? `the archive is damaged: ${message}`
        : message
  return new HourbaseError('SOURCE_INVALID', `${path}: ${why}`, {
    cause,
    where: { file: path, errno: code },
    hint:
      code === 'ENOENT'
        ? 'correct the path'
        : 'get the file again, or unpack it with gzip to see how far it goes',
  })
}
