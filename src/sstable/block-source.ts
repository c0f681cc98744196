import { checksum } from '../util/checksum.js'
import { lz4Decompress } from '../util/lz4.js'
import { damaged } from '../util/varint.js'
import { type BlockHead, decodeHead } from './block-head.js'
import { unshuffle } from './byte-shuffle.js'
import { SectionCodec } from './section-writer.js'
import { PartKind, seedOf } from './sstable-format.js'

/** Where a block lies, and how to tell of damage in it. */
export interface BlockOrigin {
  readonly fileId: number
  /** Of the block in the file. */
  readonly offset: number
  readonly bytes: number
  /** The block's bytes [start, end) from the file. */
  read(start: number, end: number): Uint8Array
  /** Wraps what went wrong at `offset` of the file into an error that names file, offset and rows. */
  fail(cause: unknown, offset: number): Error
}

/**
 * The chunks of one block, each checked and decompressed when it is asked for. The bytes may be there in whole, or up to the
 * end of the structure's sections only: then a column's sections are read from the file one by one.
 */
export class BlockSource {
  readonly head: BlockHead
  readonly #origin: BlockOrigin
  readonly #bytes: Uint8Array
  /** Decoded sections that several chunks share. */
  readonly #shared = new Map<number, Uint8Array>()

  /** @throws CORRUPTION */
  constructor(origin: BlockOrigin, bytes: Uint8Array) {
    this.#origin = origin
    this.#bytes = bytes
    this.head = this.guard(origin.offset, () => decodeHead(bytes, origin.fileId, origin.offset, origin.bytes))
  }

  /** Bytes held until all columns are decoded. */
  get heldBytes(): number {
    return this.#bytes.length
  }

  get sectionCount(): number {
    return this.head.sectionCodecs.length
  }

  /** Offset of a section in the file. */
  sectionOffset(section: number): number {
    return this.#origin.offset + this.head.sectionOffsets[section]!
  }

  /** Offset in the file of the section that holds a chunk. */
  chunkOffset(chunk: number): number {
    return this.sectionOffset(this.head.chunkSections[chunk]!)
  }

  /** The same for a column's first chunk. */
  columnOffset(column: number): number {
    return this.chunkOffset(this.head.columnChunkStarts[column]!)
  }

  chunk(index: number): Uint8Array {
    const { head } = this
    const section = head.chunkSections[index]!
    const at = head.chunkOffsets[index]!
    const bytes = this.#section(section)
    const length = head.chunkBytes[index]!
    return at === 0 && length === bytes.length ? bytes : bytes.subarray(at, at + length)
  }

  /** Gives a column's chunks one by one. */
  columnChunks(column: number): () => Uint8Array {
    let next = this.head.columnChunkStarts[column]!
    const end = this.head.columnChunkStarts[column + 1]!
    return () => {
      if (next === end) throw damaged('a column lacks a chunk')
      return this.chunk(next++)
    }
  }

  /** Runs a decoder: whatever it throws on bytes whose checksum held is damage as well. */
  guard<T>(offset: number, run: () => T): T {
    try {
      return run()
    } catch (cause) {
      throw this.#origin.fail(cause, offset)
    }
  }

  /** Checks and decodes a section. @throws CORRUPTION */
  #section(section: number): Uint8Array {
    const known = this.#shared.get(section)
    if (known !== undefined) return known
    const bytes = this.guard(this.sectionOffset(section), () => this.#decode(section))
    if (this.head.sectionIsShared[section] === 1) this.#shared.set(section, bytes)
    return bytes
  }

  #decode(section: number): Uint8Array {
    const { head } = this
    const start = head.sectionOffsets[section]!
    const end = head.sectionOffsets[section + 1]!
    const stored =
      end <= this.#bytes.length ? this.#bytes.subarray(start, end) : this.#origin.read(start, end)
    const sum = checksum(seedOf(this.#origin.fileId, this.#origin.offset, PartKind.SECTION + section), stored)
    if (sum !== head.sectionChecksums[section]) throw damaged('a section fails its checksum')
    const codec = head.sectionCodecs[section]!
    if (codec === SectionCodec.RAW) return stored
    const bytes = lz4Decompress(stored, head.sectionRawBytes[section]!)
    return codec === SectionCodec.SHUFFLED_LZ4 ? unshuffle(bytes) : bytes
  }
}
