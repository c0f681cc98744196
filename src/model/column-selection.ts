/** ReadOptions.columns → what to read of each family, and which columns typed rows show. */
import { compareBytes, utf8 } from '../util/bytes.js'
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
export function selectColumns(schema: TableSchema, names: readonly string[] | undefined): ColumnSelection {
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
  return {
    families: families.map((_, family) => {
      const qualifiers = [...chosen[family]!.values()].sort(compareBytes)
      if (whole.has(family)) return { read: true, qualifiers: null }
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
  name: string,
  whole: Set<number>,
  chosen: Map<string, Uint8Array>[],
): void {
  if (!schema.isTyped) {
    const colon = name.indexOf(':')
    const family = schema.familyIndex(colon < 0 ? name : name.slice(0, colon))
    if (colon < 0) whole.add(family)
    else chosen[family]!.set(name, utf8(name.slice(colon + 1)))
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
