/**
 * The cells of a general block:
 *  cells a row (integers, one a row)
 *  columns  1 byte: Pattern: the column of each cell of one row (integers; all rows alike), or Each: of every cell (integers)
 *  types    (integers, one a cell)
 *  TTLs     1 byte: None, or Some: which cells have one (validity), then those (integers)
 * Slots are not stored: a column's values lie in the order of its Puts, and markers have no value.
 */
import { CellType } from '../model/row-block.js'
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readIntegers, readUints, writeIntegers, writeUints } from './integer-codec.js'
import { readValid, writeValid } from './valid-codec.js'

const PATTERN = 0
const EACH = 1
const NONE = 0
const SOME = 1

export interface CellLayout {
  readonly rowStarts: Uint32Array
  readonly cellColumns: Uint32Array
  readonly types: Uint8Array
  readonly ttls: Float64Array | null
}

export function writeLayout(writer: VarintWriter, layout: CellLayout, rowCount: number): void {
  const { rowStarts, cellColumns, ttls } = layout
  const cellCount = rowStarts[rowCount]! - rowStarts[0]!
  const lengths = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) lengths[row] = rowStarts[row + 1]! - rowStarts[row]!
  writeIntegers(writer, lengths, rowCount)
  const period = patternLength(lengths, cellColumns, cellCount)
  writer.u8(period > 0 ? PATTERN : EACH)
  writeUints(writer, cellColumns, period > 0 ? period : cellCount)
  writeUints(writer, layout.types, cellCount)
  writeTtls(writer, ttls, cellCount)
}

/** Cells a row when every row has the same columns in the same order, else 0. */
function patternLength(lengths: Float64Array, cellColumns: Uint32Array, cellCount: number): number {
  const period = lengths[0]!
  for (let row = 1; row < lengths.length; row++) if (lengths[row] !== period) return 0
  for (let cell = period; cell < cellCount; cell++) {
    if (cellColumns[cell] !== cellColumns[cell - period]) return 0
  }
  return period
}

function writeTtls(writer: VarintWriter, ttls: Float64Array | null, cellCount: number): void {
  if (ttls === null) {
    writer.u8(NONE)
    return
  }
  const valid = new Uint8Array(cellCount)
  const present = new Float64Array(cellCount)
  let count = 0
  for (let cell = 0; cell < cellCount; cell++) {
    const ttl = ttls[cell]!
    if (Number.isNaN(ttl)) continue
    valid[cell] = 1
    present[count++] = ttl
  }
  if (count === 0) {
    writer.u8(NONE)
    return
  }
  writer.u8(SOME)
  writeValid(writer, valid, cellCount)
  writeIntegers(writer, present, count)
}

export function readLayout(
  reader: VarintReader,
  rowCount: number,
  cellCount: number,
  columnCount: number,
): CellLayout {
  const lengths = readUints(reader, rowCount, cellCount, 'cells a row')
  const rowStarts = new Uint32Array(rowCount + 1)
  let total = 0
  for (let row = 0; row < rowCount; row++) {
    total += lengths[row]!
    rowStarts[row + 1] = total
  }
  if (total !== cellCount) throw damaged(`rows of ${total} cells, expected ${cellCount}`)
  const cellColumns = readCellColumns(reader, lengths, cellCount, columnCount)
  const types = Uint8Array.from(readUints(reader, cellCount, 255, 'cell type'))
  for (let cell = 0; cell < cellCount; cell++) {
    if (!isCellType(types[cell]!)) throw damaged(`cell type ${types[cell]}`)
  }
  return { rowStarts, cellColumns, types, ttls: readTtls(reader, cellCount) }
}

function readCellColumns(
  reader: VarintReader,
  lengths: Uint32Array,
  cellCount: number,
  columnCount: number,
): Uint32Array {
  const form = reader.u8()
  const period = lengths[0] ?? 0
  if (form !== EACH && (form !== PATTERN || period === 0)) throw damaged(`column form ${form}`)
  const stored = form === PATTERN ? period : cellCount
  const columns = readUints(reader, stored, columnCount - 1, 'column of a cell')
  if (form === EACH) return columns
  const all = new Uint32Array(cellCount)
  for (let cell = 0; cell < cellCount; cell++) all[cell] = columns[cell % period]!
  return all
}

function readTtls(reader: VarintReader, cellCount: number): Float64Array | null {
  const form = reader.u8()
  if (form === NONE) return null
  if (form !== SOME) throw damaged(`TTL form ${form}`)
  const valid = readValid(reader, cellCount)
  if (valid === null) return readIntegers(reader, cellCount, new Float64Array(cellCount))
  let count = 0
  for (let cell = 0; cell < cellCount; cell++) count += valid[cell]!
  const present = readIntegers(reader, count, new Float64Array(count))
  const ttls = new Float64Array(cellCount)
  let next = 0
  for (let cell = 0; cell < cellCount; cell++) ttls[cell] = valid[cell] === 1 ? present[next++]! : NaN
  return ttls
}

function isCellType(type: number): boolean {
  return (
    type === CellType.Put ||
    type === CellType.Delete ||
    type === CellType.DeleteFamilyVersion ||
    type === CellType.DeleteColumn ||
    type === CellType.DeleteFamily
  )
}
