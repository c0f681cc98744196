/** Filled columns and keys → the RowBlock of one family: flat, or general where there are markers or cell TTLs. */
import { EMPTY } from '../util/bytes.js'
import type { BatchKeys } from './batch-keys.js'
import { type FilledColumn, Presence } from './column-filler.js'
import { TYPED_MARKER_TIMESTAMP } from './mutation.js'
import { CellType, Column, Kind, NO_UINTS, RowBlock } from './row-block.js'
import { BYTES_TYPE } from './value-type.js'

export interface BatchRows {
  readonly suffixBytes: 0 | 4
  /** Of these rows. */
  readonly keys: BatchKeys
  /** Of all rows of the call, ascending by qualifier. */
  readonly columns: readonly FilledColumn[]
  /** The call's rows that this block holds, ascending; null = all. */
  readonly rows: Uint32Array | null
}

export interface BatchOptions {
  readonly nulls: 'skip' | 'delete'
  readonly sequenceBase: number
  readonly ttlMs?: number
}

const BLOCK_BYTES = 512
const COLUMN_BYTES = 256

export function buildBlock(batch: BatchRows, options: BatchOptions): RowBlock {
  const { rows } = batch
  const columns = rows === null ? batch.columns : batch.columns.map((column) => gather(column, rows))
  const hasMarkers = options.nulls === 'delete' && columns.some((column) => column.nulls > 0)
  return hasMarkers || options.ttlMs !== undefined
    ? buildGeneral(batch, columns, options)
    : buildFlat(batch, columns, options)
}

function buildFlat(
  { keys, rows, suffixBytes }: BatchRows,
  filled: readonly FilledColumn[],
  options: BatchOptions,
): RowBlock {
  const timestamps = keys.timestamps
  const rowCount = timestamps.length
  const columns: Column[] = []
  for (const { column, presence, values, nulls } of filled) {
    if (values === 0) continue
    column.valid = values === rowCount ? null : nulls === 0 ? presence : withoutNulls(presence)
    columns.push(column)
  }
  return new RowBlock({
    rowCount,
    sorted: false,
    suffixBytes,
    groupStarts: keys.groupStarts,
    prefixOffsets: keys.prefixOffsets,
    prefixData: keys.prefixData,
    suffixes: keys.suffixes,
    sequenceBase: options.sequenceBase,
    columns,
    flat: true,
    timestamps,
    sequences: rows === null ? null : sequencesOf(rows, options.sequenceBase),
    minTimestamp: minOf(timestamps),
    maxTimestamp: maxOf(timestamps),
    maxSequence: options.sequenceBase + lastRow(rowCount, rows),
    hasMarkers: false,
    sizeBytes: sizeOf(keys, columns) + timestamps.byteLength,
  })
}

/** Values stay where they are: cell of row r and column c has slot r. */
function buildGeneral(
  { keys, rows, suffixBytes }: BatchRows,
  filled: readonly FilledColumn[],
  options: BatchOptions,
): RowBlock {
  const stamps = keys.timestamps
  const rowCount = stamps.length
  const deletes = options.nulls === 'delete'
  let cells = 0
  for (const { values, nulls } of filled) cells += values + (deletes ? nulls : 0)
  const rowStarts = new Uint32Array(rowCount + 1)
  const cellColumns = new Uint32Array(cells)
  const types = new Uint8Array(cells)
  const slots = new Uint32Array(cells)
  const timestamps = new Float64Array(cells)
  const sequences = rows === null ? null : new Float64Array(cells)
  const ttls = options.ttlMs === undefined ? null : new Float64Array(cells).fill(Number.NaN)
  let hasMarkers = false
  let cell = 0
  for (let row = 0; row < rowCount; row++) {
    rowStarts[row] = cell
    for (let c = 0; c < filled.length; c++) {
      const presence = filled[c]!.presence[row]
      const isPut = presence === Presence.Value
      if (!isPut && !(deletes && presence === Presence.Null)) continue
      cellColumns[cell] = c
      types[cell] = isPut ? CellType.Put : CellType.DeleteColumn
      slots[cell] = isPut ? row : 0
      timestamps[cell] = isPut ? stamps[row]! : TYPED_MARKER_TIMESTAMP
      if (sequences !== null) sequences[cell] = options.sequenceBase + rows![row]!
      if (ttls !== null && isPut) ttls[cell] = options.ttlMs!
      hasMarkers ||= !isPut
      cell++
    }
  }
  rowStarts[rowCount] = cell
  const columns = filled.map(({ column }) => column)
  return new RowBlock({
    rowCount,
    sorted: false,
    suffixBytes,
    groupStarts: keys.groupStarts,
    prefixOffsets: keys.prefixOffsets,
    prefixData: keys.prefixData,
    suffixes: keys.suffixes,
    sequenceBase: options.sequenceBase,
    columns,
    flat: false,
    timestamps,
    sequences,
    rowStarts,
    cellColumns,
    types,
    slots,
    ttls,
    minTimestamp: minOf(timestamps),
    maxTimestamp: maxOf(timestamps),
    maxSequence: options.sequenceBase + lastRow(rowCount, rows),
    hasMarkers,
    sizeBytes: sizeOf(keys, columns) + cells * 17 + rowStarts.byteLength,
  })
}

/** A column of empty values under the empty qualifier for the rows where `present` is 1. */
export function existenceColumn(present: Uint8Array): FilledColumn {
  const column = new Column(EMPTY, BYTES_TYPE, Kind.Bytes)
  column.offsets = new Uint32Array(2)
  column.codes = new Uint32Array(present.length)
  let values = 0
  for (let row = 0; row < present.length; row++) values += present[row]!
  return { column, presence: present, values, nulls: 0 }
}

/** The rows listed alone. */
function gather(filled: FilledColumn, rows: Uint32Array): FilledColumn {
  const { column } = filled
  const out = new Column(column.qualifier, column.type, column.kind)
  const presence = new Uint8Array(rows.length)
  if (column.kind === Kind.F64) out.numbers = new Float64Array(rows.length)
  else if (column.kind === Kind.I64) out.longs = new BigInt64Array(rows.length)
  else {
    out.offsets = column.offsets
    out.data = column.data
    out.codes = new Uint32Array(rows.length)
  }
  let values = 0
  let nulls = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    presence[i] = filled.presence[row]!
    if (presence[i] === Presence.Value) values++
    else if (presence[i] === Presence.Null) nulls++
    if (column.kind === Kind.F64) out.numbers[i] = column.numbers[row]!
    else if (column.kind === Kind.I64) out.longs[i] = column.longs[row]!
    else out.codes[i] = column.codes === NO_UINTS ? row : column.codes[row]!
  }
  return { column: out, presence, values, nulls }
}

function withoutNulls(presence: Uint8Array): Uint8Array {
  const valid = new Uint8Array(presence.length)
  for (let row = 0; row < presence.length; row++) valid[row] = presence[row] === Presence.Value ? 1 : 0
  return valid
}

function sequencesOf(rows: Uint32Array, base: number): Float64Array {
  const sequences = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) sequences[i] = base + rows[i]!
  return sequences
}

function lastRow(rowCount: number, rows: Uint32Array | null): number {
  return rows === null ? rowCount - 1 : rows[rows.length - 1]!
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

function sizeOf(keys: BatchKeys, columns: readonly Column[]): number {
  let bytes =
    BLOCK_BYTES + keys.prefixData.length + keys.prefixOffsets.byteLength + keys.suffixes.byteLength * 2
  for (const { numbers, longs, offsets, data, codes, valid } of columns) {
    bytes +=
      COLUMN_BYTES +
      numbers.byteLength +
      longs.byteLength +
      offsets.byteLength +
      data.length +
      codes.byteLength
    bytes += valid?.length ?? 0
  }
  return bytes
}
