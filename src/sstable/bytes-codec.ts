/**
 * Byte strings: their lengths (integers), then in chunks of their own all short ones end to end, and each large one alone.
 * A chunk is a section or shares one, so a large value is never compressed or read together with others.
 */
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readIntegers, writeIntegers } from './integer-codec.js'

export const LARGE_VALUE_BYTES = 65_536
const TOTAL_BYTES_MAX = 4294967295

/** Where byte strings come from: entry e is data[offsets[e], offsets[e + 1]). */
export interface ByteEntries {
  readonly offsets: Uint32Array
  readonly data: Uint8Array
}

/** Appends the lengths of entries[0, count) and hands their bytes to `chunk`. */
export function writeByteStrings(
  writer: VarintWriter,
  from: ByteEntries,
  entries: Uint32Array,
  count: number,
  chunk: (bytes: Uint8Array) => void,
): void {
  const { offsets, data } = from
  const lengths = new Float64Array(count)
  let shortBytes = 0
  for (let i = 0; i < count; i++) {
    const length = offsets[entries[i]! + 1]! - offsets[entries[i]!]!
    lengths[i] = length
    if (length < LARGE_VALUE_BYTES) shortBytes += length
  }
  writeIntegers(writer, lengths, count)
  const short = new Uint8Array(shortBytes)
  const large: Uint8Array[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const start = offsets[entries[i]!]!
    const length = lengths[i]!
    if (length >= LARGE_VALUE_BYTES) large.push(data.slice(start, start + length))
    else {
      copyBytes(data, start, short, at, length)
      at += length
    }
  }
  chunk(short)
  for (const value of large) chunk(value)
}

const NATIVE_COPY_MIN = 64

function copyBytes(from: Uint8Array, start: number, to: Uint8Array, at: number, length: number): void {
  if (length >= NATIVE_COPY_MIN) {
    to.set(from.subarray(start, start + length), at)
    return
  }
  for (let i = 0; i < length; i++) to[at + i] = from[start + i]!
}

/**
 * Reads `count` byte strings. Where `valid` is given, they belong to the rows it marks, and the other rows get empty ones.
 * `chunk` answers the next chunk.
 */
export function readByteStrings(
  reader: VarintReader,
  count: number,
  valid: Uint8Array | null,
  chunk: () => Uint8Array,
): ByteEntries {
  const lengths = readIntegers(reader, count, new Float64Array(count))
  const slots = valid === null ? count : valid.length
  const offsets = new Uint32Array(slots + 1)
  let next = 0
  let total = 0
  let hasLarge = false
  for (let slot = 0; slot < slots; slot++) {
    if (valid === null || valid[slot] === 1) {
      const length = lengths[next++]!
      if (!(length >= 0)) throw damaged(`a value of ${length} bytes`)
      total += length
      if (length >= LARGE_VALUE_BYTES) hasLarge = true
    }
    if (total > TOTAL_BYTES_MAX) throw damaged(`values of more than ${TOTAL_BYTES_MAX} bytes`)
    offsets[slot + 1] = total
  }
  const short = chunk()
  const data = hasLarge ? joinLarge(offsets, short, chunk) : short
  if (data.length !== total) throw damaged(`${data.length} bytes of values, expected ${total}`)
  return { offsets, data }
}

/** Short and large values back in one piece; lengths are checked before anything is allocated for them. */
function joinLarge(offsets: Uint32Array, short: Uint8Array, chunk: () => Uint8Array): Uint8Array {
  const count = offsets.length - 1
  const parts: Uint8Array[] = []
  let shortAt = 0
  let pending = 0
  const flush = (): void => {
    parts.push(short.subarray(shortAt, shortAt + pending))
    shortAt += pending
    pending = 0
  }
  for (let i = 0; i < count; i++) {
    const length = offsets[i + 1]! - offsets[i]!
    if (length < LARGE_VALUE_BYTES) {
      pending += length
      continue
    }
    flush()
    const large = chunk()
    if (large.length !== length) throw damaged(`a value of ${large.length} bytes, expected ${length}`)
    parts.push(large)
  }
  flush()
  if (shortAt !== short.length) throw damaged(`${short.length} bytes of short values, expected ${shortAt}`)
  const data = new Uint8Array(offsets[count]!)
  let at = 0
  for (const part of parts) {
    if (at + part.length > data.length) throw damaged('values longer than their lengths')
    data.set(part, at)
    at += part.length
  }
  return data
}
