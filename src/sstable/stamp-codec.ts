/**
 * Timestamps and sequences: one a row in flat blocks, one a cell in general ones. First byte:
 *  Affine    factor (signed), offset (signed): factor × suffix + offset, the key's 4-byte suffix read as a number with its
 *            sign bit flipped. An event time that is also the end of the key costs these few bytes.
 *  Row       one integer a row: flat blocks, and general blocks in which the cells of each row agree
 *  Cell      one integer a cell
 *  Implicit  base (signed): base + i (a block without a `sequences` array)
 */
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readIntegers, writeIntegers } from './integer-codec.js'

const AFFINE = 0
const ROW = 1
const CELL = 2
const IMPLICIT = 3

/** What stamps belong to. `rowStarts` is empty in a flat block: then row i has stamp i. */
export interface StampOwner {
  readonly rowCount: number
  readonly cellCount: number
  readonly rowStarts: Uint32Array
  /** Empty when keys have none. */
  readonly suffixes: Uint32Array
}

export function writeImplicitStamps(writer: VarintWriter, base: number): void {
  writer.u8(IMPLICIT)
  writer.signed(base)
}

export function writeStamps(writer: VarintWriter, owner: StampOwner, stamps: Float64Array): void {
  const { rowCount, rowStarts } = owner
  const general = rowStarts.length > 0
  const byRow = general ? rowStamps(rowStarts, rowCount, stamps) : stamps
  if (byRow === null) {
    writer.u8(CELL)
    writeIntegers(writer, stamps, owner.cellCount)
    return
  }
  const line = affineOf(owner.suffixes, byRow, rowCount)
  if (line !== null) {
    writer.u8(AFFINE)
    writer.signed(line.factor)
    writer.signed(line.offset)
    return
  }
  writer.u8(ROW)
  writeIntegers(writer, byRow, rowCount)
}

/** One stamp a row, or null where cells of a row differ. */
function rowStamps(rowStarts: Uint32Array, rowCount: number, stamps: Float64Array): Float64Array | null {
  const byRow = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const start = rowStarts[row]!
    const end = rowStarts[row + 1]!
    const stamp = stamps[start]!
    for (let cell = start + 1; cell < end; cell++) if (stamps[cell] !== stamp) return null
    byRow[row] = stamp
  }
  return byRow
}

/** The suffix as the signed number whose order-preserving form it is. */
function suffixNumber(suffix: number): number {
  return (suffix ^ 0x80000000) | 0
}

function affineOf(
  suffixes: Uint32Array,
  stamps: Float64Array,
  rowCount: number,
): { factor: number; offset: number } | null {
  if (suffixes.length === 0 || rowCount < 2) return null
  const x = suffixNumber(suffixes[0]!)
  let other = 1
  while (other < rowCount && suffixes[other] === suffixes[0]) other++
  if (other === rowCount) return null
  const factor = (stamps[other]! - stamps[0]!) / (suffixNumber(suffixes[other]!) - x)
  const offset = stamps[0]! - factor * x
  if (!Number.isSafeInteger(factor) || !Number.isSafeInteger(offset)) return null
  for (let row = 0; row < rowCount; row++) {
    if (factor * suffixNumber(suffixes[row]!) + offset !== stamps[row]) return null
  }
  return { factor, offset }
}

/** The stamps, or the base alone when they are implicit. */
export function readStamps(reader: VarintReader, owner: StampOwner): Float64Array | number {
  const form = reader.u8()
  if (form === IMPLICIT) return reader.signed()
  const { rowCount, cellCount, rowStarts } = owner
  const general = rowStarts.length > 0
  if (form === CELL && general) return readIntegers(reader, cellCount, new Float64Array(cellCount))
  const byRow = new Float64Array(rowCount)
  if (form === ROW) readIntegers(reader, rowCount, byRow)
  else if (form === AFFINE && owner.suffixes.length > 0) readAffine(reader, owner.suffixes, byRow)
  else throw damaged(`stamp form ${form}`)
  return general ? spread(byRow, rowStarts, cellCount) : byRow
}

function readAffine(reader: VarintReader, suffixes: Uint32Array, byRow: Float64Array): void {
  const factor = reader.signed()
  const offset = reader.signed()
  for (let row = 0; row < byRow.length; row++) byRow[row] = factor * suffixNumber(suffixes[row]!) + offset
}

function spread(byRow: Float64Array, rowStarts: Uint32Array, cellCount: number): Float64Array {
  const stamps = new Float64Array(cellCount)
  for (let row = 0; row < byRow.length; row++) stamps.fill(byRow[row]!, rowStarts[row], rowStarts[row + 1])
  return stamps
}
