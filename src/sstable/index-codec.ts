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
import { damaged, VarintReader, VarintWriter } from '../util/varint.js'
import { BlockSummaries, type ColumnSummaries } from './block-summaries.js'
import { readDoubles, writeDoubles } from './double-codec.js'
import type { BloomPlace, ColumnTrack, IndexBuilder } from './index-builder.js'
import { readIntegers, readUints, writeIntegers, writeUints } from './integer-codec.js'
import { type KeyList, readKeyList, writeKeyList } from './key-list-codec.js'
import { readType, writeType } from './row-structure-codec.js'
import { BLOCK_BYTES_MAX, BLOCK_CELLS_MAX, BLOCK_ROWS_MAX } from './sstable-format.js'

const BLOCKS_MAX = 16_777_216
const COLUMNS_MAX = 65_536
const FLAGS_MAX = 15

export function encodeIndex(index: IndexBuilder): Uint8Array {
  const writer = new VarintWriter(65_536)
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
  const count = reader.bounded(BLOCKS_MAX, 'blocks')
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
