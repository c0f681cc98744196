/** What a filter sees and says: one cell at a time, looked at in place, and a return code for each. */
import { compareBytes, compareRange, EMPTY } from '../util/bytes.js'
import { CellType, Column, Kind, type RowBlock } from './row-block.js'
import { writeLong, writeNumber } from './slot-bytes.js'

export const Code = {
  Include: 0,
  IncludeNextCol: 1,
  IncludeNextRow: 2,
  Skip: 3,
  NextCol: 4,
  /** On to the next row, in this family; the row's later families are still asked. */
  NextRow: 5,
  Hint: 6,
} as const
export type CodeValue = (typeof Code)[keyof typeof Code]

export function includes(code: CodeValue): boolean {
  return code <= Code.IncludeNextRow
}

/** Where to go on: a row, or (row = null) a place in the family of the cell that was asked. */
export interface FilterHint {
  readonly row: Uint8Array | null
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
  /** Infinity: the column's newest version. */
  readonly timestamp: number
}

const NO_COLUMN = new Column(EMPTY, { name: 'bytes', text: 'bytes' } as Column['type'], Kind.Bytes)
const VALUE_BYTES_MAX = 24

/** The cell that is asked about. One object for a whole scan: what must last is copied. */
export class FilterCell {
  /** The row's key is row[0, rowLength). */
  row: Uint8Array = new Uint8Array(64)
  rowLength = 0
  family: Uint8Array = EMPTY
  qualifier: Uint8Array = EMPTY
  timestamp = 0
  type: number = CellType.Put
  /** What a filter put in the value's place; null = nothing. */
  replaced: Uint8Array | null = null
  /** After loadValue(): the value is valueData[valueStart, valueEnd). */
  valueData: Uint8Array = EMPTY
  valueStart = 0
  valueEnd = 0
  #column: Column = NO_COLUMN
  #slot = 0
  readonly #scratch = new Uint8Array(VALUE_BYTES_MAX)

  setRow(block: RowBlock, row: number, group: number): void {
    const start = block.prefixOffsets[group]!
    const length = block.prefixOffsets[group + 1]! - start
    this.rowLength = length + block.suffixBytes
    if (this.row.length < this.rowLength) this.row = new Uint8Array(this.rowLength * 2)
    const into = this.row
    const data = block.prefixData
    for (let i = 0; i < length; i++) into[i] = data[start + i]!
    if (block.suffixBytes === 0) return
    const suffix = block.suffixes[row]!
    into[length] = suffix >>> 24
    into[length + 1] = suffix >>> 16
    into[length + 2] = suffix >>> 8
    into[length + 3] = suffix
  }

  setRowKey(key: Uint8Array): void {
    this.row = key
    this.rowLength = key.length
  }

  set(column: Column, slot: number, timestamp: number, type: number): void {
    this.qualifier = column.qualifier
    this.timestamp = timestamp
    this.type = type
    this.replaced = null
    this.#column = column
    this.#slot = slot
  }

  /** A cell whose value is at hand. */
  setBytes(qualifier: Uint8Array, timestamp: number, type: number, value: Uint8Array): void {
    this.set(NO_COLUMN, 0, timestamp, type)
    this.qualifier = qualifier
    this.valueData = value
    this.valueEnd = value.length
  }

  loadValue(): void {
    const column = this.#column
    if (column === NO_COLUMN) return
    this.valueStart = 0
    this.valueEnd = 0
    this.valueData = this.#scratch
    if (this.type !== CellType.Put) return
    if (column.kind === Kind.Bytes) {
      const entry = column.codes.length === 0 ? this.#slot : column.codes[this.#slot]!
      this.valueData = column.data
      this.valueStart = column.offsets[entry]!
      this.valueEnd = column.offsets[entry + 1]!
    } else if (column.kind === Kind.F64) {
      this.valueEnd = writeNumber(column.type, column.numbers[this.#slot]!, this.#scratch, 0)
    } else {
      this.valueEnd = writeLong(column.longs[this.#slot]!, this.#scratch, 0)
    }
  }

  compareRow(key: Uint8Array): number {
    return compareRange(this.row, 0, this.rowLength, key, 0, key.length)
  }

  isColumn(family: Uint8Array, qualifier: Uint8Array): boolean {
    return compareBytes(this.qualifier, qualifier) === 0 && compareBytes(this.family, family) === 0
  }

  /** Whether the cell lies before the hint; `reversed`: as seen by a reversed scan, in which rows descend. */
  isBefore(hint: FilterHint, reversed: boolean): boolean {
    const order = hint.row === null ? this.#compareInRow(hint) : this.compareRow(hint.row)
    return reversed ? order > 0 : order < 0
  }

  #compareInRow(hint: FilterHint): number {
    return (
      compareBytes(this.family, hint.family) ||
      compareBytes(this.qualifier, hint.qualifier) ||
      // A column's hint without a time stands before all of its versions.
      (hint.timestamp === this.timestamp ? 0 : hint.timestamp - this.timestamp)
    )
  }
}
