/** The new cells of increments and appends as their caller reads rows: Results of raw tables, typed rows of typed ones. */
import type { Result, Scalar, TypedRow } from './api.js'
import type { MutationCell } from './mutation.js'
import type { TableSchema } from './table-schema.js'
import { valueFromBytes } from './value-bytes.js'
import { fromSlot, type LongsAs } from './value-codec.js'

export function stepAnswer(
  schema: TableSchema,
  row: Uint8Array,
  cells: readonly MutationCell[],
  longs: LongsAs = 'bigint',
): TypedRow | Result {
  return schema.isTyped ? typedAnswer(schema, row, cells, longs) : resultOf(schema, row, cells)
}

function resultOf(schema: TableSchema, row: Uint8Array, cells: readonly MutationCell[]): Result {
  return {
    row,
    cells: cells.map(({ family, qualifier, timestamp, value }) => ({
      row,
      family: schema.descriptor.families[family]!.name,
      qualifier,
      timestamp,
      type: 'Put',
      value,
    })),
  }
}

/** Row-key parts and the columns that were computed. */
function typedAnswer(
  schema: TableSchema,
  row: Uint8Array,
  cells: readonly MutationCell[],
  longs: LongsAs,
): TypedRow {
  const answer: Record<string, Scalar> = {}
  schema.key.parts.forEach(({ name, type }, part) => {
    const slot = schema.key.readPart(part, row)
    answer[name] = slot === null ? null : fromSlot(type, slot, longs)
  })
  for (const { family, qualifier, value } of cells) {
    const column = schema.columns[family]!.find((c) => Buffer.compare(c.qualifier, qualifier) === 0)
    if (column !== undefined) answer[column.name] = valueFromBytes(column.type, value, longs)
  }
  return answer
}
