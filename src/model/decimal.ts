/** decimal(p,s): text ↔ unscaled integer, and Java's BigInteger bytes. Exact or an error; never a double in between. */
import type { ValueType } from './value-type.js'

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/** The unscaled integer of `text` at the type's scale, or what is wrong with it. */
export function parseDecimal(text: string, type: ValueType): bigint | string {
  const match = DECIMAL.exec(text)
  if (match === null) return 'not a decimal number'
  const [, sign, whole = '', fraction = '', exponentText] = match
  const digits = whole + fraction
  if (digits.length === 0) return 'not a decimal number'
  // value = digits × 10^exponent
  const exponent = Number(exponentText ?? 0) - fraction.length
  const significant = digits.replace(/^0+/, '').replace(/0+$/, '')
  if (significant.length === 0) return 0n
  const dropped = digits.length - digits.replace(/0+$/, '').length
  const shift = exponent + dropped + type.scale
  if (shift < 0) return `it has more than ${type.scale} digits after the point`
  if (significant.length + shift > type.precision) return `it has more than ${type.precision} digits`
  const unscaled = BigInt(significant) * 10n ** BigInt(shift)
  return sign === '-' ? -unscaled : unscaled
}

/** `-12.30` for -1230 at scale 2: always `scale` digits after the point. */
export function formatDecimal(unscaled: bigint | number, scale: number): string {
  const text = String(unscaled)
  if (scale === 0) return text
  const negative = text.startsWith('-')
  const digits = (negative ? text.slice(1) : text).padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** Bytes of a two's complement integer that holds every value of the precision: ±(10^p - 1). */
export function decimalWidth(precision: number): number {
  return Math.ceil(((10n ** BigInt(precision)).toString(2).length + 1) / 8)
}

/** `Bytes.toBytes(BigDecimal)`: 4-byte scale, then the shortest big-endian two's complement. */
export function decimalToBytes(unscaled: bigint, scale: number): Uint8Array {
  let width = 1
  while (BigInt.asIntN(width * 8, unscaled) !== unscaled) width++
  const bytes = new Uint8Array(4 + width)
  new DataView(bytes.buffer).setInt32(0, scale)
  let rest = unscaled
  for (let i = bytes.length - 1; i >= 4; i--) {
    bytes[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** The unscaled integer at `scale` of a BigDecimal's bytes of any scale; null when they are none or do not fit exactly. */
export function decimalFromBytes(bytes: Uint8Array, scale: number): bigint | null {
  if (bytes.length < 5) return null
  const storedScale = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!
  const unscaled = twosComplement(bytes, 4, bytes.length)
  if (storedScale === scale) return unscaled
  if (Math.abs(storedScale - scale) > 400) return null
  if (storedScale < scale) return unscaled * 10n ** BigInt(scale - storedScale)
  const divisor = 10n ** BigInt(storedScale - scale)
  return unscaled % divisor === 0n ? unscaled / divisor : null
}

export function twosComplement(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n
  for (let i = start; i < end; i++) value = (value << 8n) | BigInt(bytes[i]!)
  return BigInt.asIntN((end - start) * 8, value)
}
