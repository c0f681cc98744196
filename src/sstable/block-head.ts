/**
 * The head of a block: its directory. Layout:
 *  u32 checksum of what follows · u32 bytes of the head, these 8 included
 *  flags (1 byte) · rows, cells, columns (varints) · chunks of each column (integers)
 *  sections (varint) · chunks of each section, bytes of each chunk, stored bytes of each section, codec of each section
 *  (integers) · u32 checksum of each section's stored bytes
 * The first STRUCTURE_CHUNKS chunks are the rows' structure, the others the columns', in order.
 */
import { checksum } from '../util/checksum.js'
import { LZ4_OUTPUT_BYTES_MAX, LZ4_RATIO_MAX } from '../util/lz4.js'
import { damaged, VarintReader, VarintWriter } from '../util/varint.js'
import { readUints, writeUints } from './integer-codec.js'
import { SectionCodec, type SectionWriter } from './section-writer.js'
import { BLOCK_BYTES_MAX, BLOCK_CELLS_MAX, BLOCK_ROWS_MAX, PartKind, seedOf } from './sstable-format.js'

export const BlockFlag = { FLAT: 1, MARKERS: 2, SUFFIX: 4, PUTS_ONLY: 8 } as const
const FLAGS_MAX = 15

/** Places of the structure's chunks; absent ones are empty. */
export const StructureChunk = {
  COLUMNS: 0,
  KEYS: 1,
  KEY_RESTS: 2,
  TIMESTAMPS: 3,
  SEQUENCES: 4,
  LAYOUT: 5,
} as const
export const STRUCTURE_CHUNKS = 6

const FRONT_BYTES = 8

export interface BlockShape {
  readonly flags: number
  readonly rowCount: number
  readonly cellCount: number
  /** Chunks of each column. */
  readonly columnChunks: readonly number[]
}

export interface EncodedHead {
  readonly head: Uint8Array
  /** Head and the structure's sections: what must be read before any column. */
  readonly baseBytes: number
}

/** Requires: the section holding the last structure chunk was closed before the first column's. */
export function encodeHead(
  shape: BlockShape,
  sections: SectionWriter,
  fileId: number,
  offset: number,
): EncodedHead {
  const writer = new VarintWriter(512)
  writer.reserve(FRONT_BYTES)
  writer.u8(shape.flags)
  writer.varint(shape.rowCount)
  writer.varint(shape.cellCount)
  writer.varint(shape.columnChunks.length)
  writeUints(writer, shape.columnChunks, shape.columnChunks.length)
  const count = sections.sections.length
  writer.varint(count)
  writeUints(writer, sections.sectionChunks, count)
  writeUints(writer, sections.chunkBytes, sections.chunkBytes.length)
  const stored = sections.sections.map((section) => section.stored.length)
  writeUints(writer, stored, count)
  writeUints(
    writer,
    sections.sections.map((section) => section.codec),
    count,
  )
  for (let i = 0; i < count; i++) {
    writer.u32(checksum(seedOf(fileId, offset, PartKind.SECTION + i), sections.sections[i]!.stored))
  }
  const head = writer.finish()
  const front = new DataView(head.buffer)
  front.setUint32(4, head.length, true)
  front.setUint32(0, checksum(seedOf(fileId, offset, PartKind.HEAD), head, 4), true)
  let baseBytes = head.length
  for (let i = 0, chunks = 0; chunks < STRUCTURE_CHUNKS; i++) {
    chunks += sections.sectionChunks[i]!
    baseBytes += stored[i]!
  }
  return { head, baseBytes }
}

export interface BlockHead {
  readonly flags: number
  readonly rowCount: number
  readonly cellCount: number
  readonly columnCount: number
  /** columnCount + 1: column c owns chunks [columnChunkStarts[c], columnChunkStarts[c + 1]). */
  readonly columnChunkStarts: Uint32Array
  /** By chunk: the section it lies in, and where in the section's decoded bytes. */
  readonly chunkSections: Uint32Array
  readonly chunkOffsets: Uint32Array
  readonly chunkBytes: Uint32Array
  /** By section, sectionCount + 1: offset from the start of the block. */
  readonly sectionOffsets: Float64Array
  readonly sectionRawBytes: Float64Array
  /** 1 where several chunks lie in the section. */
  readonly sectionIsShared: Uint8Array
  readonly sectionCodecs: Uint32Array
  readonly sectionChecksums: Uint32Array
  /** Head and the structure's sections. */
  readonly baseBytes: number
}

/** Reads the head in `bytes`, which begin at the block. @throws CORRUPTION */
export function decodeHead(bytes: Uint8Array, fileId: number, offset: number, blockBytes: number): BlockHead {
  const headBytes = new VarintReader(bytes, 4).u32()
  if (headBytes < FRONT_BYTES || headBytes > bytes.length) throw damaged(`a block head of ${headBytes} bytes`)
  const sum = new VarintReader(bytes).u32()
  if (sum !== checksum(seedOf(fileId, offset, PartKind.HEAD), bytes, 4, headBytes)) {
    throw damaged('the block head fails its checksum')
  }
  const reader = new VarintReader(bytes, FRONT_BYTES, headBytes)
  const flags = reader.u8()
  if (flags > FLAGS_MAX) throw damaged(`block flags ${flags}`)
  const rowCount = reader.bounded(BLOCK_ROWS_MAX, 'rows')
  const cellCount = reader.bounded(BLOCK_CELLS_MAX, 'cells')
  const columnCount = reader.bounded(Math.min(BLOCK_CELLS_MAX, blockBytes * LZ4_RATIO_MAX), 'columns')
  if (rowCount === 0) throw damaged('a block without rows')
  const columnChunks = readUints(reader, columnCount, BLOCK_CELLS_MAX, 'chunks of a column')
  const columnChunkStarts = new Uint32Array(columnCount + 1)
  let chunkCount = STRUCTURE_CHUNKS
  for (let c = 0; c < columnCount; c++) {
    columnChunkStarts[c] = chunkCount
    chunkCount += columnChunks[c]!
    if (columnChunks[c] === 0 || chunkCount > STRUCTURE_CHUNKS + blockBytes * LZ4_RATIO_MAX)
      throw damaged(`${chunkCount} chunks`)
  }
  columnChunkStarts[columnCount] = chunkCount
  const sections = readSections(reader, chunkCount, headBytes, blockBytes)
  return { flags, rowCount, cellCount, columnCount, columnChunkStarts, ...sections }
}

type Sections = Omit<BlockHead, 'flags' | 'rowCount' | 'cellCount' | 'columnCount' | 'columnChunkStarts'>

function readSections(
  reader: VarintReader,
  chunkCount: number,
  headBytes: number,
  blockBytes: number,
): Sections {
  const count = reader.bounded(chunkCount, 'sections')
  const sectionChunks = readUints(reader, count, chunkCount, 'chunks of a section')
  const chunkBytes = readUints(reader, chunkCount, BLOCK_BYTES_MAX, 'bytes of a chunk')
  const stored = readUints(reader, count, blockBytes, 'bytes of a section')
  const sectionCodecs = readUints(reader, count, SectionCodec.SHUFFLED_LZ4, 'section codec')
  const sectionChecksums = new Uint32Array(count)
  for (let i = 0; i < count; i++) sectionChecksums[i] = reader.u32()
  reader.expectEnd('a block head')

  const chunkSections = new Uint32Array(chunkCount)
  const chunkOffsets = new Uint32Array(chunkCount)
  const sectionOffsets = new Float64Array(count + 1)
  const sectionRawBytes = new Float64Array(count)
  const sectionIsShared = Uint8Array.from(sectionChunks, (chunks) => (chunks > 1 ? 1 : 0))
  let chunk = 0
  let at = headBytes
  let baseBytes = 0
  for (let section = 0; section < count; section++) {
    const end = chunk + sectionChunks[section]!
    if (end > chunkCount || end === chunk) throw damaged(`${end} chunks in sections, expected ${chunkCount}`)
    if (chunk < STRUCTURE_CHUNKS && end > STRUCTURE_CHUNKS)
      throw damaged('a column in a section of the structure')
    let raw = 0
    for (; chunk < end; chunk++) {
      chunkSections[chunk] = section
      chunkOffsets[chunk] = raw
      raw += chunkBytes[chunk]!
    }
    checkLength(sectionCodecs[section]!, raw, stored[section]!)
    sectionRawBytes[section] = raw
    sectionOffsets[section] = at
    at += stored[section]!
    if (chunk === STRUCTURE_CHUNKS) baseBytes = at
  }
  if (chunk !== chunkCount) throw damaged(`${chunk} chunks in sections, expected ${chunkCount}`)
  sectionOffsets[count] = at
  if (at !== blockBytes) throw damaged(`a block of ${at} bytes where the index says ${blockBytes}`)
  return {
    chunkSections,
    chunkOffsets,
    chunkBytes,
    sectionOffsets,
    sectionRawBytes,
    sectionIsShared,
    sectionCodecs,
    sectionChecksums,
    baseBytes,
  }
}

function checkLength(codec: number, raw: number, stored: number): void {
  const wrong = codec === SectionCodec.RAW ? raw !== stored : raw > LZ4_OUTPUT_BYTES_MAX
  if (wrong || (codec === SectionCodec.SHUFFLED_LZ4 && raw % 8 !== 0)) {
    throw damaged(`a section of ${raw} bytes stored in ${stored}`)
  }
}
