/**
 * The entries of a Kind.Bytes column while it is filled row by row. Texts that repeat share an entry; when the first rows
 * show no repeats the dictionary is given up.
 */
import { roomForU8, roomForU32 } from './growable.js'

/** The dictionary is judged after this many texts, and kept while at most half of them were new. */
const TRIAL_TEXTS = 64

export class TextEntries {
  /** Entry by row; 0 for rows without a value. */
  readonly codes: Uint32Array
  #rows = 0
  #count = 0
  #texts = 0
  #ends: Uint32Array = new Uint32Array(65)
  #bytes: Uint8Array = new Uint8Array(512)
  #used = 0
  #known: Map<string, number> | null = new Map()
  #identity = true

  constructor(rows: number) {
    this.codes = new Uint32Array(rows)
  }

  /** Whether row r has entry r, for every row. */
  get isIdentity(): boolean {
    return this.#identity && this.#count === this.codes.length
  }

  addText(text: string): void {
    const known = this.#known
    if (known !== null) {
      const code = known.get(text)
      if (code !== undefined) {
        this.#texts++
        this.#place(code)
        return
      }
      if (++this.#texts > TRIAL_TEXTS && known.size * 2 > this.#texts) this.#known = null
      else known.set(text, this.#count)
    }
    this.#writeText(text)
    this.#close()
  }

  addBytes(bytes: Uint8Array): void {
    this.#bytes = roomForU8(this.#bytes, this.#used, bytes.length)
    this.#bytes.set(bytes, this.#used)
    this.#used += bytes.length
    this.#close()
  }

  /** A row without a value. */
  skip(): void {
    this.#place(0)
  }

  /** At least one entry, so that code 0 exists. */
  offsets(): Uint32Array {
    return this.#ends.slice(0, Math.max(1, this.#count) + 1)
  }

  data(): Uint8Array {
    return this.#bytes.slice(0, this.#used)
  }

  #place(code: number): void {
    if (code !== this.#rows) this.#identity = false
    this.codes[this.#rows++] = code
  }

  #close(): void {
    this.#ends = roomForU32(this.#ends, this.#count + 1, 1)
    this.#ends[this.#count + 1] = this.#used
    this.#place(this.#count++)
  }

  #writeText(text: string): void {
    const length = text.length
    this.#bytes = roomForU8(this.#bytes, this.#used, length * 3)
    const bytes = this.#bytes
    let at = this.#used
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#used += encoder.encodeInto(text, bytes.subarray(this.#used)).written
        return
      }
      bytes[at++] = code
    }
    this.#used = at
  }
}

const encoder = new TextEncoder()
