/**
 * Row-key parts as bytes that sort like their values (compared as unsigned bytes). One growing buffer, no allocation per part.
 *
 *   int, hour, day, long, datetime   big-endian, sign bit flipped           4, 4, 4, 8, 8 bytes
 *   ulong                            big-endian                             8 bytes
 *   double                           sign bit flipped, or all bits if < 0   8 bytes; -0 is 0, NaN sorts last
 *   decimal(p,s)                     unscaled, sign bit flipped             the width that holds 10^p
 *   boolean                          0x00 or 0xFF                           1 byte
 *   string, bytes                    0x00 as 0x00FF, end 0x0000             raw where it is the last part
 *   nullable                         0x00 for null, else 0x01 and the value
 */
import { utf8 } from '../util/bytes.js'
import { decimalWidth } from './decimal.js'
import type { Slot } from './value-codec.js'
import type { ValueType } from './value-type.js'

const TWO_32 = 4294967296
const INITIAL_BYTES = 1024

export class KeyWriter {
  bytes: Uint8Array = new Uint8Array(INITIAL_BYTES)
  at = 0
}

const scratch = new DataView(new ArrayBuffer(8))

/** Bytes of a part of fixed width (without the null byte), 0 for string and bytes. */
export function keyWidth(type: ValueType): number {
  switch (type.name) {
    case 'string':
    case 'bytes':
      return 0
    case 'boolean':
      return 1
    case 'int':
    case 'hour':
    case 'day':
      return 4
    case 'decimal':
      return decimalWidth(type.precision)
    default:
      return 8
  }
}

export function reserve(writer: KeyWriter, more: number): void {
  if (writer.at + more <= writer.bytes.length) return
  const grown = new Uint8Array(Math.max(writer.bytes.length * 2, writer.at + more))
  grown.set(writer.bytes.subarray(0, writer.at))
  writer.bytes = grown
}

/** Writes one part. `raw`: the last part, whose end is the key's. `slot` belongs to the type. */
export function writePart(writer: KeyWriter, type: ValueType, slot: Slot, raw: boolean): void {
  switch (type.name) {
    case 'string':
      writeString(writer, slot as string, raw)
      return
    case 'bytes':
      writeEscaped(writer, slot as Uint8Array, raw)
      return
    case 'int':
    case 'hour':
    case 'day':
      writeInt32(writer, slot as number)
      return
    case 'double':
      writeDouble(writer, slot as number)
      return
    case 'boolean':
      writeByte(writer, slot === 0 ? 0 : 0xff)
      return
    case 'decimal':
      writeWide(writer, BigInt(slot as number | bigint), decimalWidth(type.precision))
      return
    case 'ulong':
      writeLong(writer, slot as number | bigint, 0)
      return
    default:
      writeLong(writer, slot as number | bigint, 0x80000000)
  }
}

export function writeByte(writer: KeyWriter, byte: number): void {
  reserve(writer, 1)
  writer.bytes[writer.at++] = byte
}

function writeInt32(writer: KeyWriter, value: number): void {
  reserve(writer, 4)
  putUint32(writer.bytes, writer.at, value ^ 0x80000000)
  writer.at += 4
}

function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** `flip` is XORed into the high half. A number is a safe integer. */
function writeLong(writer: KeyWriter, value: number | bigint, flip: number): void {
  let high: number
  let low: number
  if (typeof value === 'number') {
    high = Math.floor(value / TWO_32)
    low = value - high * TWO_32
  } else {
    scratch.setBigInt64(0, value)
    high = scratch.getUint32(0)
    low = scratch.getUint32(4)
  }
  reserve(writer, 8)
  putUint32(writer.bytes, writer.at, high ^ flip)
  putUint32(writer.bytes, writer.at + 4, low)
  writer.at += 8
}

function writeDouble(writer: KeyWriter, value: number): void {
  // `+ 0` makes -0 a 0; every NaN becomes the one positive quiet NaN.
  scratch.setFloat64(0, Number.isNaN(value) ? Number.NaN : value + 0)
  const high = scratch.getUint32(0)
  const low = scratch.getUint32(4)
  const negative = high >>> 31 === 1 && !Number.isNaN(value)
  reserve(writer, 8)
  putUint32(writer.bytes, writer.at, negative ? ~high : (high & 0x7fffffff) | 0x80000000)
  putUint32(writer.bytes, writer.at + 4, negative ? ~low : low)
  writer.at += 8
}

function writeWide(writer: KeyWriter, value: bigint, width: number): void {
  reserve(writer, width)
  const { bytes, at } = writer
  let rest = value
  for (let i = at + width - 1; i >= at; i--) {
    bytes[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  bytes[at] = bytes[at]! ^ 0x80
  writer.at += width
}

function writeString(writer: KeyWriter, text: string, raw: boolean): void {
  if (!tryWriteText(writer, text, raw)) writeEscaped(writer, utf8(text), raw)
}

/** Writes ASCII without NUL, the usual case; anything else is refused and leaves the writer as it was. */
export function tryWriteText(writer: KeyWriter, text: string, raw: boolean): boolean {
  const length = text.length
  reserve(writer, length + 2)
  const bytes = writer.bytes
  let at = writer.at
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f || code === 0) return false
    bytes[at++] = code
  }
  if (!raw) {
    bytes[at++] = 0
    bytes[at++] = 0
  }
  writer.at = at
  return true
}

function writeEscaped(writer: KeyWriter, value: Uint8Array, raw: boolean): void {
  reserve(writer, value.length * 2 + 2)
  const bytes = writer.bytes
  let at = writer.at
  if (raw) {
    bytes.set(value, at)
    writer.at = at + value.length
    return
  }
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]!
    bytes[at++] = byte
    if (byte === 0) bytes[at++] = 0xff
  }
  bytes[at++] = 0
  bytes[at++] = 0
  writer.at = at
}
