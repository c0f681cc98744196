/** ReadOptions.columns → what to read of each family, and which columns typed rows show. */
import { compareBytes, toBytes, utf8 } from '../util/bytes.js'
import type { ColumnLike } from './api.js'
import type { SchemaColumn, TableSchema } from './table-schema.js'

export interface FamilySelection {
  readonly read: boolean
  /** Ascending, without repeats; null = every column. */
  readonly qualifiers: readonly Uint8Array[] | null
}

export interface ColumnSelection {
  /** By family. */
  readonly families: readonly FamilySelection[]
  /** Typed tables: the columns of typed rows, in the order of the definition (row-key parts come before them, always). */
  readonly columns: readonly SchemaColumn[]
}

/** @throws COLUMN_NOT_FOUND, FAMILY_NOT_FOUND */
export function selectColumns(
  schema: TableSchema,
  names: readonly ColumnLike[] | undefined,
): ColumnSelection {
  const families = schema.descriptor.families
  if (names === undefined || names.length === 0) {
    return {
      families: families.map(() => ({ read: true, qualifiers: null })),
      columns: schema.columns.flat(),
    }
  }
  const whole = new Set<number>()
  const chosen = families.map(() => new Map<string, Uint8Array>())
  for (const name of names) selectOne(schema, name, whole, chosen)
  // Row-key parts alone: every row has them, whatever its cells.
  const keysOnly = whole.size === 0 && chosen.every((qualifiers) => qualifiers.size === 0)
  return {
    families: families.map((_, family) => {
      const qualifiers = [...chosen[family]!.values()].sort(compareBytes)
      if (keysOnly || whole.has(family)) return { read: true, qualifiers: null }
      return { read: qualifiers.length > 0, qualifiers }
    }),
    columns: schema.columns
      .flat()
      .filter(
        ({ family, column }) =>
          whole.has(family) || chosen[family]!.has(schema.columns[family]![column]!.qualifiedName),
      ),
  }
}

/** A family's name, a column, or (raw tables) `family:qualifier` with any qualifier. */
function selectOne(
  schema: TableSchema,
  name: ColumnLike,
  whole: Set<number>,
  chosen: Map<string, Uint8Array>[],
): void {
  if (typeof name !== 'string') {
    selectBytes(schema, name, chosen)
    return
  }
  if (!schema.isTyped) {
    const colon = name.indexOf(':')
    const family = schema.familyIndex(colon < 0 ? name : name.slice(0, colon))
    if (colon < 0) whole.add(family)
    else selectBytes(schema, { family: name.slice(0, colon), qualifier: utf8(name.slice(colon + 1)) }, chosen)
    return
  }
  const family = schema.descriptor.families.findIndex((known) => known.name === name)
  if (family >= 0 && !schema.columnNames().includes(name)) {
    whole.add(family)
    return
  }
  const ref = schema.resolveColumn(name)
  if (ref.kind === 'key') return
  const column = schema.columns[ref.family]![ref.column]!
  chosen[ref.family]!.set(column.qualifiedName, column.qualifier)
}

/** Any bytes; in a typed table columns that no row of it has simply give nothing. */
function selectBytes(
  schema: TableSchema,
  { family, qualifier }: Exclude<ColumnLike, string>,
  chosen: Map<string, Uint8Array>[],
): void {
  const bytes = toBytes(qualifier)
  const index = schema.familyIndex(family)
  const column = schema.isTyped
    ? schema.columns[index]!.find((c) => compareBytes(c.qualifier, bytes) === 0)
    : undefined
  chosen[index]!.set(column?.qualifiedName ?? `${family}:${Buffer.from(bytes).toString('latin1')}`, bytes)
}
