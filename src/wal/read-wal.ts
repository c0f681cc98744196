import { assert } from '../util/assert.js'
import { equalBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { corrupt, LogCursor } from '../util/log-cursor.js'
import type { LogMark, TornTail } from '../util/log-format.js'
import type { WalEnd } from './wal-end.js'
import {
  BATCH_TYPE,
  decodeBatchBody,
  decodeSegmentHeader,
  headerChain,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentIdentity,
  segmentName,
  segmentNumbers,
  type WalPart,
} from './wal-format.js'

export type { WalEnd } from './wal-end.js'

export interface WalRecord {
  readonly segment: number
  readonly offset: number
  readonly firstSequence: number
  readonly lastSequence: number
  /** Bytes are views on one SharedArrayBuffer a segment, 8-byte aligned. */
  readonly parts: readonly WalPart[]
}

export interface WalReadOptions {
  readonly databaseUuid: Uint8Array
  /** Older segments are ignored. From 1 on this segment must exist; 0: none need exist. */
  readonly fromSegment: number
  /** This segment must exist. */
  readonly lastKnownSegment?: number
}

/** Reads all records, in order. Writes nothing. @throws CORRUPTION with file and offset; I/O errors as they come. */
export function readWal(vfs: Vfs, directory: string, options: WalReadOptions): WalReplay {
  return new WalReplay(vfs, directory, options)
}

interface OpenSegment {
  readonly file: string
  readonly number: number
  readonly bytes: Uint8Array
  /** Null: its header is torn. */
  readonly header: SegmentHeader | null
}

export class WalReplay implements Iterable<WalRecord> {
  readonly #vfs: Vfs
  readonly #directory: string
  readonly #options: WalReadOptions
  #end: WalEnd | null = null
  #started = false

  constructor(vfs: Vfs, directory: string, options: WalReadOptions) {
    this.#vfs = vfs
    this.#directory = directory
    this.#options = options
  }

  /** Where it ended; known after the iteration. */
  get end(): WalEnd {
    assert(this.#end !== null, 'the WAL has been read to its end')
    return this.#end
  }

  *[Symbol.iterator](): Iterator<WalRecord> {
    assert(!this.#started, 'the WAL is read once')
    this.#started = true
    const numbers = this.#segmentNumbers()
    const marks: LogMark[] = []
    let last: LogCursor | null = null
    let lastSequence = 0
    let torn: TornTail | null = null
    for (const number of numbers) {
      const segment = this.#load(number)
      if (segment.header === null) {
        torn = this.#stillborn(segment, number === numbers.at(-1), last)
        break
      }
      this.#checkHeader(segment.file, segment.header, last)
      marks.push(segment.header.manifest)
      const cursor = cursorOf(segment, segment.header)
      while (cursor.next()) {
        const record = toRecord(cursor, number)
        if (record.firstSequence <= lastSequence)
          throw corrupt(segment.file, record.offset, 'sequences go back')
        lastSequence = record.lastSequence
        yield record
      }
      if (number === numbers.at(-1)) torn = cursor.tail()
      else if (cursor.offset < segment.bytes.length) throw corrupt(segment.file, cursor.offset, 'bad record')
      last = cursor
    }
    const known = this.#options.lastKnownSegment ?? 0
    if ((last?.identity.number ?? 0) < known) throw this.#missing(known)
    this.#end = endOf(last, lastSequence, torn, marks)
  }

  #segmentNumbers(): number[] {
    const { fromSegment } = this.#options
    const names = this.#vfs.exists(this.#directory) ? this.#vfs.list(this.#directory) : []
    const numbers = segmentNumbers(names).filter((number) => number >= fromSegment)
    if (fromSegment > 0 && numbers[0] !== fromSegment) throw this.#missing(fromSegment)
    for (let i = 1; i < numbers.length; i++) {
      if (numbers[i] !== numbers[i - 1]! + 1) throw this.#missing(numbers[i - 1]! + 1)
    }
    return numbers
  }

  #load(number: number): OpenSegment {
    const path = `${this.#directory}/${segmentName(number)}`
    const file = this.#vfs.open(path, 'read')
    try {
      const size = file.size()
      const bytes = new Uint8Array(new SharedArrayBuffer(size))
      const read = file.read(bytes, 0, size, 0)
      const whole = bytes.subarray(0, read)
      const header = decodeSegmentHeader(path, whole.subarray(0, SEGMENT_HEADER_BYTES), number)
      return { file: path, number, bytes: whole, header }
    } finally {
      file.close()
    }
  }

  /** A bad header: harmless in a file that was being created, damage in one that holds or held records. */
  #stillborn(segment: OpenSegment, isLast: boolean, last: LogCursor | null): TornTail | null {
    if (!isLast || segment.bytes.length > SEGMENT_HEADER_BYTES)
      throw corrupt(segment.file, 0, 'bad segment header')
    if (last === null && this.#options.fromSegment > 0) throw corrupt(segment.file, 0, 'bad segment header')
    return { file: segment.file, segment: segment.number, offset: 0, bytes: segment.bytes.length }
  }

  /** A segment names the database and how its predecessor ended: a segment lost, swapped or cut short is found here. */
  #checkHeader(file: string, header: SegmentHeader, last: LogCursor | null): void {
    if (!equalBytes(header.databaseUuid, this.#options.databaseUuid)) {
      throw corrupt(file, 16, 'the segment belongs to another database')
    }
    if (header.previous.number !== header.number - 1) throw corrupt(file, 48, 'it follows another segment')
    if (last === null) return
    if (header.previous.length !== last.offset || header.previous.checksum !== last.chain) {
      throw corrupt(
        last.file,
        last.offset,
        `segment ${header.number} knows it to have ended at ${header.previous.length}`,
      )
    }
  }

  #missing(number: number): HourbaseError {
    const file = `${this.#directory}/${segmentName(number)}`
    return new HourbaseError('CORRUPTION', `${file} is missing: writes it held are lost`, {
      where: { file, segment: number },
      hint: 'restore the file; nothing else in the directory needs to change',
    })
  }
}

function cursorOf(segment: OpenSegment, header: SegmentHeader): LogCursor {
  const identity = segmentIdentity(header.databaseUuid, header.number)
  return new LogCursor(
    segment.file,
    segment.bytes,
    SEGMENT_HEADER_BYTES,
    headerChain(segment.bytes),
    identity,
  )
}

function toRecord(cursor: LogCursor, segment: number): WalRecord {
  if (cursor.type !== BATCH_TYPE)
    throw corrupt(cursor.file, cursor.recordOffset, `unknown record type ${cursor.type}`)
  const body = decodeBatchBody(cursor.bytes, cursor.view, cursor.bodyStart, cursor.bodyLength)
  if (body === null) throw corrupt(cursor.file, cursor.recordOffset, 'the lengths of its parts do not fit')
  return { segment, offset: cursor.recordOffset, ...body }
}

function endOf(
  last: LogCursor | null,
  lastSequence: number,
  torn: TornTail | null,
  marks: LogMark[],
): WalEnd {
  return {
    segment: last?.identity.number ?? 0,
    length: last?.offset ?? 0,
    checksum: last?.chain ?? 0,
    syncedTo: last?.syncedTo ?? 0,
    sealed: last?.sealed ?? false,
    lastSequence,
    torn,
    manifestMarks: marks,
  }
}
