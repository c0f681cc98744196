import { HourbaseError } from './errors.js'

/**
 * Little-endian bytes with variable-length integers, the wire form of every small structure in an SSTable.
 *  varint  7 bits a byte, low first, bit 7 set = more follows; 0…2^53-1, at most 8 bytes
 *  signed  the same, but the first byte holds 6 bits and the sign in bit 6 (a safe integer and its sign need 54 bits)
 */
export class VarintWriter {
  bytes: Uint8Array
  length = 0
  #view: DataView

  constructor(capacityBytes = 256) {
    this.bytes = new Uint8Array(capacityBytes)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `count` more bytes and answers where they begin; `length` already counts them. */
  reserve(count: number): number {
    const at = this.length
    const end = at + count
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2))
      grown.set(this.bytes.subarray(0, at))
      this.bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.length = end
    return at
  }

  u8(value: number): void {
    // reserve() may replace the array: it comes first, here and below.
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  u32(value: number): void {
    const at = this.reserve(4)
    this.#view.setUint32(at, value, true)
  }

  f64(value: number): void {
    const at = this.reserve(8)
    this.#view.setFloat64(at, value, true)
  }

  varint(value: number): void {
    let rest = value
    while (rest > 0x7fffffff) {
      this.u8((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.u8((rest & 127) | 0x80)
      rest >>>= 7
    }
    this.u8(rest)
  }

  signed(value: number): void {
    const magnitude = Math.abs(value)
    const first = (magnitude % 64) | (value < 0 ? 64 : 0)
    if (magnitude < 64) {
      this.u8(first)
      return
    }
    this.u8(first | 0x80)
    this.varint(Math.floor(magnitude / 64))
  }

  /** `from[start, end)` as it is. */
  raw(from: Uint8Array, start = 0, end: number = from.length): void {
    const at = this.reserve(end - start)
    this.bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), at)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/** Reads what VarintWriter wrote. Never reads past `end`: bytes that end too early are CORRUPTION. */
export class VarintReader {
  readonly bytes: Uint8Array
  readonly end: number
  at: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.at = start
    this.end = end
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get left(): number {
    return this.end - this.at
  }

  /** Steps over `count` bytes and answers where they begin. */
  take(count: number): number {
    const at = this.at
    if (!(count <= this.end - at)) throw damaged(`${count} bytes wanted where ${this.end - at} are left`)
    this.at = at + count
    return at
  }

  u8(): number {
    return this.bytes[this.take(1)]!
  }

  u32(): number {
    return this.#view.getUint32(this.take(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.take(8), true)
  }

  varint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.u8()
      value += (byte & 127) * factor
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      factor *= 128
    }
    throw damaged('an integer of more than 53 bits')
  }

  /** A varint that must not exceed `max`: read every count this way before allocating for it. */
  bounded(max: number, what: string): number {
    const value = this.varint()
    if (value > max) throw damaged(`${what} ${value} exceeds ${max}`)
    return value
  }

  signed(): number {
    const first = this.u8()
    let magnitude = first & 63
    if (first >= 128) magnitude += this.varint() * 64
    if (magnitude > Number.MAX_SAFE_INTEGER) throw damaged('an integer of more than 53 bits')
    return (first & 64) === 0 ? magnitude : -magnitude
  }

  /** A view of the next `count` bytes. */
  raw(count: number): Uint8Array {
    const at = this.take(count)
    return this.bytes.subarray(at, at + count)
  }

  /** Everything must have been read. */
  expectEnd(what: string): void {
    if (this.at !== this.end) throw damaged(`${this.end - this.at} bytes too many in ${what}`)
  }
}

/** The error of bytes that cannot be what a writer wrote; who knows the file adds where they lie. */
export function damaged(problem: string): HourbaseError {
  return new HourbaseError('CORRUPTION', `damaged bytes: ${problem}`)
}
