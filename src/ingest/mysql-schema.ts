/** What a MySQL table or query is made of, read from information_schema or from the fields of an empty answer. */
import type { FieldPacket } from 'mysql2'
import { nearestHint } from '../model/names.js'
import { HourbaseError } from '../util/errors.js'
import { escapeText, type MysqlSession } from './mysql-session.js'
import { canBeKey, type MysqlColumn } from './mysql-types.js'
import type { RawRow } from './source.js'

export interface MysqlSchema {
  readonly columns: readonly MysqlColumn[]
  /** Unique indexes, the primary key first; each a list of column names. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** Bytes a row on average; 0 = unknown. */
  readonly rowBytes: number
}

export async function readTableSchema(
  session: MysqlSession,
  database: string,
  table: string,
): Promise<MysqlSchema> {
  const of = `TABLE_SCHEMA = ${escapeText(database)} AND TABLE_NAME = ${escapeText(table)}`
  const columns = await session.rows(
    'SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, NUMERIC_PRECISION, NUMERIC_SCALE ' +
      `FROM information_schema.COLUMNS WHERE ${of} ORDER BY ORDINAL_POSITION`,
  )
  if (columns.length === 0) throw await noSuchTable(session, database, table)
  const indexes = await session.rows(
    'SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS ' +
      `WHERE ${of} AND NON_UNIQUE = 0 ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`,
  )
  const sizes = await session.rows(`SELECT AVG_ROW_LENGTH FROM information_schema.TABLES WHERE ${of}`)
  return {
    columns: columns.map(tableColumn),
    uniqueKeys: uniqueKeys(indexes),
    rowBytes: Number(sizes[0]?.[0] ?? 0),
  }
}

function tableColumn([name, base, type, nullable, precision, scale]: RawRow): MysqlColumn {
  const sourceType = String(type)
  return {
    name: String(name),
    base: String(base).toLowerCase(),
    sourceType,
    unsigned: /\bunsigned\b/i.test(sourceType),
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
    nullable: nullable === 'YES',
  }
}

/** An index on the beginning of a column says nothing about the whole value. */
function uniqueKeys(rows: readonly RawRow[]): string[][] {
  const keys = new Map<string, string[] | null>()
  for (const [index, column, prefix] of rows) {
    const name = String(index)
    const known = keys.get(name)
    if (prefix !== null || column === null) keys.set(name, null)
    else if (known === undefined) keys.set(name, [String(column)])
    else known?.push(String(column))
  }
  return [...keys.values()].filter((key) => key !== null)
}

async function noSuchTable(session: MysqlSession, database: string, table: string): Promise<HourbaseError> {
  const rows = await session.rows(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${escapeText(database)} ORDER BY 1`,
  )
  return new HourbaseError('SOURCE_INVALID', `there is no table '${table}' in MySQL database '${database}'`, {
    where: { database, table },
    hint: nearestHint(
      table,
      rows.map((row) => String(row[0])),
    ),
  })
}

export async function readQuerySchema(session: MysqlSession, from: string): Promise<MysqlSchema> {
  const { fields } = await session.query(`SELECT * FROM ${from} LIMIT 0`)
  return { columns: fields.map(queryColumn), uniqueKeys: [], rowBytes: 0 }
}

/** Wire type numbers of the protocol → information_schema's words. */
const WIRE_TYPES: Readonly<Record<number, string>> = {
  0: 'decimal',
  1: 'tinyint',
  2: 'smallint',
  3: 'int',
  4: 'float',
  5: 'double',
  7: 'timestamp',
  8: 'bigint',
  9: 'mediumint',
  10: 'date',
  11: 'time',
  12: 'datetime',
  13: 'year',
  16: 'bit',
  245: 'json',
  246: 'decimal',
  247: 'enum',
  248: 'set',
  255: 'geometry',
}
const NOT_NULL = 1
const UNSIGNED = 32
const ENUM = 256
const SET = 2048
const BINARY_CHARSET = 63

function queryColumn(field: FieldPacket): MysqlColumn {
  const flags = Number(field.flags)
  const type = field.columnType ?? field.type ?? 253
  const binary = field.characterSet === BINARY_CHARSET
  const textual = flags & ENUM ? 'enum' : flags & SET ? 'set' : binary ? 'varbinary' : 'varchar'
  const base = WIRE_TYPES[type] ?? textual
  const unsigned = (flags & UNSIGNED) !== 0
  const scale = base === 'decimal' ? field.decimals : 0
  // a decimal's length counts the point and the sign
  const precision =
    base === 'decimal' ? (field.columnLength ?? 0) - (scale > 0 ? 1 : 0) - (unsigned ? 0 : 1) : 0
  const shown = base === 'decimal' ? `decimal(${precision},${scale})` : base
  return {
    name: field.name,
    base,
    sourceType: unsigned ? `${shown} unsigned` : shown,
    unsigned,
    precision,
    scale,
    nullable: (flags & NOT_NULL) === 0,
  }
}

export interface KeyChoice {
  readonly keys: readonly MysqlColumn[]
  readonly nulls: 'first' | 'apart'
  /** No two rows have the same key; false: to be watched while reading. */
  readonly unique: boolean
  readonly note: string | null
}

/** The columns that page the rows: --split-by made unique by the primary key, else the primary key, else a unique index. */
export function chooseKey(schema: MysqlSchema, splitBy: readonly string[], what: string): KeyChoice {
  const byName = new Map(schema.columns.map((column) => [column.name, column]))
  const columnsOf = (names: readonly string[]): MysqlColumn[] =>
    names.map((name) => byName.get(name) ?? unknownKey(name, schema))
  const usable = schema.uniqueKeys.filter((key) =>
    key.every((name) => byName.has(name) && canBeKey(byName.get(name)!)),
  )
  const solid = usable.find((key) => columnsOf(key).every((column) => !column.nullable))
  if (splitBy.length > 0) {
    const wanted = columnsOf(splitBy)
    const rest = (solid ?? []).filter((name) => !splitBy.includes(name))
    if (solid !== undefined)
      return { keys: [...wanted, ...columnsOf(rest)], nulls: 'first', unique: true, note: null }
    const unique = usable.some((key) => key.every((name) => splitBy.includes(name)))
    return { keys: wanted, nulls: 'apart', unique, note: null }
  }
  if (solid !== undefined) return { keys: columnsOf(solid), nulls: 'first', unique: true, note: null }
  const nullable = usable[0]
  if (nullable !== undefined) {
    const note = `${what} has no primary key: rows are paged by its unique index (${nullable.join(', ')}), rows with NULL there come last`
    return { keys: columnsOf(nullable), nulls: 'apart', unique: true, note }
  }
  const note = `${what} has no key to page by: it is read as one stream, and a run that stops begins again (--split-by names a unique column)`
  return { keys: [], nulls: 'first', unique: true, note }
}

function unknownKey(name: string, schema: MysqlSchema): never {
  throw new HourbaseError('SOURCE_INVALID', `there is no column '${name}' to split by`, {
    where: { column: name },
    hint: nearestHint(
      name,
      schema.columns.map((column) => column.name),
    ),
  })
}
