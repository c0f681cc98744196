/**
 * RowInput[] → one source object a row and family, so that the encoder reads every column the same way whether rows come
 * nested or flat. Columns are read by `source[name]`: as fast as generated code on plain rows, and far faster on rows made
 * by spreading, which the engine keeps as dictionaries.
 */
import { HourbaseError } from '../util/errors.js'
import type { RowInput } from './api.js'
import { nearestHint } from './names.js'
import type { TableSchema } from './table-schema.js'
import { describeValue, rowInvalid } from './value-error.js'

export type Source = Readonly<Record<string, unknown>>

export interface RowSources {
  readonly rowCount: number
  readonly isFlat: boolean
  /** Holds the row-key parts, by row. */
  readonly keys: readonly Source[]
  /** By family: holds the columns, by row. All the same array when the rows are flat. */
  readonly families: readonly (readonly (Source | undefined)[])[]
}

/** A property of its own under a fixed name, in place of one that every object inherits. */
const GUARDED = 'value'

/**
 * One property of a row. All reads share this site, which so becomes the engine's generic keyed load: rows made by spreading
 * have a hidden class each, and any specialised site would miss on every row.
 */
export function readProperty(source: Source, name: string): unknown {
  return source[name]
}

/** Judged by the first row alone: rowsAreMixed() is for when the encoding then fails. */
export function sourcesOf(schema: TableSchema, rows: readonly RowInput[]): RowSources {
  if (isObject(rows[0]) && !isNested(rows[0])) {
    const flat = rows as readonly Source[]
    return {
      rowCount: rows.length,
      isFlat: true,
      keys: flat,
      families: schema.descriptor.families.map(() => flat),
    }
  }
  return nestedSources(schema, rows)
}

/** Rows of any shape, one by one: some nested, some flat, or flat ones that name a column in several ways (`temp`, `d:temp`). */
export function mixedSources(schema: TableSchema, rows: readonly RowInput[]): RowSources {
  return nestedSources(
    schema,
    rows.map((row, i) => toNested(schema, row, i)),
  )
}

/** Whether the rows differ in shape from the first, or are no objects at all. */
export function rowsAreMixed(rows: readonly RowInput[]): boolean {
  const nested = isObject(rows[0]) && isNested(rows[0])
  return rows.some((row) => !isObject(row) || isNested(row) !== nested)
}

function isObject(row: unknown): row is Source {
  return typeof row === 'object' && row !== null
}

/** No scalar is a plain object, so a flat row whose parts are called `row` and `values` is not mistaken. */
function isNested(row: Source): boolean {
  const key = readProperty(row, 'row')
  return isObject(key) && !(key instanceof Uint8Array) && !(key instanceof Date) && 'values' in row
}

function nestedSources(schema: TableSchema, rows: readonly unknown[]): RowSources {
  const families = schema.descriptor.families
  const keys = new Array<Source>(rows.length)
  const byFamily = families.map(() => new Array<Source | undefined>(rows.length))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (!isObject(row)) throw rowInvalid(i, `expected an object, got ${describeValue(row)}`)
    const key = readProperty(row, 'row')
    const values = readProperty(row, 'values')
    if (!isObject(key) || !isObject(values)) {
      throw rowInvalid(
        i,
        'expected { row, values }',
        'e.g. { row: { id: 1n }, values: { d: { temp: 21.5 } } }',
      )
    }
    keys[i] = key
    let known = 0
    for (let f = 0; f < families.length; f++) {
      const source = ownValue(values, families[f]!.name)
      if (source === undefined) continue
      if (!isObject(source)) {
        throw rowInvalid(
          i,
          `family '${families[f]!.name}': expected values by column, got ${describeValue(source)}`,
        )
      }
      byFamily[f]![i] = source
      known++
    }
    if (countKeys(values) !== known) checkFamilies(schema, values, i)
  }
  return { rowCount: rows.length, isFlat: false, keys, families: byFamily }
}

function checkFamilies(schema: TableSchema, values: Source, row: number): void {
  for (const name of Object.keys(values)) {
    if (schema.descriptor.families.some((family) => family.name === name)) continue
    throw new HourbaseError(
      'FAMILY_NOT_FOUND',
      `row ${row}: table '${schema.name}' has no family '${name}'`,
      {
        where: { table: schema.name, family: name, row },
        hint: nearestHint(
          name,
          schema.descriptor.families.map((family) => family.name),
        ),
      },
    )
  }
}

function toNested(schema: TableSchema, row: unknown, index: number): unknown {
  if (!isObject(row) || isNested(row)) return row
  const key: Record<string, unknown> = Object.create(null)
  const values: Record<string, Record<string, unknown>> = Object.create(null)
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue
    const ref = resolve(schema, name, index)
    if (ref.kind === 'key') key[name] = value
    else {
      const family = schema.descriptor.families[ref.family]!
      const column = family.columns[ref.column]!.name
      values[family.name] ??= Object.create(null) as Record<string, unknown>
      const columns = values[family.name]!
      if (column in columns) throw rowInvalid(index, `column '${family.name}:${column}' is given twice`)
      columns[column] = value
    }
  }
  return { row: key, values }
}

function resolve(schema: TableSchema, name: string, row: number): ReturnType<TableSchema['resolveColumn']> {
  try {
    return schema.resolveColumn(name)
  } catch (error) {
    if (!(error instanceof HourbaseError)) throw error
    throw new HourbaseError(error.code, `row ${row}: ${error.message}`, {
      where: { ...error.where, row },
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}

function ownValue(source: Source, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(source, name) ? undefined : readProperty(source, name)
}

/** Where every object inherits `name` (`constructor`, `__proto__`), the sources with the own property alone. */
export function guarded<S extends Source | undefined>(
  sources: readonly S[],
  name: string,
): { sources: readonly (S | Source)[]; name: string } {
  if (!(name in Object.prototype)) return { sources, name }
  const own = sources.map((source) =>
    source !== undefined && Object.hasOwn(source, name)
      ? { [GUARDED]: source[name] }
      : { [GUARDED]: undefined },
  )
  return { sources: own, name: GUARDED }
}

function countKeys(source: Source): number {
  let count = 0
  for (const _ in source) count++
  return count
}

/**
 * Every property must be one the encoder has read. `seen[row]`: how many known properties held something; only where the
 * row has more than these are its names looked at. False: a flat row names a column in another way than typed rows do.
 */
export function checkNames(schema: TableSchema, sources: RowSources, seen: Uint32Array): boolean {
  let canonical = true
  for (let i = 0; i < sources.rowCount; i++) {
    let count = countKeys(sources.keys[i]!)
    if (!sources.isFlat) {
      for (const family of sources.families) if (family[i] !== undefined) count += countKeys(family[i]!)
    }
    if (count === seen[i]) continue
    if (sources.isFlat) canonical = checkFlatRow(schema, sources.keys[i]!, i) && canonical
    else checkNestedRow(schema, sources, i)
  }
  return canonical
}

function checkFlatRow(schema: TableSchema, row: Source, index: number): boolean {
  let canonical = true
  for (const name of Object.keys(row)) {
    const ref = resolve(schema, name, index)
    if (ref.kind === 'column' && schema.columns[ref.family]![ref.column]!.name !== name) canonical = false
  }
  return canonical
}

function checkNestedRow(schema: TableSchema, sources: RowSources, row: number): void {
  const parts = schema.key.parts.map((part) => part.name)
  for (const name of Object.keys(sources.keys[row]!)) {
    if (!parts.includes(name))
      throw rowInvalid(row, `there is no row-key part '${name}'`, nearestHint(name, parts))
  }
  schema.descriptor.families.forEach((family, index) => {
    for (const name of Object.keys(sources.families[index]![row] ?? {})) {
      if (!family.columns.some((column) => column.name === name))
        resolve(schema, `${family.name}:${name}`, row)
    }
  })
}
