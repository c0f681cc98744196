/** RowBlocks from plain literals and back, made naively: the reference side of tests. */
import { buildColumn, cellValueBytes, slotBytes } from '../../src/model/cell-access.js'
import type { StoreSchema } from '../../src/model/descriptor.js'
import {
  CellType,
  type Column,
  RowBlock,
  type RunCursor,
  rowKeyOf,
  rowSequence,
} from '../../src/model/row-block.js'
import { writeLong, writeNumber } from '../../src/model/slot-bytes.js'
import { BYTES_TYPE, parseValueType, type ValueType } from '../../src/model/value-type.js'
import { compareBytes, concatBytes, toBytes } from '../../src/util/bytes.js'

export type CellTypeName = keyof typeof CellType
export type ValueLiteral = number | bigint | boolean | string | Uint8Array
/** Text (UTF-8) or bytes; [prefix, suffix] appends the suffix as 4 bytes big-endian. */
export type KeyLiteral = string | Uint8Array | readonly [string | Uint8Array, number]

export interface CellLiteral {
  column: string | Uint8Array
  /** Numbers are written as the column's type; text and bytes as they are. Default empty. */
  value?: ValueLiteral
  timestamp?: number
  type?: CellTypeName
  sequence?: number
  ttlMs?: number
}

export interface RowLiteral {
  key: KeyLiteral
  /** Short form: puts by column, at the row's timestamp and sequence. */
  values?: Readonly<Record<string, ValueLiteral>>
  cells?: readonly CellLiteral[]
  /** Default 0. */
  timestamp?: number
  /** Default the position of the row + 1. */
  sequence?: number
}

/** A cell as plain text and bytes (latin1), for toEqual. */
export interface PlainCell {
  column: string
  timestamp: number
  type: CellTypeName
  sequence: number
  ttlMs: number | null
  value: string
}
export interface PlainRow {
  key: string
  cells: PlainCell[]
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** `schemaOf(4, { temp: 'double' })`. */
export function schemaOf(suffixBytes: 0 | 4, types: Readonly<Record<string, string>> = {}): StoreSchema {
  const entries = Object.entries(types).map(([name, type]): [string, ValueType] => [
    latin1(toBytes(name)),
    parseValueType(type),
  ])
  return { suffixBytes, types: new Map(entries) }
}

export function keyBytes(key: KeyLiteral): Uint8Array {
  if (typeof key === 'string' || key instanceof Uint8Array) return toBytes(key)
  const suffix = Buffer.alloc(4)
  suffix.writeUInt32BE(key[1] >>> 0)
  return concatBytes([toBytes(key[0]), suffix])
}

/** Value bytes of a literal in a column of `type`; a decimal's number is its unscaled value. */
export function valueBytes(type: ValueType, value: ValueLiteral): Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return toBytes(value)
  const into = new Uint8Array(16)
  const end =
    typeof value === 'bigint' ? writeLong(value, into, 0) : writeNumber(type, Number(value), into, 0)
  return into.slice(0, end)
}

interface FullCell extends Required<Omit<CellLiteral, 'column' | 'value'>> {
  column: string
  bytes: Uint8Array
}

function cellsOf(schema: StoreSchema, row: RowLiteral, index: number): FullCell[] {
  const puts = Object.entries(row.values ?? {}).map(([column, value]): CellLiteral => ({ column, value }))
  const cells = [...puts, ...(row.cells ?? [])].map((cell): FullCell => {
    const column = latin1(toBytes(cell.column))
    const type = schema.types.get(column) ?? BYTES_TYPE
    return {
      column,
      bytes: valueBytes(type, cell.value ?? ''),
      timestamp: cell.timestamp ?? row.timestamp ?? 0,
      type: cell.type ?? 'Put',
      sequence: cell.sequence ?? row.sequence ?? index + 1,
      ttlMs: cell.ttlMs ?? Number.NaN,
    }
  })
  return cells.sort(compareCells)
}

/** HBase's order inside a row. */
function compareCells(a: FullCell, b: FullCell): number {
  return (
    compareBytes(Buffer.from(a.column, 'latin1'), Buffer.from(b.column, 'latin1')) ||
    b.timestamp - a.timestamp ||
    CellType[b.type] - CellType[a.type] ||
    b.sequence - a.sequence
  )
}

function isFlatRow(cells: FullCell[]): boolean {
  const first = cells[0]
  return (
    new Set(cells.map((cell) => cell.column)).size === cells.length &&
    cells.every(
      (cell) =>
        cell.type === 'Put' &&
        Number.isNaN(cell.ttlMs) &&
        cell.timestamp === first?.timestamp &&
        cell.sequence === first.sequence,
    )
  )
}

/** A block of these rows in this order: flat where they allow it, unless `general`; `sorted` is found out. */
export function blockOf(
  schema: StoreSchema,
  rows: readonly RowLiteral[],
  options: { general?: boolean } = {},
): RowBlock {
  const keys = rows.map((row) => keyBytes(row.key))
  const cells = rows.map((row, index) => cellsOf(schema, row, index))
  const flat = options.general !== true && cells.every(isFlatRow)
  const all = cells.flat()
  const names = [...new Set(all.map((cell) => cell.column))].sort()
  const sorted = keys.every((key, i) => i === 0 || compareBytes(keys[i - 1]!, key) < 0)
  const sequences = flat ? cells.map((row) => row[0]?.sequence ?? 0) : all.map((cell) => cell.sequence)
  const timestamps = flat ? cells.map((row) => row[0]?.timestamp ?? 0) : all.map((cell) => cell.timestamp)
  const stamps = all.map((cell) => cell.timestamp)
  return new RowBlock({
    rowCount: rows.length,
    sorted,
    suffixBytes: schema.suffixBytes,
    ...keyParts(schema, keys),
    columns: names.map((name) => columnOf(schema, name, flat ? cells : null, all)),
    flat,
    timestamps: Float64Array.from(timestamps),
    sequences: Float64Array.from(sequences),
    ...(flat ? {} : cellParts(cells, names)),
    minTimestamp: stamps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    maxTimestamp: stamps.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    maxSequence: sequences.reduce((a, b) => Math.max(a, b), 0),
    hasMarkers: all.some((cell) => cell.type !== 'Put'),
    sizeBytes: all.reduce((sum, cell) => sum + cell.bytes.length + 24, 0),
  })
}

function keyParts(
  schema: StoreSchema,
  keys: Uint8Array[],
): { groupStarts: Uint32Array; prefixOffsets: Uint32Array; prefixData: Uint8Array; suffixes: Uint32Array } {
  const prefixes: Uint8Array[] = []
  const starts: number[] = []
  const suffixes: number[] = []
  keys.forEach((key, row) => {
    const prefix = key.subarray(0, key.length - schema.suffixBytes)
    const last = prefixes.at(-1)
    if (schema.suffixBytes === 0 || last === undefined || compareBytes(last, prefix) !== 0) {
      prefixes.push(prefix)
      starts.push(row)
    }
    if (schema.suffixBytes === 4) suffixes.push(Buffer.from(key).readUInt32BE(key.length - 4))
  })
  const offsets = [0]
  for (const prefix of prefixes) offsets.push(offsets.at(-1)! + prefix.length)
  return {
    groupStarts: schema.suffixBytes === 4 ? Uint32Array.from([...starts, keys.length]) : new Uint32Array(0),
    prefixOffsets: Uint32Array.from(offsets),
    prefixData: concatBytes(prefixes),
    suffixes: Uint32Array.from(suffixes),
  }
}

function columnOf(schema: StoreSchema, name: string, flatRows: FullCell[][] | null, all: FullCell[]): Column {
  const qualifier = new Uint8Array(Buffer.from(name, 'latin1'))
  const type = schema.types.get(name) ?? BYTES_TYPE
  const values =
    flatRows === null
      ? all.filter((cell) => cell.column === name && cell.type === 'Put').map((cell) => cell.bytes)
      : flatRows.map((row) => row.find((cell) => cell.column === name)?.bytes ?? null)
  return buildColumn(qualifier, type, values)
}

function cellParts(
  rows: FullCell[][],
  names: string[],
): {
  rowStarts: Uint32Array
  cellColumns: Uint32Array
  types: Uint8Array
  slots: Uint32Array
  ttls: Float64Array | null
} {
  const next = names.map(() => 0)
  const all = rows.flat()
  const columns = all.map((cell) => names.indexOf(cell.column))
  const starts = [0]
  for (const row of rows) starts.push(starts.at(-1)! + row.length)
  return {
    rowStarts: Uint32Array.from(starts),
    cellColumns: Uint32Array.from(columns),
    types: Uint8Array.from(all, (cell) => CellType[cell.type]),
    // A marker has no value and its slot no meaning.
    slots: Uint32Array.from(all, (cell, i) => (cell.type === 'Put' ? next[columns[i]!]!++ : 0)),
    ttls: all.some((cell) => !Number.isNaN(cell.ttlMs)) ? Float64Array.from(all, (cell) => cell.ttlMs) : null,
  }
}

const typeNames = new Map<number, CellTypeName>(
  Object.entries(CellType).map(([name, code]): [number, CellTypeName] => [code, name as CellTypeName]),
)

/** Rows [from, to) of a block, plain. */
export function plainRows(block: RowBlock, from = 0, to: number = block.rowCount): PlainRow[] {
  const rows: PlainRow[] = []
  for (let row = from; row < to; row++) {
    rows.push({
      key: latin1(rowKeyOf(block, row)),
      cells: block.flat ? plainFlatCells(block, row) : plainCells(block, row),
    })
  }
  return rows
}

function plainFlatCells(block: RowBlock, row: number): PlainCell[] {
  const present = block.columns.filter((column) => column.ready().valid === null || column.valid![row] === 1)
  return present.map((column) => ({
    column: latin1(column.qualifier),
    timestamp: block.timestamps[row]!,
    type: 'Put',
    sequence: rowSequence(block, row),
    ttlMs: null,
    value: latin1(slotBytes(column, row)),
  }))
}

function plainCells(block: RowBlock, row: number): PlainCell[] {
  const cells: PlainCell[] = []
  for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) {
    const ttlMs = block.ttls?.[cell] ?? Number.NaN
    cells.push({
      column: latin1(block.columns[block.cellColumns[cell]!]!.qualifier),
      timestamp: block.timestamps[cell]!,
      type: typeNames.get(block.types[cell]!)!,
      sequence: block.sequences === null ? block.sequenceBase + row : block.sequences[cell]!,
      ttlMs: Number.isNaN(ttlMs) ? null : ttlMs,
      value: latin1(cellValueBytes(block, cell)),
    })
  }
  return cells
}

/** What a cursor gives, in its order; the cursor is closed. */
export function drain(cursor: RunCursor, reversed = false): PlainRow[] {
  const rows: PlainRow[] = []
  while (cursor.next()) {
    const run = plainRows(cursor.block, cursor.from, cursor.to)
    rows.push(...(reversed ? run.reverse() : run))
  }
  cursor.close()
  return rows
}

/** A cursor over blocks that ascend: rows below `runRows` a run. */
export function cursorOf(blocks: readonly RowBlock[], runRows: number = Number.POSITIVE_INFINITY): RunCursor {
  let index = -1
  const cursor: RunCursor = {
    block: blocks[0]!,
    from: 0,
    to: 0,
    next() {
      if (index < 0 || cursor.to >= cursor.block.rowCount) {
        do index++
        while (index < blocks.length && blocks[index]!.rowCount === 0)
        if (index >= blocks.length) return false
        cursor.block = blocks[index]!
        cursor.to = 0
      }
      cursor.from = cursor.to
      cursor.to = Math.min(cursor.block.rowCount, cursor.from + runRows)
      return true
    },
    close() {},
  }
  return cursor
}
