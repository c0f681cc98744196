/** The values of one column or row-key part for the rows of one run, whatever block they come from. */

import { NO_BYTES, NO_NUMBERS, NO_UINTS } from './row-block.js'
import { decodeUtf8 } from './text.js'
import type { ValueType } from './value-type.js'

/** Texts by entry: decoded when they are asked for, and kept where several rows share an entry. */
export class Texts {
  readonly #offsets: Uint32Array
  readonly #data: Uint8Array
  readonly #asUtf8: boolean
  readonly #kept: (string | undefined)[] | null

  constructor(type: ValueType, offsets: Uint32Array, data: Uint8Array, kept: string[] | null) {
    this.#offsets = offsets
    this.#data = data
    this.#asUtf8 = type.name === 'string'
    this.#kept = kept
  }

  /** A string; of type bytes: one char a byte, so that both sort and compare as texts. */
  at(entry: number): string {
    const known = this.#kept?.[entry]
    if (known !== undefined) return known
    const from = this.#offsets[entry]!
    const to = this.#offsets[entry + 1]!
    const text = this.#asUtf8 ? decodeUtf8(this.#data, from, to) : latin1(this.#data, from, to)
    if (this.#kept !== null) this.#kept[entry] = text
    return text
  }
}

export const NO_TEXTS: Texts = new Texts(
  { name: 'string', precision: 0, scale: 0, text: 'string' },
  NO_UINTS,
  NO_BYTES,
  null,
)

export function latin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}

/**
 * Row i of the run has a value where `valid` is null or valid[validAt + i] = 1, and it is, by `form`:
 *  numbers  numbers[at + i]: the slot, see value-codec.ts (hours, days, µs, unscaled decimals, 0/1)
 *  bigints  bigints[i]: long, ulong, datetime and decimal slots of which at least one is not a safe integer
 *  texts    texts.at(codes[at + i]), or texts.at(at + i) where `codes` is empty
 * It is filled anew by the next read of the same reader.
 */
export class RunVector {
  form: 'numbers' | 'bigints' | 'texts' = 'numbers'
  at = 0
  numbers: Float64Array = NO_NUMBERS
  bigints: bigint[] = []
  codes: Uint32Array = NO_UINTS
  texts: Texts = NO_TEXTS
  valid: Uint8Array | null = null
  validAt = 0
  /** Row-key parts that change between key groups only: the ends of the stretches with one value; else empty. */
  stretchEnds: Uint32Array = NO_UINTS
  stretchCount = 0
}

export function hasValue(vector: RunVector, row: number): boolean {
  return vector.valid === null || vector.valid[vector.validAt + row] === 1
}

/** The slot of a row that has a value; texts as text. */
export function slotAt(vector: RunVector, row: number): number | bigint | string {
  if (vector.form === 'numbers') return vector.numbers[vector.at + row]!
  if (vector.form === 'bigints') return vector.bigints[row]!
  return textAt(vector, row)
}

export function textAt(vector: RunVector, row: number): string {
  const at = vector.at + row
  return vector.texts.at(vector.codes.length === 0 ? at : vector.codes[at]!)
}

let zeroBytes = new Uint8Array(4096)

/** At least `count` zeros, for a `valid` that says "nowhere". Never write to it. */
export function zeros(count: number): Uint8Array {
  if (zeroBytes.length < count) zeroBytes = new Uint8Array(count * 2)
  return zeroBytes
}

/** By code point, which is the order of the UTF-8 bytes; JavaScript's own order puts U+FFFD after U+1F600. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const isSurrogateX = x >= 0xd800 && x <= 0xdfff
    const isSurrogateY = y >= 0xd800 && y <= 0xdfff
    if (isSurrogateX !== isSurrogateY) return isSurrogateX ? 1 : -1
    return x - y
  }
  return a.length - b.length
}
