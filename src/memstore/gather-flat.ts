import type { StoreSchema } from '../model/descriptor.js'
import { type Column, Kind, RowBlock } from '../model/row-block.js'
import { BYTES_TYPE } from '../model/value-type.js'
import { compareBytes } from '../util/bytes.js'
import type { BatchList } from './batch-list.js'
import { gatherColumn } from './gather-column.js'
import { gatherKeys } from './gather-keys.js'
import type { GatherPlaces } from './gather-places.js'
import type { RowIndex } from './row-index.js'
import type { RowPicks } from './row-picks.js'

const ROW_BYTES = 20
const NUMBER_BYTES = 8
const BLOCK_OBJECT_BYTES = 1000
const COLUMN_OBJECT_BYTES = 200

/** The flat block of picks [from, to): keys all different, all from flat batches. */
export function gatherFlat(
  schema: StoreSchema,
  index: RowIndex,
  batches: BatchList,
  places: GatherPlaces,
  picks: RowPicks,
  from: number,
  to: number,
): RowBlock {
  places.find(batches, picks, from, to)
  const rowCount = to - from
  const keys = gatherKeys(index.table, picks, from, to, schema.suffixBytes)
  const columns = gatherColumns(schema, batches, places)
  const timestamps = gatherTimestamps(places)
  const sequences = gatherSequences(places)
  return new RowBlock({
    rowCount,
    suffixBytes: schema.suffixBytes,
    ...keys,
    columns,
    flat: true,
    timestamps,
    sequences,
    minTimestamp: extreme(timestamps, -1),
    maxTimestamp: extreme(timestamps, 1),
    maxSequence: extreme(sequences, 1),
    hasMarkers: false,
    sizeBytes:
      BLOCK_OBJECT_BYTES +
      ROW_BYTES * rowCount +
      keys.prefixData.length +
      8 * keys.prefixOffsets.length +
      bytesOf(columns),
  })
}

function gatherColumns(schema: StoreSchema, batches: BatchList, places: GatherPlaces): Column[] {
  const columns: Column[] = []
  for (const id of places.layout?.columnIds ?? columnIdsOf(batches, places)) {
    const type = schema.types.get(batches.names[id]!) ?? BYTES_TYPE
    const column = gatherColumn(places, columnsOf(places, id), batches.qualifiers[id]!, type)
    if (column !== null) columns.push(column)
  }
  return columns
}

/** The ids of all columns of batches that differ, ascending by qualifier. */
function columnIdsOf(batches: BatchList, places: GatherPlaces): number[] {
  const ids = new Set<number>()
  for (const layout of new Set(places.layouts)) for (const id of layout.columnIds) ids.add(id)
  return [...ids].sort((a, b) => compareBytes(batches.qualifiers[a]!, batches.qualifiers[b]!))
}

/** The column of each batch met; null = it has none. */
function columnsOf(places: GatherPlaces, id: number): (Column | null)[] {
  const { blocks, layout, layouts } = places
  const columns: (Column | null)[] = []
  const common = layout?.placeOf.get(id)
  for (let i = 0; i < blocks.length; i++) {
    const place = common ?? layouts[i]!.placeOf.get(id)
    columns.push(place === undefined ? null : blocks[i]!.columns[place]!)
  }
  return columns
}

function gatherTimestamps(places: GatherPlaces): Float64Array {
  const { rowCount, sources, rows } = places
  const out = new Float64Array(rowCount)
  const arrays = places.blocks.map((block) => block.timestamps)
  for (let i = 0; i < rowCount; i++) out[i] = arrays[sources[i]!]![rows[i]!]!
  return out
}

function gatherSequences(places: GatherPlaces): Float64Array {
  const { blocks, rowCount, sources, rows } = places
  const out = new Float64Array(rowCount)
  for (let i = 0; i < rowCount; i++) {
    const block = blocks[sources[i]!]!
    const row = rows[i]!
    out[i] = block.sequences === null ? block.sequenceBase + row : block.sequences[row]!
  }
  return out
}

/** The least (sign -1) or greatest (sign 1) of at least one value. */
function extreme(values: Float64Array, sign: number): number {
  let best = values[0]!
  for (let i = 1; i < values.length; i++) if ((values[i]! - best) * sign > 0) best = values[i]!
  return best
}

function bytesOf(columns: readonly Column[]): number {
  let bytes = COLUMN_OBJECT_BYTES * columns.length
  for (const column of columns) {
    if (column.kind === Kind.Bytes)
      bytes += 4 * column.offsets.length + column.data.length + 4 * column.codes.length
    else bytes += NUMBER_BYTES * (column.numbers.length + column.longs.length)
  }
  return bytes
}
