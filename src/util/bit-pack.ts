/**
 * Unsigned integers of up to 32 bits laid end to end, low bit first, in little-endian 32-bit words. The byte length is
 * ceil(count * width / 8): the last word may be cut.
 *
 * Unpacking is the hottest loop of a scan: 32 values always fill `width` whole words, so for each width a loop with constant
 * shifts is generated once; where code generation is forbidden (node --disallow-code-generation-from-strings) a generic
 * loop does the same at a third of the speed.
 */
export type Unpack = (words: Uint32Array, out: Uint32Array, groups: number) => void

const GROUP = 32

/** Values packed or unpacked at a time, at most: a whole number of bytes at every width. */
export const PACK_COUNT_MAX: number = 4096

// One word more than the values fill, so that a loop may look ahead.
const words: Uint32Array = new Uint32Array(PACK_COUNT_MAX + 1)
const wordBytes: Uint8Array = new Uint8Array(words.buffer)

export function packedBytes(count: number, width: number): number {
  return Math.ceil((count * width) / 8)
}

/** Bits that hold 0…range; range ≤ 2^53 - 1. */
export function bitWidth(range: number): number {
  return range < 4294967296 ? 32 - Math.clz32(range) : 64 - Math.clz32(Math.floor(range / 4294967296))
}

/** Packs values[0, count), each below 2^width, into out[at…]. Requires: 1 ≤ width ≤ 32, count ≤ PACK_COUNT_MAX. */
export function packBits(
  values: Uint32Array,
  count: number,
  width: number,
  out: Uint8Array,
  at: number,
): void {
  words.fill(0, 0, ((count * width) >>> 5) + 1)
  let bit = 0
  for (let i = 0; i < count; i++) {
    const word = bit >>> 5
    const shift = bit & 31
    const value = values[i]!
    words[word] = words[word]! | (value << shift)
    if (shift + width > 32) words[word + 1] = value >>> (32 - shift)
    bit += width
  }
  out.set(wordBytes.subarray(0, packedBytes(count, width)), at)
}

/**
 * Unpacks `count` values from bytes[at…] to out[0…]. Requires: 1 ≤ width ≤ 32, count ≤ PACK_COUNT_MAX, the bytes are there,
 * and `out` holds PACK_COUNT_MAX values (what follows `count` is undefined).
 */
export function unpackBits(
  bytes: Uint8Array,
  at: number,
  count: number,
  width: number,
  out: Uint32Array,
): void {
  wordBytes.set(bytes.subarray(at, at + packedBytes(count, width)))
  unpackers[width]!(words, out, Math.ceil(count / GROUP))
}

/** The loop for any width. Looks one word ahead, so that no branch depends on the place of the value. */
export function genericUnpack(width: number): Unpack {
  const mask = width === 32 ? -1 : 2 ** width - 1
  return (from, out, groups) => {
    const count = groups * GROUP
    let bit = 0
    for (let i = 0; i < count; i++) {
      const word = bit >>> 5
      const shift = bit & 31
      out[i] = ((from[word]! >>> shift) | ((from[word + 1]! << 1) << (31 - shift))) & mask
      bit += width
    }
  }
}

/** The unrolled loop for one width: 32 values from `width` words, all shifts constant. */
export function generatedUnpack(width: number): Unpack {
  const lines: string[] = []
  for (let word = 0; word < width; word++) lines.push(`const w${word} = from[i + ${word}] | 0`)
  for (let value = 0; value < GROUP; value++) {
    const word = (value * width) >>> 5
    const shift = (value * width) & 31
    const low = `(w${word} >>> ${shift})`
    const both = shift + width > 32 ? `(${low} | (w${word + 1} << ${32 - shift}))` : low
    lines.push(`out[o + ${value}] = ${width === 32 ? both : `${both} & ${2 ** width - 1}`}`)
  }
  const body = `for (let g = 0, i = 0, o = 0; g < groups; g++, i += ${width}, o += ${GROUP}) {\n${lines.join('\n')}\n}`
  return new Function('from', 'out', 'groups', body) as Unpack
}

function lazyUnpack(width: number): Unpack {
  return (from, out, groups) => {
    let unpack: Unpack
    try {
      unpack = generatedUnpack(width)
    } catch {
      unpack = genericUnpack(width)
    }
    unpackers[width] = unpack
    unpack(from, out, groups)
  }
}

const unpackers: Unpack[] = Array.from({ length: 33 }, (_, width) => lazyUnpack(width))
