/** A sorted RowBlock as the bytes of one SSTable block, and what the index must know of it. */
import { CellType, type RowBlock } from '../model/row-block.js'
import { assert } from '../util/assert.js'
import { EMPTY } from '../util/bytes.js'
import { VarintWriter } from '../util/varint.js'
import { BlockFlag, encodeHead, STRUCTURE_CHUNKS } from './block-head.js'
import { type EncodedColumn, encodeFlatColumn, encodeSlotColumn } from './column-encoder.js'
import type { ColumnStats } from './column-stats.js'
import { writeLayout } from './layout-codec.js'
import { encodeColumnHeadings, encodeKeys } from './row-structure-codec.js'
import { SectionWriter } from './section-writer.js'
import { BLOCK_CELLS_MAX, BLOCK_ROWS_MAX } from './sstable-format.js'
import { type StampOwner, writeImplicitStamps, writeStamps } from './stamp-codec.js'

export interface EncodedBlock {
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  readonly baseBytes: number
  readonly flags: number
  readonly cellCount: number
  readonly putCount: number
  readonly minSequence: number
  /** By column of the block; null: not numeric, not summable, or the block is not flat. */
  readonly stats: readonly (ColumnStats | null)[]
}

export interface BlockPlace {
  readonly fileId: number
  /** Where the block will lie: part of every checksum's seed. */
  readonly offset: number
  readonly compress: boolean
}

/** Requires: `block` is sorted and holds at least one row. */
export function encodeBlock(block: RowBlock, place: BlockPlace): EncodedBlock {
  const { rowCount, flat } = block
  assert(rowCount > 0 && rowCount <= BLOCK_ROWS_MAX, `a block of ${rowCount} rows`)
  const cells = flat ? 0 : block.rowStarts[rowCount]!
  assert(flat || (block.rowStarts[0] === 0 && cells <= BLOCK_CELLS_MAX), `a block of ${cells} cells`)
  const sections = new SectionWriter(place.compress)
  addStructure(block, cells, sections)
  sections.close()
  const columnChunks: number[] = []
  const encoded = encodeColumns(block, cells, sections, columnChunks)
  sections.close()

  let putCount = 0
  for (const column of encoded) putCount += column.count
  const cellCount = flat ? putCount : cells
  const flags =
    (flat ? BlockFlag.FLAT : 0) |
    (block.hasMarkers ? BlockFlag.MARKERS : 0) |
    (block.suffixBytes === 4 ? BlockFlag.SUFFIX : 0) |
    (putCount === cellCount ? BlockFlag.PUTS_ONLY : 0)
  const shape = { flags, rowCount, cellCount, columnChunks }
  const { head, baseBytes } = encodeHead(shape, sections, place.fileId, place.offset)
  const parts = [head, ...sections.sections.map((section) => section.stored)]
  return {
    parts,
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    baseBytes,
    flags,
    cellCount,
    putCount,
    minSequence: minSequenceOf(block, flat ? rowCount : cells),
    stats: encoded.map((column) => (flat ? column.stats : null)),
  }
}

function addStructure(block: RowBlock, cells: number, sections: SectionWriter): void {
  const { rowCount, flat } = block
  sections.add(encodeColumnHeadings(block.columns))
  const { keys, rests } = encodeKeys(block)
  sections.add(keys)
  sections.add(rests)
  const owner: StampOwner = {
    rowCount,
    cellCount: cells,
    rowStarts: block.rowStarts,
    suffixes: block.suffixBytes === 4 ? block.suffixes : new Uint32Array(0),
  }
  const timestamps = new VarintWriter()
  writeStamps(timestamps, owner, block.timestamps)
  sections.add(timestamps.finish())
  const sequences = new VarintWriter()
  if (block.sequences === null) writeImplicitStamps(sequences, block.sequenceBase)
  else writeStamps(sequences, owner, block.sequences)
  sections.add(sequences.finish())
  if (flat) {
    sections.add(EMPTY)
    return
  }
  const layout = new VarintWriter()
  writeLayout(layout, block, rowCount)
  sections.add(layout.finish())
}

function encodeColumns(
  block: RowBlock,
  cells: number,
  sections: SectionWriter,
  columnChunks: number[],
): EncodedColumn[] {
  const slots = block.flat ? null : putSlots(block, cells)
  const encoded: EncodedColumn[] = []
  let before = STRUCTURE_CHUNKS
  for (let c = 0; c < block.columns.length; c++) {
    const column = block.columns[c]!
    encoded.push(
      slots === null
        ? encodeFlatColumn(column, block.rowCount, sections)
        : encodeSlotColumn(column, slots[c]!, sections),
    )
    columnChunks.push(sections.chunkBytes.length - before)
    before = sections.chunkBytes.length
  }
  return encoded
}

/** For each column the slots of its Puts, in cell order: the order in which values are stored. */
function putSlots(block: RowBlock, cells: number): Uint32Array[] {
  const { cellColumns, types, slots, columns } = block
  const counts = new Uint32Array(columns.length)
  for (let cell = 0; cell < cells; cell++) {
    if (types[cell] === CellType.Put) counts[cellColumns[cell]!]!++
  }
  const all = Array.from(counts, (count) => new Uint32Array(count))
  counts.fill(0)
  for (let cell = 0; cell < cells; cell++) {
    if (types[cell] !== CellType.Put) continue
    const column = cellColumns[cell]!
    all[column]![counts[column]!++] = slots[cell]!
  }
  return all
}

function minSequenceOf(block: RowBlock, count: number): number {
  const { sequences } = block
  if (sequences === null) return block.sequenceBase
  let min = Infinity
  for (let i = 0; i < count; i++) if (sequences[i]! < min) min = sequences[i]!
  return min
}
