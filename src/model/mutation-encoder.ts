/** Mutations → one unsorted RowBlock a family, cells in HBase's order within a row; flat where the cells allow it. */
import { compareBytes } from '../util/bytes.js'
import { buildColumn } from './cell-access.js'
import type { StoreSchema } from './descriptor.js'
import { uint32At } from './key-reader.js'
import type { Mutation, MutationCell } from './mutation.js'
import { CellType, type Column, NO_BYTES, NO_UINTS, RowBlock } from './row-block.js'
import type { TableSchema } from './table-schema.js'
import { BYTES_TYPE } from './value-type.js'

const BLOCK_BYTES = 512
const CELL_BYTES = 64

/** Mutation i gets sequenceBase + i. A family without cells gives null. */
export function encodeMutations(
  schema: TableSchema,
  mutations: readonly Mutation[],
  sequenceBase: number,
): (RowBlock | null)[] {
  return schema.stores.map((store, family) => encodeFamily(store, family, mutations, sequenceBase))
}

interface Row {
  readonly key: Uint8Array
  readonly sequence: number
  /** In HBase's order, one a column, timestamp and type. */
  readonly cells: readonly MutationCell[]
}

function encodeFamily(
  store: StoreSchema,
  family: number,
  mutations: readonly Mutation[],
  sequenceBase: number,
): RowBlock | null {
  const rows: Row[] = []
  mutations.forEach(({ row, cells }, i) => {
    const ours = cells.filter((cell) => cell.family === family)
    if (ours.length > 0) rows.push({ key: row, sequence: sequenceBase + i, cells: orderCells(ours) })
  })
  if (rows.length === 0) return null
  const qualifiers = distinctQualifiers(rows)
  const isDense = rows.length === mutations.length
  const cells = rows.every(isFlatRow)
    ? flatCells(store, rows, qualifiers)
    : generalCells(store, rows, qualifiers)
  const keys = keysOf(store, rows)
  // Named one by one: an object made by spreading has a hidden class of its own, which costs every reader dear.
  return new RowBlock({
    rowCount: rows.length,
    sorted: false,
    suffixBytes: store.suffixBytes,
    groupStarts: keys.groupStarts,
    prefixOffsets: keys.prefixOffsets,
    prefixData: keys.prefixData,
    suffixes: keys.suffixes,
    columns: cells.columns,
    flat: cells.flat,
    timestamps: cells.timestamps,
    sequences: isDense ? null : cells.sequences,
    sequenceBase,
    rowStarts: cells.rowStarts,
    cellColumns: cells.cellColumns,
    types: cells.types,
    slots: cells.slots,
    ttls: cells.ttls,
    minTimestamp: minOf(cells.timestamps),
    maxTimestamp: maxOf(cells.timestamps),
    maxSequence: rows[rows.length - 1]!.sequence,
    hasMarkers: rows.some((row) => row.cells.some((cell) => cell.type !== CellType.Put)),
    sizeBytes: sizeOf(rows),
  })
}

/** Column ascending, timestamp descending, type descending; of equal ones the last given stays. */
function orderCells(cells: readonly MutationCell[]): MutationCell[] {
  const newestFirst = cells.length === 1 ? [...cells] : cells.toReversed().sort(compareCells)
  return newestFirst.filter((cell, i) => i === 0 || compareCells(newestFirst[i - 1]!, cell) !== 0)
}

function compareCells(a: MutationCell, b: MutationCell): number {
  return compareBytes(a.qualifier, b.qualifier) || b.timestamp - a.timestamp || b.type - a.type
}

function isFlatRow({ cells }: Row): boolean {
  const timestamp = cells[0]!.timestamp
  return cells.every(
    (cell, i) =>
      cell.type === CellType.Put &&
      cell.timestamp === timestamp &&
      Number.isNaN(cell.ttlMs) &&
      (i === 0 || compareBytes(cells[i - 1]!.qualifier, cell.qualifier) !== 0),
  )
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Ascending: latin1 text sorts as its bytes. */
function distinctQualifiers(rows: readonly Row[]): Map<string, { index: number; qualifier: Uint8Array }> {
  const found = new Map<string, Uint8Array>()
  for (const { cells } of rows) for (const { qualifier } of cells) found.set(latin1(qualifier), qualifier)
  const sorted = [...found].sort((a, b) => (a[0] < b[0] ? -1 : 1))
  return new Map(sorted.map(([text, qualifier], index) => [text, { index, qualifier }]))
}

type Qualifiers = ReturnType<typeof distinctQualifiers>
interface Cells {
  readonly columns: Column[]
  readonly flat: boolean
  readonly timestamps: Float64Array
  readonly sequences: Float64Array
  readonly rowStarts: Uint32Array
  readonly cellColumns: Uint32Array
  readonly types: Uint8Array
  readonly slots: Uint32Array
  readonly ttls: Float64Array | null
}

function columnsOf(
  store: StoreSchema,
  qualifiers: Qualifiers,
  values: readonly (Uint8Array | null)[][],
): Column[] {
  return [...qualifiers].map(([text, { index, qualifier }]) =>
    buildColumn(qualifier, store.types.get(text) ?? BYTES_TYPE, values[index]!),
  )
}

function flatCells(store: StoreSchema, rows: readonly Row[], qualifiers: Qualifiers): Cells {
  const values = [...qualifiers].map(() => new Array<Uint8Array | null>(rows.length).fill(null))
  rows.forEach(({ cells }, row) => {
    for (const cell of cells) values[qualifiers.get(latin1(cell.qualifier))!.index]![row] = cell.value
  })
  return {
    columns: columnsOf(store, qualifiers, values),
    flat: true,
    timestamps: Float64Array.from(rows, (row) => row.cells[0]!.timestamp),
    sequences: Float64Array.from(rows, (row) => row.sequence),
    rowStarts: NO_UINTS,
    cellColumns: NO_UINTS,
    types: NO_BYTES,
    slots: NO_UINTS,
    ttls: null,
  }
}

function generalCells(store: StoreSchema, rows: readonly Row[], qualifiers: Qualifiers): Cells {
  const cells = rows.flatMap((row) => row.cells)
  const values = [...qualifiers].map((): Uint8Array[] => [])
  const cellColumns = new Uint32Array(cells.length)
  const slots = new Uint32Array(cells.length)
  cells.forEach((cell, i) => {
    const column = qualifiers.get(latin1(cell.qualifier))!.index
    cellColumns[i] = column
    if (cell.type === CellType.Put) slots[i] = values[column]!.push(cell.value) - 1
  })
  const rowStarts = new Uint32Array(rows.length + 1)
  rows.forEach((row, i) => {
    rowStarts[i + 1] = rowStarts[i]! + row.cells.length
  })
  const hasTtl = cells.some((cell) => !Number.isNaN(cell.ttlMs))
  return {
    columns: columnsOf(store, qualifiers, values),
    flat: false,
    timestamps: Float64Array.from(cells, (cell) => cell.timestamp),
    sequences: Float64Array.from(rows.flatMap((row) => row.cells.map(() => row.sequence))),
    rowStarts,
    cellColumns,
    types: Uint8Array.from(cells, (cell) => cell.type),
    slots,
    ttls: hasTtl ? Float64Array.from(cells, (cell) => cell.ttlMs) : null,
  }
}

interface Keys {
  readonly groupStarts: Uint32Array
  readonly prefixOffsets: Uint32Array
  readonly prefixData: Uint8Array
  readonly suffixes: Uint32Array
}

/** One group a row. */
function keysOf({ suffixBytes }: StoreSchema, rows: readonly Row[]): Keys {
  const count = rows.length
  const prefixOffsets = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) prefixOffsets[i + 1] = prefixOffsets[i]! + rows[i]!.key.length - suffixBytes
  const prefixData = new Uint8Array(prefixOffsets[count]!)
  for (let i = 0; i < count; i++) {
    const key = rows[i]!.key
    prefixData.set(suffixBytes === 0 ? key : key.subarray(0, key.length - suffixBytes), prefixOffsets[i]!)
  }
  if (suffixBytes === 0) return { groupStarts: NO_UINTS, prefixOffsets, prefixData, suffixes: NO_UINTS }
  const groupStarts = new Uint32Array(count + 1)
  const suffixes = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    groupStarts[i + 1] = i + 1
    suffixes[i] = uint32At(rows[i]!.key, rows[i]!.key.length - 4)
  }
  return { groupStarts, prefixOffsets, prefixData, suffixes }
}

function minOf(values: Float64Array): number {
  let min = values[0]!
  for (let i = 1; i < values.length; i++) if (values[i]! < min) min = values[i]!
  return min
}

function maxOf(values: Float64Array): number {
  let max = values[0]!
  for (let i = 1; i < values.length; i++) if (values[i]! > max) max = values[i]!
  return max
}

function sizeOf(rows: readonly Row[]): number {
  let bytes = BLOCK_BYTES
  for (const { key, cells } of rows) {
    bytes += key.length + 16
    for (const cell of cells) bytes += CELL_BYTES + cell.value.length
  }
  return bytes
}
