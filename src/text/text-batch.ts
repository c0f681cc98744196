/** Rows on their way to text: columns of values with a name and a kind. Everything the doors print is one of these. */
import type {
  AggregateQuery,
  AggregateRow,
  Cell,
  ColumnBatch,
  Result,
  ScanOptions,
  TypedRow,
} from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { VALUE_TYPE_NAMES, type ValueTypeName } from '../model/value-type.js'

/** A value type; 'mixed' goes by the JavaScript type of each value; 'cells' is the cells of a row, nested. */
export type FieldKind = ValueTypeName | 'mixed' | 'cells'

export interface TextColumn {
  readonly name: string
  readonly kind: FieldKind
  readonly values: ArrayLike<unknown>
  /** 1 where there is a value; null = wherever `values` is not null. */
  readonly valid: Uint8Array | null
}

export interface TextBatch {
  readonly rowCount: number
  readonly columns: readonly TextColumn[]
}

export function fieldKind(typeText: string): FieldKind {
  const paren = typeText.indexOf('(')
  const name = paren < 0 ? typeText : typeText.slice(0, paren)
  return VALUE_TYPE_NAMES.find((known) => known === name) ?? 'mixed'
}

export function batchOfColumns(batch: ColumnBatch): TextBatch {
  const columns = Object.entries(batch.columns).map(([name, vector]) => {
    return { name, kind: fieldKind(vector.type), values: vector.values, valid: vector.valid }
  })
  return { rowCount: batch.rowCount, columns }
}

/** Rows as objects; `kinds` where the name says more than the value does (hours and days are plain numbers). */
export function batchOfRows(
  rows: readonly (AggregateRow | TypedRow)[],
  names: readonly string[],
  kinds: ReadonlyMap<string, FieldKind>,
): TextBatch {
  const columns = names.map((name): TextColumn => {
    return {
      name,
      kind: kinds.get(name) ?? 'mixed',
      values: rows.map((row) => row[name] ?? null),
      valid: null,
    }
  })
  return { rowCount: rows.length, columns }
}

/** Raw rows for JSON: `{row, cells: […]}`. */
export function batchOfResults(results: readonly Result[]): TextBatch {
  const columns: TextColumn[] = [
    { name: 'row', kind: 'bytes', values: results.map((result) => result.row), valid: null },
    { name: 'cells', kind: 'cells', values: results.map((result) => result.cells), valid: null },
  ]
  return { rowCount: results.length, columns }
}

export const CELL_FIELDS: readonly string[] = ['row', 'family', 'qualifier', 'timestamp', 'type', 'value']

/** Raw rows for flat formats: one line a cell. */
export function batchOfCells(cells: readonly Cell[]): TextBatch {
  const column = (name: string, kind: FieldKind, values: readonly unknown[]): TextColumn => {
    return { name, kind, values, valid: null }
  }
  const columns = [
    column(
      'row',
      'bytes',
      cells.map((cell) => cell.row),
    ),
    column(
      'family',
      'string',
      cells.map((cell) => cell.family),
    ),
    column(
      'qualifier',
      'bytes',
      cells.map((cell) => cell.qualifier),
    ),
    column(
      'timestamp',
      'int',
      cells.map((cell) => cell.timestamp),
    ),
    column(
      'type',
      'string',
      cells.map((cell) => cell.type),
    ),
    column(
      'value',
      'bytes',
      cells.map((cell) => cell.value),
    ),
  ]
  return { rowCount: cells.length, columns }
}

/** Whether a scan of this table gives Results (cells) instead of typed rows. */
export function givesCells(descriptor: TableDescriptor, scan: ScanOptions): boolean {
  return descriptor.rowKey === null || scan.cells === true || scan.raw === true || (scan.versions ?? 1) !== 1
}

/** The fields of a typed scan, before the first row has come (an empty answer still has a CSV header). */
export function scanFields(descriptor: TableDescriptor, columns: readonly string[] | undefined): string[] {
  const names = (descriptor.rowKey ?? []).map((part) => part.name)
  const families = descriptor.families
  for (const family of families) {
    for (const column of family.columns) {
      const full = `${family.name}:${column.name}`
      const isUnique = families.filter((f) => f.columns.some((c) => c.name === column.name)).length === 1
      const isPart = names.includes(column.name)
      const short = isUnique && !isPart ? column.name : full
      const isWanted =
        columns === undefined || columns.some((want) => [family.name, full, column.name].includes(want))
      if (isWanted) names.push(short)
    }
  }
  return names
}

/** What the fields of an aggregate's rows are. */
export function aggregateKinds(descriptor: TableDescriptor, query: AggregateQuery): Map<string, FieldKind> {
  const kinds = new Map<string, FieldKind>()
  const isClockPart = query.every === 'hourOfDay' || query.every === 'dayOfWeek'
  if (query.every !== undefined) kinds.set('time', isClockPart ? 'int' : 'hour')
  for (const group of query.groupBy ?? []) {
    if (typeof group !== 'string') kinds.set(group.as ?? group.column, 'string')
    else kinds.set(group, columnKind(descriptor, group))
  }
  for (const [name, measure] of Object.entries(query.select)) {
    const keepsType = ['min', 'max', 'first', 'last'].includes(measure[0])
    kinds.set(name, keepsType ? columnKind(descriptor, measure[1]) : 'mixed')
  }
  return kinds
}

/** What the fields of a typed row are, by the names a scan gives them. */
export function rowKinds(descriptor: TableDescriptor, names: readonly string[]): Map<string, FieldKind> {
  return new Map(names.map((name) => [name, columnKind(descriptor, name)]))
}

function columnKind(descriptor: TableDescriptor, name: string): FieldKind {
  const part = descriptor.rowKey?.find((candidate) => candidate.name === name)
  if (part !== undefined) return part.type.name
  for (const family of descriptor.families) {
    for (const column of family.columns) {
      if (name === column.name || name === `${family.name}:${column.name}`) return column.type.name
    }
  }
  return 'mixed'
}
