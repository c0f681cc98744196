/** Cells of a RowBlock as value bytes, and columns made from value bytes. */
import { EMPTY } from '../util/bytes.js'
import { CellType, Column, Kind, type RowBlock } from './row-block.js'
import {
  fitsNumber,
  isBytesType,
  isLongType,
  numberByteLength,
  readLong,
  readNumber,
  writeLong,
  writeNumber,
} from './slot-bytes.js'
import type { ValueType } from './value-type.js'

/** The value bytes of a slot. With Kind.Bytes a view on the column's data: do not write to it. */
export function slotBytes(column: Column, slot: number): Uint8Array {
  column.ready()
  if (column.kind === Kind.F64) {
    const value = column.numbers[slot]!
    const bytes = new Uint8Array(numberByteLength(column.type, value))
    writeNumber(column.type, value, bytes, 0)
    return bytes
  }
  if (column.kind === Kind.I64) {
    const bytes = new Uint8Array(8)
    writeLong(column.longs[slot]!, bytes, 0)
    return bytes
  }
  const entry = column.codes.length === 0 ? slot : column.codes[slot]!
  return column.data.subarray(column.offsets[entry]!, column.offsets[entry + 1]!)
}

/** Length of a slot's value bytes, without making them. */
export function slotByteLength(column: Column, slot: number): number {
  column.ready()
  if (column.kind === Kind.F64) return numberByteLength(column.type, column.numbers[slot]!)
  if (column.kind === Kind.I64) return 8
  const entry = column.codes.length === 0 ? slot : column.codes[slot]!
  return column.offsets[entry + 1]! - column.offsets[entry]!
}

/** The value bytes of a cell of a general block. Markers have none, whatever lies in their slot. */
export function cellValueBytes(block: RowBlock, cell: number): Uint8Array {
  if (block.types[cell] !== CellType.Put) return EMPTY
  return slotBytes(block.columns[block.cellColumns[cell]!]!, block.slots[cell]!)
}

/** The slot of the row's first (newest) cell in column `column` of the block, -1 where there is none. */
export function cellSlot(block: RowBlock, row: number, column: number): number {
  if (block.flat) {
    const valid = block.columns[column]!.ready().valid
    return valid === null || valid[row] === 1 ? row : -1
  }
  const end = block.rowStarts[row + 1]!
  for (let cell = block.rowStarts[row]!; cell < end; cell++) {
    if (block.cellColumns[cell] === column) return block.slots[cell]!
  }
  return -1
}

/** A column whose slot i holds values[i]; null = no cell (flat layout). Takes the narrowest kind that keeps every byte. */
export function buildColumn(
  qualifier: Uint8Array,
  type: ValueType,
  values: readonly (Uint8Array | null)[],
): Column {
  const column = new Column(qualifier, type, kindFor(type, values))
  if (column.kind === Kind.F64) column.numbers = numbersOf(type, values)
  else if (column.kind === Kind.I64) column.longs = longsOf(values)
  else fillBytes(column, values)
  column.valid = validOf(values)
  return column
}

function kindFor(type: ValueType, values: readonly (Uint8Array | null)[]): Column['kind'] {
  if (isBytesType(type)) return Kind.Bytes
  let kind: Column['kind'] = Kind.F64
  for (const value of values) {
    if (value === null || fitsNumber(type, value, 0, value.length)) continue
    if (!isLongType(type) || value.length !== 8) return Kind.Bytes
    kind = Kind.I64
  }
  return kind
}

function numbersOf(type: ValueType, values: readonly (Uint8Array | null)[]): Float64Array {
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== null) numbers[i] = readNumber(type, value, 0, value.length)
  }
  return numbers
}

function longsOf(values: readonly (Uint8Array | null)[]): BigInt64Array {
  const longs = new BigInt64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== null) longs[i] = readLong(value, 0)
  }
  return longs
}

function fillBytes(column: Column, values: readonly (Uint8Array | null)[]): void {
  const offsets = new Uint32Array(values.length + 1)
  for (let i = 0; i < values.length; i++) offsets[i + 1] = offsets[i]! + (values[i]?.length ?? 0)
  const data = new Uint8Array(offsets[values.length]!)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== null) data.set(value, offsets[i]!)
  }
  column.offsets = offsets
  column.data = data
}

function validOf(values: readonly (Uint8Array | null)[]): Uint8Array | null {
  if (!values.includes(null)) return null
  const valid = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) valid[i] = values[i] === null ? 0 : 1
  return valid
}
