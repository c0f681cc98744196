/** One column of a flat block, gathered from the batches row by row. */
import { ColumnBuilder } from '../model/column-builder.js'
import { Column, Kind, type KindValue, NO_UINTS } from '../model/row-block.js'
import type { ValueType } from '../model/value-type.js'
import type { GatherPlaces } from './gather-places.js'

/** `columns`: the column by index in places.blocks; null = that batch has none. Null when no row has a cell. */
export function gatherColumn(
  places: GatherPlaces,
  columns: readonly (Column | null)[],
  qualifier: Uint8Array,
  type: ValueType,
): Column | null {
  const kind = commonKind(columns, type)
  if (kind === null) return buildColumn(places, columns, qualifier, type)
  const column = new Column(qualifier, type, kind)
  if (kind === Kind.F64) column.numbers = gatherNumbers(places, columns)
  else column.longs = gatherLongs(places, columns)
  if (columns.some((source) => source === null || source.valid !== null)) {
    const valid = gatherValid(places, columns)
    if (!valid.includes(1)) return null
    if (valid.includes(0)) column.valid = valid
  }
  return column
}

/** F64 or I64 when all batches hold the column so, else null. */
function commonKind(columns: readonly (Column | null)[], type: ValueType): KindValue | null {
  let kind: KindValue | null = null
  for (const column of columns) {
    if (column === null) continue
    if (column.type !== type || column.kind === Kind.Bytes) return null
    if (kind !== null && kind !== column.kind) return null
    kind = column.kind
  }
  return kind
}

function gatherNumbers(places: GatherPlaces, columns: readonly (Column | null)[]): Float64Array {
  const { rowCount, sources, rows } = places
  const out = new Float64Array(rowCount)
  const hole = new Float64Array(0)
  const arrays = columns.map((column) => column?.numbers ?? hole)
  for (let i = 0; i < rowCount; i++) {
    const array = arrays[sources[i]!]!
    const row = rows[i]!
    // A batch without the column leaves zeros, which are not valid.
    if (row < array.length) out[i] = array[row]!
  }
  return out
}

function gatherLongs(places: GatherPlaces, columns: readonly (Column | null)[]): BigInt64Array {
  const { rowCount, sources, rows } = places
  const out = new BigInt64Array(rowCount)
  for (let i = 0; i < rowCount; i++) {
    const column = columns[sources[i]!]!
    if (column !== null) out[i] = column.longs[rows[i]!]!
  }
  return out
}

function gatherValid(places: GatherPlaces, columns: readonly (Column | null)[]): Uint8Array {
  const { rowCount, sources, rows } = places
  const out = new Uint8Array(rowCount)
  for (let i = 0; i < rowCount; i++) {
    const column = columns[sources[i]!]!
    if (column === null) continue
    out[i] = column.valid === null ? 1 : column.valid[rows[i]!]!
  }
  return out
}

/** Bytes, or kinds that differ. */
function buildColumn(
  places: GatherPlaces,
  columns: readonly (Column | null)[],
  qualifier: Uint8Array,
  type: ValueType,
): Column | null {
  const builder = new ColumnBuilder(qualifier, type, { bytes: 0, cells: 0 })
  const { rowCount, sources, rows } = places
  for (let i = 0; i < rowCount; i++) {
    const column = columns[sources[i]!]!
    const row = rows[i]!
    if (column === null || (column.valid !== null && column.valid[row] === 0)) continue
    builder.padTo(i)
    builder.appendSlot(column, row, NO_UINTS)
  }
  if (builder.cells === 0) return null
  builder.padTo(rowCount)
  return builder.finish(true)
}
