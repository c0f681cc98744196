/**
 * The index as bytes, before LZ4:
 *  blocks, rows, cells, puts (varints) · least sequence (signed)
 *  by block (integers each): offset, bytes, base bytes, rows, cells, flags, min timestamp, max timestamp, max sequence
 *  keys: first and last row of each block in turn (key list)
 *  Bloom filters (varint); of each: first block, offset, bytes (integers each)
 *  numeric columns (varint); each: qualifier (length, bytes), type, cells + 1 by block (integers, 0 = unknown), then of the
 *   blocks with cells: sums, mins, maxs (1 byte: 1 scaled, 0 raw; then doubles)
 *  extensions, to the end: id (varint), length (varint), bytes. A reader skips those it does not know.
 */
import { compareRange } from '../util/bytes.js'
import { damaged, VarintReader, VarintWriter } from '../util/varint.js'
import { BlockSummaries, type ColumnSummaries } from './block-summaries.js'
import { readDoubles, writeDoubles } from './double-codec.js'
import type { BloomPlace, ColumnTrack, IndexBuilder } from './index-builder.js'
import { readIntegers, readUints, writeUints } from './integer-codec.js'
import { type KeyList, readKeyList, writeKeyList } from './key-list-codec.js'
import { readType, writeType } from './row-structure-codec.js'
import { BLOCK_BYTES_MAX, BLOCK_CELLS_MAX, BLOCK_ROWS_MAX } from './sstable-format.js'

const BLOCKS_MAX = 16_777_216
const COLUMNS_MAX = 65_536
const FLAGS_MAX = 15

export function encodeIndex(index: IndexBuilder): Uint8Array {
  const writer = new VarintWriter(4096)
  const count = index.count
  writer.varint(count)
  writer.varint(index.rows)
  writer.varint(index.cells)
  writer.varint(index.puts)
  writer.signed(count === 0 ? 0 : index.minSequence)
  for (const values of [
    index.offsets,
    index.bytes,
    index.baseBytes,
    index.rowCounts,
    index.cellCounts,
    index.flags,
    index.minTimestamps,
    index.maxTimestamps,
    index.maxSequences,
  ]) {
    writeUints(writer, values, count)
  }
  writer.raw(writeKeyList(writer, index.keyList(), 2 * count))
  writer.varint(index.blooms.length)
  writeUints(
    writer,
    index.blooms.map((bloom) => bloom.firstBlock),
    index.blooms.length,
  )
  writeUints(
    writer,
    index.blooms.map((bloom) => bloom.offset),
    index.blooms.length,
  )
  writeUints(
    writer,
    index.blooms.map((bloom) => bloom.bytes),
    index.blooms.length,
  )
  writer.varint(index.columns.size)
  for (const column of index.columns.values()) writeColumn(writer, column)
  return writer.finish()
}

function writeColumn(writer: VarintWriter, column: ColumnTrack): void {
  writer.varint(column.qualifier.length)
  writer.raw(column.qualifier)
  writeType(writer, column.type)
  const counts = column.counts.map((count) => count + 1)
  writeUints(writer, counts, counts.length)
  const present = column.sums.length
  for (const values of [column.sums, column.mins, column.maxs]) {
    const mark = writer.length
    writer.u8(1)
    if (writeDoubles(writer, Float64Array.from(values), present)) continue
    writer.bytes[mark] = 0
    for (let i = 0; i < present; i++) writer.f64(values[i]!)
  }
}

export interface DecodedIndex {
  readonly summaries: BlockSummaries
  readonly blooms: readonly BloomPlace[]
  readonly rows: number
  readonly cells: number
  readonly puts: number
  readonly minSequence: number
}

/** `end`: offset of the index: blocks and filters lie before it. @throws CORRUPTION */
export function decodeIndex(bytes: Uint8Array, start: number, end: number): DecodedIndex {
  const reader = new VarintReader(bytes)
  const count = reader.bounded(Math.min(BLOCKS_MAX, end), 'blocks')
  const rows = reader.varint()
  const cells = reader.varint()
  const puts = reader.varint()
  const minSequence = reader.signed()
  const offsets = readIntegers(reader, count, new Float64Array(count))
  const blockBytes = readUints(reader, count, BLOCK_BYTES_MAX, 'bytes of a block')
  const baseBytes = readUints(reader, count, BLOCK_BYTES_MAX, 'base bytes of a block')
  const rowCounts = readUints(reader, count, BLOCK_ROWS_MAX, 'rows of a block')
  const cellCounts = readUints(reader, count, BLOCK_CELLS_MAX, 'cells of a block')
  const flags = readUints(reader, count, FLAGS_MAX, 'block flags')
  const minTimestamps = readIntegers(reader, count, new Float64Array(count))
  const maxTimestamps = readIntegers(reader, count, new Float64Array(count))
  const maxSequences = readIntegers(reader, count, new Float64Array(count))
  const keys = readKeyList(reader, 2 * count, null)
  const blooms = readBlooms(reader, count)
  const columns: ColumnSummaries[] = []
  const columnCount = reader.bounded(COLUMNS_MAX, 'summary columns')
  for (let c = 0; c < columnCount; c++) columns.push(readColumn(reader, count))
  skipExtensions(reader)
  checkPlaces(offsets, blockBytes, baseBytes, blooms, start, end)
  checkKeys(keys, count)
  const summaries = new BlockSummaries({
    offsets,
    bytes: blockBytes,
    baseBytes,
    rowCounts,
    cellCounts,
    flags,
    minTimestamps,
    maxTimestamps,
    maxSequences,
    keys,
    columns,
  })
  return { summaries, blooms, rows, cells, puts, minSequence }
}

function readBlooms(reader: VarintReader, blockCount: number): BloomPlace[] {
  const count = reader.bounded(blockCount, 'Bloom filters')
  const firstBlocks = readUints(reader, count, blockCount - 1, 'first block of a Bloom filter')
  const offsets = readIntegers(reader, count, new Float64Array(count))
  const bytes = readUints(reader, count, BLOCK_BYTES_MAX, 'bytes of a Bloom filter')
  const blooms: BloomPlace[] = []
  for (let i = 0; i < count; i++) {
    blooms.push({ firstBlock: firstBlocks[i]!, offset: offsets[i]!, bytes: bytes[i]! })
  }
  return blooms
}

function readColumn(reader: VarintReader, blockCount: number): ColumnSummaries {
  const qualifier = reader.raw(reader.varint()).slice()
  const type = readType(reader)
  const counts = readIntegers(reader, blockCount, new Float64Array(blockCount))
  let present = 0
  for (let block = 0; block < blockCount; block++) {
    counts[block] = counts[block]! - 1
    if (counts[block]! > 0) present++
  }
  return {
    qualifier,
    type,
    counts,
    sums: readPresent(reader, present, counts),
    mins: readPresent(reader, present, counts),
    maxs: readPresent(reader, present, counts),
  }
}

/** One double for each block with cells, NaN for the others. */
function readPresent(reader: VarintReader, present: number, counts: Float64Array): Float64Array {
  const dense = new Float64Array(present)
  if (reader.u8() === 1) readDoubles(reader, present, dense)
  else for (let i = 0; i < present; i++) dense[i] = reader.f64()
  const values = new Float64Array(counts.length).fill(NaN)
  let next = 0
  for (let block = 0; block < counts.length; block++) if (counts[block]! > 0) values[block] = dense[next++]!
  return values
}

function skipExtensions(reader: VarintReader): void {
  while (reader.left > 0) {
    reader.varint()
    reader.take(reader.varint())
  }
}

/** Blocks and filters must fill the file between header and index, without a gap or an overlap. */
function checkPlaces(
  offsets: Float64Array,
  bytes: Uint32Array,
  baseBytes: Uint32Array,
  blooms: readonly BloomPlace[],
  start: number,
  end: number,
): void {
  let at = start
  let bloom = 0
  for (let block = 0; block <= offsets.length; block++) {
    const next = block < offsets.length ? offsets[block]! : end
    while (at !== next && bloom < blooms.length && blooms[bloom]!.offset === at) at += blooms[bloom++]!.bytes
    if (at !== next) throw damaged(`block ${block} at ${next}, expected at ${at}`)
    if (block < offsets.length && baseBytes[block]! > bytes[block]!) throw damaged(`base of block ${block}`)
    at += bytes[block] ?? 0
  }
  if (bloom !== blooms.length) throw damaged('a Bloom filter between no blocks')
  for (let i = 1; i < blooms.length; i++) {
    if (blooms[i]!.firstBlock <= blooms[i - 1]!.firstBlock) throw damaged('Bloom filters out of order')
  }
}

/** First and last rows ascend; only a block of one row has them equal. */
function checkKeys(keys: KeyList, count: number): void {
  const { offsets, data } = keys
  for (let i = 1; i < 2 * count; i++) {
    const order = compareRange(data, offsets[i - 1]!, offsets[i]!, data, offsets[i]!, offsets[i + 1]!)
    if (order > 0 || (order === 0 && i % 2 === 0))
      throw damaged(`the rows of block ${i >> 1} are out of order`)
  }
}
