/** Where columns go in the table: row-key parts, families and qualifiers; and the table that an import creates. */
import type { FamilyOptions, TableOptions } from '../model/api.js'
import type { RowKeyPart, TableDescriptor } from '../model/descriptor.js'
import { nearestHint } from '../model/names.js'
import { TableSchema } from '../model/table-schema.js'
import { parseValueType, type ValueType } from '../model/value-type.js'
import { HourbaseError } from '../util/errors.js'
import { FAMILY, type ImportSpec } from './import-spec.js'

export interface Place {
  readonly family: string
  readonly qualifier: string
}

/** `origin:string time_hour:hour? id:int`, parts parted by spaces or commas outside parentheses. */
export function parseRowKey(text: string): RowKeyPart[] {
  const words = text.trim().split(/[\s,]+(?![^()]*\))/)
  return words.map((word) => {
    const match = /^(.+?):([a-z]+(?:\(.*\))?)(\?)?$/.exec(word)
    if (match === null) {
      throw new HourbaseError('INVALID_ARGUMENT', `'${word}' is no part of a row key`, {
        where: { rowKey: text },
        hint: "write parts as name:type, with ? where null is allowed: 'origin:string time_hour:hour? id:int'",
      })
    }
    return { name: match[1]!, type: parseValueType(match[2]!), nullable: match[3] === '?' }
  })
}

export function rowKeyTexts(parts: readonly RowKeyPart[]): string[] {
  return parts.map(({ name, type, nullable }) => `${name}:${type.text}${nullable ? '?' : ''}`)
}

/** Where a column goes: an exact `columnFamilies` entry, else the first pattern that fits, else a lookup's prefix, else the family. */
export function placeOf(column: string, spec: Pick<ImportSpec, 'columnFamilies' | 'family'>): Place {
  const colon = column.indexOf(':')
  const qualifier = column.slice(colon + 1)
  const rules = spec.columnFamilies ?? {}
  const rule = rules[column] ?? Object.entries(rules).find(([pattern]) => fits(pattern, column))?.[1]
  if (rule === undefined)
    return { family: colon === -1 ? (spec.family ?? FAMILY) : column.slice(0, colon), qualifier }
  const ruleColon = rule.indexOf(':')
  return ruleColon === -1
    ? { family: rule, qualifier }
    : { family: rule.slice(0, ruleColon), qualifier: rule.slice(ruleColon + 1) }
}

function fits(pattern: string, column: string): boolean {
  if (!pattern.includes('*')) return false
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`).test(column)
}

/** What the table says of a column, or null when it has none of that name. */
export class Target {
  readonly schema: TableSchema
  readonly #spec: ImportSpec
  readonly #parts: ReadonlyMap<string, RowKeyPart>

  /** @throws INVALID_ARGUMENT on a raw table. */
  constructor(descriptor: TableDescriptor, spec: ImportSpec) {
    if (descriptor.rowKey === null) {
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `table '${descriptor.name}' is raw: rows are imported into typed tables`,
        {
          where: { table: descriptor.name },
          hint: 'import into another table, with --create-table and --row-key',
        },
      )
    }
    this.schema = new TableSchema(descriptor)
    this.#spec = spec
    this.#parts = new Map(descriptor.rowKey.map((part) => [part.name, part]))
  }

  part(column: string): RowKeyPart | null {
    return this.#parts.get(column) ?? null
  }

  get parts(): readonly RowKeyPart[] {
    return this.schema.descriptor.rowKey!
  }

  typeOf(column: string): ValueType | null {
    return this.part(column)?.type ?? this.#column(column)?.type ?? null
  }

  /** The column's name in a flat row. @throws COLUMN_NOT_FOUND */
  rowName(column: string): string {
    const known = this.part(column)?.name ?? this.#column(column)?.name
    if (known !== undefined) return known
    const { family, qualifier } = placeOf(column, this.#spec)
    throw new HourbaseError(
      'COLUMN_NOT_FOUND',
      `table '${this.schema.name}' has no column '${family}:${qualifier}'`,
      {
        where: { table: this.schema.name, column: `${family}:${qualifier}` },
        hint: `drop it (--drop ${column}), rename it or send it elsewhere (--map-column-family ${column}=family:name); ${nearestHint(
          `${family}:${qualifier}`,
          this.schema.columns.flat().map((known) => known.qualifiedName),
        )}`,
      },
    )
  }

  #column(column: string): { readonly name: string; readonly type: ValueType } | null {
    const { family, qualifier } = placeOf(column, this.#spec)
    const name = `${family}:${qualifier}`
    return this.schema.columns.flat().find((candidate) => candidate.qualifiedName === name) ?? null
  }
}

/** The definition of a table for these columns. */
export function defineTarget(
  spec: ImportSpec,
  columns: readonly { readonly name: string; readonly type: ValueType }[],
): TableOptions {
  if (spec.rowKey === undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', `the row key of table '${spec.table}' is missing`, {
      where: { table: spec.table },
      hint: `say which columns make it: --row-key 'name:type …'; columns: ${columns
        .map(({ name, type }) => `${name}:${type.text}`)
        .slice(0, 20)
        .join(' ')}`,
    })
  }
  const parts = parseRowKey(spec.rowKey)
  const families: Record<string, Record<string, string>> = {}
  for (const { name, type } of columns) {
    if (parts.some((part) => part.name === name)) continue
    const { family, qualifier } = placeOf(name, spec)
    families[family] ??= {}
    if (families[family][qualifier] !== undefined) {
      throw new HourbaseError('INVALID_ARGUMENT', `two columns go to ${family}:${qualifier}`, {
        where: { column: `${family}:${qualifier}` },
        hint: 'rename one of them or send it to another family',
      })
    }
    families[family][qualifier] = type.text
  }
  if (Object.keys(families).length === 0) families[spec.family ?? FAMILY] = {}
  const options = Object.entries(families).map(([family, list]): [string, FamilyOptions] => [
    family,
    { columns: list },
  ])
  return {
    rowKey: rowKeyTexts(parts),
    families: Object.fromEntries(options),
    ...(spec.time === undefined ? {} : { time: spec.time }),
  }
}

/** A row key that is said must be the table's own. */
export function checkRowKey(descriptor: TableDescriptor, spec: ImportSpec): void {
  if (spec.rowKey === undefined || descriptor.rowKey === null) return
  const wanted = rowKeyTexts(parseRowKey(spec.rowKey)).join(' ')
  const found = rowKeyTexts(descriptor.rowKey).join(' ')
  if (wanted === found) return
  throw new HourbaseError(
    'TYPE_CONFLICT',
    `table '${descriptor.name}' has another row key: '${found}', not '${wanted}'`,
    {
      where: { table: descriptor.name, rowKey: found },
      hint: 'leave --row-key out, import into another table, or drop this one first',
    },
  )
}
