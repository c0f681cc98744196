/**
 * Numbers ↔ value bytes, as HBase's `Bytes` writes them (docs: the type table). A value that cannot be held as a number
 * and come back as the same bytes does not "fit" and stays bytes. One exception: NaN comes back as a NaN, its payload may change.
 */
import type { ValueType } from './value-type.js'

const TWO_32 = 4294967296
const DECIMAL_SCALE_BYTES = 4
const SAFE_DECIMAL_BYTES_MAX = 7

const scratch = new Uint8Array(8)
const scratchView = new DataView(scratch.buffer)

/** Whether columns of this type may be held as Kind.I64. */
export function isLongType(type: ValueType): boolean {
  return type.name === 'long' || type.name === 'ulong' || type.name === 'datetime'
}

/** Whether columns of this type are bytes by nature. */
export function isBytesType(type: ValueType): boolean {
  return type.name === 'bytes' || type.name === 'string'
}

/** Whether the value bytes[start, end) comes back unchanged from Kind.F64. */
export function fitsNumber(type: ValueType, bytes: Uint8Array, start: number, end: number): boolean {
  switch (type.name) {
    case 'double':
      return end - start === 8
    case 'int':
    case 'hour':
    case 'day':
      return end - start === 4
    case 'boolean':
      return end - start === 1 && (bytes[start] === 0 || bytes[start] === 0xff)
    case 'long':
    case 'datetime':
      return end - start === 8 && isSafeLong(readUint32(bytes, start) | 0, readUint32(bytes, start + 4))
    case 'ulong':
      return end - start === 8 && readUint32(bytes, start) < 0x200000
    case 'decimal':
      return fitsDecimal(type, bytes, start, end)
    case 'string':
    case 'bytes':
      return false
  }
}

/** |high·2³² + low| ≤ 2⁵³ - 1. */
function isSafeLong(high: number, low: number): boolean {
  return high < 0x200000 && (high > -0x200000 || (high === -0x200000 && low !== 0))
}

function fitsDecimal(type: ValueType, bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + DECIMAL_SCALE_BYTES
  const length = end - at
  if (length < 1 || length > SAFE_DECIMAL_BYTES_MAX || readUint32(bytes, start) !== type.scale) return false
  const first = bytes[at]!
  if (length > 1) {
    // Two's complement with a superfluous sign byte would come back shorter.
    const second = bytes[at + 1]!
    if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)) return false
  }
  return Number.isSafeInteger(readUnscaled(bytes, at, end))
}

/** The number in a value that fits. */
export function readNumber(type: ValueType, bytes: Uint8Array, start: number, end: number): number {
  switch (type.name) {
    case 'double':
      for (let i = 0; i < 8; i++) scratch[i] = bytes[start + i]!
      return scratchView.getFloat64(0)
    case 'boolean':
      return bytes[start] === 0 ? 0 : 1
    case 'long':
    case 'datetime':
    case 'ulong':
      return (readUint32(bytes, start) | 0) * TWO_32 + readUint32(bytes, start + 4)
    case 'decimal':
      return readUnscaled(bytes, start + DECIMAL_SCALE_BYTES, end)
    default:
      return readUint32(bytes, start) | 0
  }
}

/** The bits of an 8-byte value. */
export function readLong(bytes: Uint8Array, start: number): bigint {
  for (let i = 0; i < 8; i++) scratch[i] = bytes[start + i]!
  return scratchView.getBigInt64(0)
}

/** Length of the value bytes of a number. */
export function numberByteLength(type: ValueType, value: number): number {
  switch (type.name) {
    case 'double':
    case 'long':
    case 'ulong':
    case 'datetime':
      return 8
    case 'boolean':
      return 1
    case 'decimal':
      return DECIMAL_SCALE_BYTES + unscaledByteLength(value)
    default:
      return 4
  }
}

/** Writes the value bytes of a number and gives the offset behind them. */
export function writeNumber(type: ValueType, value: number, into: Uint8Array, at: number): number {
  switch (type.name) {
    case 'double':
      scratchView.setFloat64(0, value)
      for (let i = 0; i < 8; i++) into[at + i] = scratch[i]!
      return at + 8
    case 'boolean':
      into[at] = value === 0 ? 0 : 0xff
      return at + 1
    case 'long':
    case 'ulong':
    case 'datetime':
      return writeSafeLong(value, into, at)
    case 'decimal':
      return writeDecimal(type.scale, value, into, at)
    default:
      writeUint32(value, into, at)
      return at + 4
  }
}

export function writeLong(value: bigint, into: Uint8Array, at: number): number {
  scratchView.setBigInt64(0, value)
  for (let i = 0; i < 8; i++) into[at + i] = scratch[i]!
  return at + 8
}

function writeSafeLong(value: number, into: Uint8Array, at: number): number {
  const high = Math.floor(value / TWO_32)
  writeUint32(high, into, at)
  writeUint32(value - high * TWO_32, into, at + 4)
  return at + 8
}

function writeDecimal(scale: number, unscaled: number, into: Uint8Array, at: number): number {
  writeUint32(scale, into, at)
  const first = at + DECIMAL_SCALE_BYTES
  const end = first + unscaledByteLength(unscaled)
  let rest = unscaled
  for (let i = end - 1; i >= first; i--) {
    const next = Math.floor(rest / 256)
    into[i] = rest - next * 256
    rest = next
  }
  return end
}

/** Bytes of the shortest two's complement of a safe integer. */
function unscaledByteLength(value: number): number {
  let limit = 128
  let length = 1
  while (value >= limit || value < -limit) {
    limit *= 256
    length++
  }
  return length
}

function readUnscaled(bytes: Uint8Array, start: number, end: number): number {
  let value = (bytes[start]! << 24) >> 24
  for (let i = start + 1; i < end; i++) value = value * 256 + bytes[i]!
  return value
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function writeUint32(value: number, into: Uint8Array, at: number): void {
  into[at] = value >>> 24
  into[at + 1] = value >>> 16
  into[at + 2] = value >>> 8
  into[at + 3] = value
}
