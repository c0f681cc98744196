import { compareBytes, equalBytes } from '../util/bytes.js'
import { ColumnBuilder, type Tally } from './column-builder.js'
import type { StoreSchema } from './descriptor.js'
import { frontF64, frontU8, frontU32, roomForF64, roomForU32 } from './growable.js'
import { CellType, type Column, NO_NUMBERS, NO_UINTS, RowBlock, type RowBlockParts } from './row-block.js'
import { CellList } from './row-block-builder-cells.js'
import { KeyBuilder } from './row-block-builder-keys.js'
import { BYTES_TYPE } from './value-type.js'

const SPARSE_SLOTS_MIN = 65536
const SPARSE_SLOTS_PER_CELL = 8
const FLAT_ROW_BYTES = 16
const GENERAL_CELL_BYTES = 25
const TTL_BYTES = 8
const COLUMN_BYTES = 200
const BLOCK_BYTES = 1000

/** The unfinished block of a RowBlockBuilder: flat as long as every row allows it, then general. */
export class RowBlockDraft {
  readonly schema: StoreSchema
  readonly keys: KeyBuilder
  readonly tally: Tally = { bytes: 0, cells: 0 }
  readonly cells: CellList = new CellList()
  columns: ColumnBuilder[] = []
  flat = true
  /** Flat: one a row. */
  timestamps: Float64Array = NO_NUMBERS
  sequences: Float64Array = NO_NUMBERS
  /** General: the first cell of each row, and the end. */
  rowStarts: Uint32Array = NO_UINTS
  readonly #columnIds = new Map<string, number>()
  #ranks: Uint32Array = NO_UINTS

  constructor(schema: StoreSchema) {
    this.schema = schema
    this.keys = new KeyBuilder(schema.suffixBytes)
  }

  get sizeBytes(): number {
    const cells = this.cells.hasTtls ? GENERAL_CELL_BYTES + TTL_BYTES : GENERAL_CELL_BYTES
    return (
      this.keys.sizeBytes +
      this.tally.bytes +
      (this.flat ? this.keys.rowCount * FLAT_ROW_BYTES : this.cells.count * cells + this.keys.rowCount * 4)
    )
  }

  /** The column with this qualifier; made when missing. `guess` is looked at first. */
  columnId(qualifier: Uint8Array, guess: number): number {
    if (guess < this.columns.length && equalBytes(this.columns[guess]!.qualifier, qualifier)) return guess
    const name = Buffer.prototype.latin1Slice.call(qualifier, 0, qualifier.length)
    const known = this.#columnIds.get(name)
    if (known !== undefined) return known
    const id = this.columns.length
    if (this.flat && this.#isSparse(this.keys.rowCount, id + 1)) this.toGeneral()
    this.columns.push(
      new ColumnBuilder(qualifier.slice(), this.schema.types.get(name) ?? BYTES_TYPE, this.tally),
    )
    this.#columnIds.set(name, id)
    return id
  }

  /** Rows that share few columns would be mostly holes in the flat layout. */
  #isSparse(rows: number, columns: number): boolean {
    const slots = rows * columns
    return slots > SPARSE_SLOTS_MIN && slots > SPARSE_SLOTS_PER_CELL * this.tally.cells
  }

  /** Position by qualifier, by column id. */
  ranks(): Uint32Array {
    if (this.#ranks.length !== this.columns.length) {
      this.#ranks = new Uint32Array(this.columns.length)
      const order = orderOfColumns(this.columns)
      for (let i = 0; i < order.length; i++) this.#ranks[order[i]!] = i
    }
    return this.#ranks
  }

  /** Gives the finished rows one cell object each; their slots stay where they are. */
  toGeneral(): void {
    const rows = this.keys.rowCount
    const order = orderOfColumns(this.columns)
    this.rowStarts = roomForU32(this.rowStarts, 0, rows + 1)
    this.cells.reserve(Math.min(this.tally.cells, rows * order.length))
    for (let row = 0; row < rows; row++) {
      this.rowStarts[row] = this.cells.count
      for (let i = 0; i < order.length; i++) {
        if (!this.columns[order[i]!]!.isValid(row)) continue
        this.cells.push(order[i]!, row, this.timestamps[row]!, CellType.Put, this.sequences[row]!, Number.NaN)
      }
    }
    this.rowStarts[rows] = this.cells.count
    this.flat = false
  }

  /** Flat: the stamp of the row whose key came last. */
  stampRow(timestamp: number, sequence: number): void {
    const at = this.keys.rowCount - 1
    this.timestamps = roomForF64(this.timestamps, at, 1)
    this.sequences = roomForF64(this.sequences, at, 1)
    this.timestamps[at] = timestamp
    this.sequences[at] = sequence
  }

  /** General: the last row ends here. */
  closeRow(rowCount: number): void {
    this.rowStarts = roomForU32(this.rowStarts, rowCount, 1)
    this.rowStarts[rowCount] = this.cells.count
  }

  /** `lent`: views on the arrays of the draft instead of copies. */
  finish(lent: boolean): RowBlock {
    const used = orderOfColumns(this.columns).filter((id) => this.columns[id]!.cells > 0)
    if (this.flat && this.#isSparse(this.keys.rowCount, used.length)) this.toGeneral()
    const columns = this.#finishColumns(used, lent)
    const stamps = this.flat ? this.#flatStamps(lent) : this.#generalStamps(used, lent)
    const keys = this.keys.parts(lent)
    const block = new RowBlock({
      rowCount: this.keys.rowCount,
      suffixBytes: this.schema.suffixBytes,
      ...keys,
      columns,
      flat: this.flat,
      ...stamps,
      sizeBytes: this.sizeBytes + BLOCK_BYTES + COLUMN_BYTES * columns.length,
    })
    this.#clear(used)
    return block
  }

  #finishColumns(used: number[], lent: boolean): Column[] {
    return used.map((id) => {
      const column = this.columns[id]!
      if (this.flat) column.padTo(this.keys.rowCount)
      return column.finish(this.flat, lent)
    })
  }

  #flatStamps(
    lent: boolean,
  ): Pick<
    RowBlockParts,
    | 'timestamps'
    | 'sequences'
    | 'sequenceBase'
    | 'minTimestamp'
    | 'maxTimestamp'
    | 'maxSequence'
    | 'hasMarkers'
  > {
    const rows = this.keys.rowCount
    const isCounting = isCountingUp(this.sequences, rows)
    return {
      timestamps: frontF64(this.timestamps, rows, lent),
      sequences: isCounting ? null : frontF64(this.sequences, rows, lent),
      sequenceBase: isCounting && rows > 0 ? this.sequences[0]! : 0,
      minTimestamp: minOf(this.timestamps, rows),
      maxTimestamp: maxOf(this.timestamps, rows, Number.NEGATIVE_INFINITY),
      maxSequence: maxOf(this.sequences, rows, 0),
      hasMarkers: false,
    }
  }

  #generalStamps(
    used: number[],
    lent: boolean,
  ): Omit<
    RowBlockParts,
    'rowCount' | 'suffixBytes' | 'prefixOffsets' | 'prefixData' | 'columns' | 'flat' | 'sizeBytes'
  > {
    const list = this.cells
    const count = list.count
    const places = new Uint32Array(this.columns.length)
    for (let i = 0; i < used.length; i++) places[used[i]!] = i
    const cellColumns = frontU32(list.columns, count, lent)
    for (let i = 0; i < count; i++) cellColumns[i] = places[cellColumns[i]!]!
    return {
      timestamps: frontF64(list.timestamps, count, lent),
      sequences: frontF64(list.sequences, count, lent),
      rowStarts: frontU32(this.rowStarts, this.keys.rowCount + 1, lent),
      cellColumns,
      types: frontU8(list.types, count, lent),
      slots: frontU32(list.slots, count, lent),
      ttls: list.hasTtls ? frontF64(list.ttls, count, lent) : null,
      minTimestamp: minOf(list.timestamps, count),
      maxTimestamp: maxOf(list.timestamps, count, Number.NEGATIVE_INFINITY),
      maxSequence: maxOf(list.sequences, count, 0),
      hasMarkers: hasMarker(list.types, count),
    }
  }

  /** The columns of the last block stay, with their room: the next block mostly has the same. */
  #clear(used: number[]): void {
    this.columns = used.map((id) => this.columns[id]!)
    this.#columnIds.clear()
    for (let id = 0; id < this.columns.length; id++) {
      const { qualifier } = this.columns[id]!
      this.columns[id]!.clear()
      this.#columnIds.set(Buffer.prototype.latin1Slice.call(qualifier, 0, qualifier.length), id)
    }
    this.#ranks = NO_UINTS
    this.keys.clear()
    this.cells.clear()
    this.flat = true
    this.tally.bytes = 0
    this.tally.cells = 0
  }
}

/** Column ids ascending by qualifier. */
function orderOfColumns(columns: readonly ColumnBuilder[]): number[] {
  const order = columns.map((_, id) => id)
  return order.sort((a, b) => compareBytes(columns[a]!.qualifier, columns[b]!.qualifier))
}

function isCountingUp(values: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) {
    if (values[i] !== values[0]! + i) return false
  }
  return true
}

function minOf(values: Float64Array, count: number): number {
  let min = Number.POSITIVE_INFINITY
  for (let i = 0; i < count; i++) if (values[i]! < min) min = values[i]!
  return min
}

function maxOf(values: Float64Array, count: number, floor: number): number {
  let max = floor
  for (let i = 0; i < count; i++) if (values[i]! > max) max = values[i]!
  return max
}

function hasMarker(types: Uint8Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (types[i] !== CellType.Put) return true
  return false
}
