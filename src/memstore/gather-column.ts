/** One column of a flat block, gathered from the batches row by row. */
import { ColumnBuilder } from '../model/column-builder.js'
import { Column, Kind, NO_NUMBERS, NO_UINTS } from '../model/row-block.js'
import type { ValueType } from '../model/value-type.js'
import type { GatherPlaces } from './gather-places.js'

/** `columns`: the column by index in places.blocks; null = that batch has none. Null when no row has a cell. */
export function gatherColumn(
  places: GatherPlaces,
  columns: readonly (Column | null)[],
  qualifier: Uint8Array,
  type: ValueType,
): Column | null {
  let isNumbers = true
  let isLongs = true
  let hasHoles = false
  for (let i = 0; i < columns.length; i++) {
    const source = columns[i]!
    if (source === null) {
      hasHoles = true
      continue
    }
    if (source.kind !== Kind.F64) isNumbers = false
    if (source.kind !== Kind.I64) isLongs = false
    if (source.type !== type) isNumbers = isLongs = false
    if (source.valid !== null) hasHoles = true
  }
  if (!isNumbers && !isLongs) return buildColumn(places, columns, qualifier, type)
  const valid = hasHoles ? gatherValid(places, columns) : null
  if (valid !== null && !valid.includes(1)) return null
  const column = new Column(qualifier, type, isNumbers ? Kind.F64 : Kind.I64)
  if (isNumbers) column.numbers = gatherNumbers(places, columns)
  else column.longs = gatherLongs(places, columns)
  if (valid?.includes(0)) column.valid = valid
  return column
}

function gatherNumbers(places: GatherPlaces, columns: readonly (Column | null)[]): Float64Array {
  const { rowCount, sources, rows } = places
  const out = new Float64Array(rowCount)
  const arrays: Float64Array[] = []
  for (let i = 0; i < columns.length; i++) arrays.push(columns[i]?.numbers ?? NO_NUMBERS)
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
