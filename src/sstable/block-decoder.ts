/** The bytes of a block back to a RowBlock whose columns are decoded when they are first asked for. */
import { CellType, Column, Kind, NO_BYTES, NO_UINTS, RowBlock } from '../model/row-block.js'
import { damaged, VarintReader } from '../util/varint.js'
import { BlockFlag, StructureChunk } from './block-head.js'
import type { BlockSource } from './block-source.js'
import { columnSizeBytes, decodeFlatColumn, decodeSlotColumn } from './column-decoder.js'
import { type CellLayout, readLayout } from './layout-codec.js'
import { decodeColumnHeadings, decodeKeys } from './row-structure-codec.js'
import { readStamps, type StampOwner } from './stamp-codec.js'

/** What the index knows of a block. */
export interface BlockFacts {
  /** Of all cells, markers too. */
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly maxSequence: number
}

const FLAT_LAYOUT: CellLayout = { rowStarts: NO_UINTS, cellColumns: NO_UINTS, types: NO_BYTES, ttls: null }
/** A Column object, a RowBlock object. */
const COLUMN_BYTES = 250
const BLOCK_BYTES = 1000

/** `grown` hears of the bytes that a column takes once it is decoded. */
export function decodeBlock(
  source: BlockSource,
  facts: BlockFacts,
  grown: (bytes: number) => void,
): RowBlock {
  const { head } = source
  const { rowCount, columnCount } = head
  const flat = (head.flags & BlockFlag.FLAT) !== 0
  const headings = decodeColumnHeadings(source.chunk(StructureChunk.COLUMNS), columnCount)
  const hasSuffix = (head.flags & BlockFlag.SUFFIX) !== 0
  const rests = source.chunk(StructureChunk.KEY_RESTS)
  const keys = decodeKeys(source.chunk(StructureChunk.KEYS), rests, rowCount, hasSuffix)
  const layout = flat ? FLAT_LAYOUT : decodeLayout(source)
  const owner = {
    rowCount,
    cellCount: head.cellCount,
    rowStarts: layout.rowStarts,
    suffixes: keys.suffixes,
  }
  const stamps = (chunk: number): Float64Array | number => {
    const decoded = source.guard(source.chunkOffset(chunk), () => decodeStamps(source.chunk(chunk), owner))
    if (typeof decoded !== 'number') grown(decoded.byteLength)
    return decoded
  }
  const timestamps = (): Float64Array => {
    const decoded = stamps(StructureChunk.TIMESTAMPS)
    if (typeof decoded === 'number') throw damaged('timestamps that follow a counter')
    return decoded
  }

  const columns: Column[] = []
  const { offsets, data } = headings.qualifiers
  for (let c = 0; c < columnCount; c++) {
    columns.push(new Column(data.subarray(offsets[c]!, offsets[c + 1]!), headings.types[c]!, Kind.F64))
  }
  const slots = flat ? NO_UINTS : layPending(source, columns, layout, grown)
  if (flat) layPendingFlat(source, columns, rowCount, grown)
  const arrays = rowCount * (hasSuffix ? 4 : 0) + keys.prefixes.data.length + keys.prefixes.offsets.byteLength
  return new RowBlock({
    rowCount,
    suffixBytes: hasSuffix ? 4 : 0,
    groupStarts: keys.groupStarts,
    prefixOffsets: keys.prefixes.offsets,
    prefixData: keys.prefixes.data,
    suffixes: keys.suffixes,
    columns,
    flat,
    timestamps,
    sequences: () => stamps(StructureChunk.SEQUENCES),
    ...layout,
    slots,
    ...facts,
    hasMarkers: (head.flags & BlockFlag.MARKERS) !== 0,
    sizeBytes:
      BLOCK_BYTES + COLUMN_BYTES * columnCount + arrays + (flat ? 0 : 17 * head.cellCount) + source.heldBytes,
  })
}

function decodeStamps(bytes: Uint8Array, owner: StampOwner): Float64Array | number {
  const reader = new VarintReader(bytes)
  const stamps = readStamps(reader, owner)
  reader.expectEnd('stamps')
  return stamps
}

function decodeLayout(source: BlockSource): CellLayout {
  const { rowCount, cellCount, columnCount } = source.head
  const reader = new VarintReader(source.chunk(StructureChunk.LAYOUT))
  const layout = readLayout(reader, rowCount, cellCount, columnCount)
  reader.expectEnd('the cell layout')
  return layout
}

function layPendingFlat(
  source: BlockSource,
  columns: Column[],
  rowCount: number,
  grown: (bytes: number) => void,
): void {
  for (let c = 0; c < columns.length; c++) {
    columns[c]!.pending = (column) => {
      source.guard(source.columnOffset(c), () => decodeFlatColumn(column, rowCount, source.columnChunks(c)))
      grown(columnSizeBytes(column))
    }
  }
}

/** Makes the columns lazy and answers the slot of each cell: Puts count up by column, a marker's slot has no meaning. */
function layPending(
  source: BlockSource,
  columns: Column[],
  layout: CellLayout,
  grown: (bytes: number) => void,
): Uint32Array {
  const { cellColumns, types } = layout
  const counts = new Uint32Array(columns.length)
  const slots = new Uint32Array(cellColumns.length)
  for (let cell = 0; cell < slots.length; cell++) {
    if (types[cell] !== CellType.Put) continue
    const column = cellColumns[cell]!
    const slot = counts[column]!
    slots[cell] = slot
    counts[column] = slot + 1
  }
  for (let c = 0; c < columns.length; c++) {
    columns[c]!.pending = (column) => {
      source.guard(source.columnOffset(c), () => decodeSlotColumn(column, counts[c]!, source.columnChunks(c)))
      grown(columnSizeBytes(column))
    }
  }
  return slots
}
