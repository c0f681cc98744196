import { HourbaseError } from './errors.js'
import {
  chainBehind,
  findRecordVouching,
  getUint53,
  isRecordAt,
  type LogIdentity,
  RECORD_HEADER_BYTES,
  recordBytes,
  SEAL_BODY_BYTES,
  SEAL_TYPE,
  type TornTail,
} from './log-format.js'

/**
 * Walks the records of one log file that has been read whole. After next() answered true, type, bodyStart and bodyLength
 * are those of the record; the seal is not handed out. After false, `offset` is the end of the good bytes.
 * @throws CORRUPTION where bytes are wrong that a power cut cannot explain.
 */
export class LogCursor {
  readonly file: string
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly identity: LogIdentity
  /** End of the good records so far. */
  offset: number
  /** Checksum over the headers of the good records so far; begins with the file header's checksum. */
  chain: number
  /** Bytes of the file known to have been synced, as far as its good records tell. */
  syncedTo: number
  sealed = false
  recordOffset = 0
  type = 0
  bodyStart = 0
  bodyLength = 0

  constructor(file: string, bytes: Uint8Array, headerBytes: number, chain: number, identity: LogIdentity) {
    this.file = file
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.identity = identity
    this.offset = headerBytes
    this.syncedTo = headerBytes
    this.chain = chain
  }

  next(): boolean {
    const at = this.offset
    if (this.sealed || !isRecordAt(this.bytes, this.view, at, this.identity)) return false
    if (this.view.getUint32(at + 12, true) !== this.chain) {
      throw corrupt(this.file, at, 'the records before it are not the ones it was written behind')
    }
    this.recordOffset = at
    this.type = this.view.getUint32(at + 8, true)
    this.bodyStart = at + RECORD_HEADER_BYTES
    this.bodyLength = this.view.getUint32(at + 4, true)
    this.syncedTo = Math.max(this.syncedTo, getUint53(this.view, at + 16))
    this.chain = chainBehind(this.bytes, at, this.chain)
    this.offset = at + recordBytes(this.bodyLength)
    if (this.type !== SEAL_TYPE) return true
    this.#checkSeal(at)
    return false
  }

  /** What follows the good records of a log that nothing came after: null when nothing does. */
  tail(): TornTail | null {
    const bytes = this.bytes.length - this.offset
    if (bytes === 0) return null
    if (this.sealed) throw corrupt(this.file, this.offset, `${bytes} bytes behind the seal`)
    const witness = findRecordVouching(this.bytes, this.view, this.offset, this.identity)
    if (witness !== -1) {
      throw corrupt(this.file, this.offset, `bad record; the record at ${witness} knows it was on disk`)
    }
    return { file: this.file, segment: this.identity.number, offset: this.offset, bytes }
  }

  #checkSeal(at: number): void {
    if (this.bodyLength !== SEAL_BODY_BYTES || getUint53(this.view, this.bodyStart + 8) !== at) {
      throw corrupt(this.file, at, 'the seal names another length')
    }
    this.sealed = true
  }
}

/** Damage of a log: bytes that were on disk are wrong. */
export function corrupt(file: string, offset: number, problem: string): HourbaseError {
  return new HourbaseError('CORRUPTION', `${file} is damaged at byte ${offset}: ${problem}`, {
    where: { file, offset },
    hint: 'restore the file from a backup; `hourbase check` lists all damage. Nothing was changed or cut off',
  })
}
