import { lz4Compress } from '../util/lz4.js'
import { shuffle } from './byte-shuffle.js'

/** How a section's bytes lie on disk. */
export const SectionCodec = { RAW: 0, LZ4: 1, SHUFFLED_LZ4: 2 } as const

/** A chunk of so many bytes gets a section of its own; smaller ones share sections of about so many. */
const OWN_BYTES_MIN = 512
const SHARED_BYTES_MAX = 4096

/** Chunks gathered into sections. A section is what is compressed, checked and read at once. */
export interface Section {
  readonly codec: number
  readonly stored: Uint8Array
}

/**
 * Cuts a block's chunks into sections: a large chunk alone, small neighbours together (a wide row may have thousands of
 * columns of a few bytes). `add` takes over the bytes.
 */
export class SectionWriter {
  readonly #compress: boolean
  /** Bytes of each chunk, in order. */
  readonly chunkBytes: number[] = []
  /** Chunks in each section, in order. */
  readonly sectionChunks: number[] = []
  readonly sections: Section[] = []
  #open: Uint8Array[] = []
  #openBytes = 0

  constructor(compress: boolean) {
    this.#compress = compress
  }

  /** `eightByte`: 8-byte numbers, which compress better with their bytes sorted by place. */
  add(chunk: Uint8Array, eightByte = false): void {
    const alone = chunk.length >= OWN_BYTES_MIN
    if (alone) this.close()
    this.chunkBytes.push(chunk.length)
    if (alone) {
      this.sectionChunks.push(1)
      this.sections.push(this.#store(chunk, eightByte))
      return
    }
    this.#open.push(chunk)
    this.#openBytes += chunk.length
    if (this.#openBytes >= SHARED_BYTES_MAX) this.close()
  }

  /** Ends the shared section, if one is open: what follows goes into another. */
  close(): void {
    if (this.#open.length === 0) return
    const joined = new Uint8Array(this.#openBytes)
    let at = 0
    for (const chunk of this.#open) {
      joined.set(chunk, at)
      at += chunk.length
    }
    this.sectionChunks.push(this.#open.length)
    this.sections.push(this.#store(joined, false))
    this.#open = []
    this.#openBytes = 0
  }

  #store(bytes: Uint8Array, eightByte: boolean): Section {
    const raw = { codec: SectionCodec.RAW, stored: bytes }
    if (!this.#compress) return raw
    const packed = lz4Compress(eightByte ? shuffle(bytes) : bytes)
    if (packed === null) return raw
    return { codec: eightByte ? SectionCodec.SHUFFLED_LZ4 : SectionCodec.LZ4, stored: packed }
  }
}
