const NATIVE_COMPARE_MIN = 48

/** Compare `a[aStart,aEnd)` with `b[bStart,bEnd)` as unsigned bytes: negative, 0 or positive. O(common prefix). */
export function compareRange(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const aLength = aEnd - aStart
  const bLength = bEnd - bStart
  const common = aLength < bLength ? aLength : bLength
  if (common > NATIVE_COMPARE_MIN) {
    const c = Buffer.compare(a.subarray(aStart, aEnd), b.subarray(bStart, bEnd))
    return c
  }
  for (let i = 0; i < common; i++) {
    const d = a[aStart + i]! - b[bStart + i]!
    if (d !== 0) return d
  }
  return aLength - bLength
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareRange(a, 0, a.length, b, 0, b.length)
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0
}

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return (
    bytes.length >= prefix.length && compareRange(bytes, 0, prefix.length, prefix, 0, prefix.length) === 0
  )
}

export const EMPTY: Uint8Array = new Uint8Array(0)

/** The smallest key above every key that starts with `prefix`; empty (= no bound) when there is none. */
export function prefixSuccessor(prefix: Uint8Array): Uint8Array {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length--
  if (length === 0) return EMPTY
  const next = prefix.slice(0, length)
  next[length - 1] = next[length - 1]! + 1
  return next
}

/** The smallest key above `key`: the key and one zero byte. */
export function keySuccessor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

export function utf8Decode(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

export function toBytes(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : value
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let total = 0
  for (const part of parts) total += part.length
  const out = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Printable ASCII stays, every other byte becomes \xNN: the way HBase's shell shows keys. */
export function displayBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    text +=
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
  }
  return text
}
