/** Row-key parts out of key bytes: the inverse of key-writer.ts. Positions are checked: any bytes may have been written by a raw client. */

import { twosComplement } from './decimal.js'
import type { RowKeyPart } from './descriptor.js'
import { keyWidth } from './key-writer.js'
import { decodeUtf8 } from './text.js'
import type { ValueType } from './value-type.js'

/** A part's value: int, hour, day (hours, days), double and boolean as numbers; long, ulong, datetime (µs), decimal (unscaled) as bigint. */
export type KeySlot = number | bigint | string | Uint8Array | null

const scratch = new DataView(new ArrayBuffer(8))

/** The offset behind the part that begins at `at`, or -1 where the bytes hold no such part. `raw`: it is the last one. */
export function skipPart(part: RowKeyPart, raw: boolean, bytes: Uint8Array, at: number, end: number): number {
  let start = at
  if (part.nullable) {
    if (at >= end || bytes[at]! > 1) return -1
    if (bytes[at] === 0) return at + 1
    start++
  }
  const width = keyWidth(part.type)
  if (width > 0) return start + width <= end ? start + width : -1
  return raw ? end : behindTerminator(bytes, start, end)
}

function behindTerminator(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i + 1 < end; i++) {
    if (bytes[i] !== 0) continue
    if (bytes[i + 1] === 0) return i + 2
    if (bytes[i + 1] !== 0xff) return -1
    i++
  }
  return -1
}

/** The part in bytes[start, end) as skipPart found it. */
export function readSlot(
  part: RowKeyPart,
  raw: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): KeySlot {
  let at = start
  if (part.nullable) {
    if (bytes[at] === 0) return null
    at++
  }
  if (keyWidth(part.type) > 0) return readFixed(part.type, bytes, at)
  const last = raw ? end : end - 2
  const plain = raw ? bytes : unescaped(bytes, at, last)
  const from = plain === bytes ? at : 0
  const to = plain === bytes ? last : plain.length
  return part.type.name === 'string' ? decodeUtf8(plain, from, to) : plain.slice(from, to)
}

/** `bytes` itself where nothing is escaped. */
function unescaped(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let zeros = 0
  for (let i = start; i < end; i++) if (bytes[i] === 0) zeros++
  if (zeros === 0) return bytes
  const out = new Uint8Array(end - start - zeros)
  let at = 0
  for (let i = start; i < end; i++) {
    out[at++] = bytes[i]!
    if (bytes[i] === 0) i++
  }
  return out
}

function readFixed(type: ValueType, bytes: Uint8Array, at: number): KeySlot {
  switch (type.name) {
    case 'boolean':
      return bytes[at] === 0 ? 0 : 1
    case 'int':
    case 'hour':
    case 'day':
      return int32Of(uint32At(bytes, at))
    case 'decimal':
      return readWide(bytes, at, keyWidth(type))
    case 'double':
      return doubleOf(uint32At(bytes, at), uint32At(bytes, at + 4))
    default:
      return longOf(type, uint32At(bytes, at), uint32At(bytes, at + 4))
  }
}

function readWide(bytes: Uint8Array, at: number, width: number): bigint {
  const copy = bytes.slice(at, at + width)
  copy[0] = copy[0]! ^ 0x80
  return twosComplement(copy, 0, width)
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** The value of a 4-byte part (or the suffix that holds one). */
export function int32Of(encoded: number): number {
  return encoded ^ 0x80000000
}

export function doubleOf(high: number, low: number): number {
  const negative = high >>> 31 === 0
  scratch.setUint32(0, negative ? ~high : high & 0x7fffffff)
  scratch.setUint32(4, negative ? ~low : low)
  return scratch.getFloat64(0)
}

/** long, datetime: signed; ulong: unsigned. */
export function longOf(type: ValueType, high: number, low: number): bigint {
  scratch.setUint32(0, type.name === 'ulong' ? high : high ^ 0x80000000)
  scratch.setUint32(4, low)
  return type.name === 'ulong' ? scratch.getBigUint64(0) : scratch.getBigInt64(0)
}
