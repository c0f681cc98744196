/** MySQL's column types → value types, the expression that reads a column exactly, and the literal that finds a key again. */
import { HourbaseError } from '../util/errors.js'
import type { RawKind, RawValue, SourceColumn } from './source.js'

export type ZeroDates = 'keep' | 'null' | 'reject'

export interface MysqlColumn {
  readonly name: string
  /** information_schema's DATA_TYPE in lower case: `int`, `varchar`. */
  readonly base: string
  /** The whole type, for people: `int(10) unsigned`. */
  readonly sourceType: string
  readonly unsigned: boolean
  /** DECIMAL only. */
  readonly precision: number
  readonly scale: number
  readonly nullable: boolean
}

export interface MysqlTypeOptions {
  readonly zeroDates: ZeroDates
  readonly tinyint1AsBoolean: boolean
}

const DECIMAL_PRECISION_MAX = 38
const SMALL_INTEGERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'integer', 'year'])
const BINARY = new Set(['bit', 'binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'])
const GEOMETRY = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
])

export function sourceColumnOf(column: MysqlColumn, options: MysqlTypeOptions): SourceColumn {
  return {
    name: column.name,
    sourceType: column.sourceType,
    nullable: column.nullable,
    type: valueTypeOf(column, options),
    raw: rawKindOf(column),
    // the session's zone is UTC, so a TIMESTAMP arrives in UTC
    zone: column.base === 'timestamp' ? 'UTC' : null,
  }
}

export function valueTypeOf(column: MysqlColumn, options: MysqlTypeOptions): string {
  const { base } = column
  if (base === 'int' || base === 'integer') return column.unsigned ? 'long' : 'int'
  if (base === 'tinyint' && options.tinyint1AsBoolean && column.sourceType.startsWith('tinyint(1)'))
    return 'boolean'
  if (SMALL_INTEGERS.has(base)) return 'int'
  if (base === 'bigint') return column.unsigned ? 'ulong' : 'long'
  if (base === 'decimal') {
    return column.precision <= DECIMAL_PRECISION_MAX
      ? `decimal(${column.precision},${column.scale})`
      : 'string'
  }
  if (base === 'float' || base === 'double') return 'double'
  if (base === 'date') return options.zeroDates === 'keep' ? 'string' : 'day'
  if (base === 'datetime' || base === 'timestamp') return options.zeroDates === 'keep' ? 'string' : 'datetime'
  return BINARY.has(base) || GEOMETRY.has(base) ? 'bytes' : 'string'
}

function rawKindOf({ base }: MysqlColumn): RawKind {
  if (SMALL_INTEGERS.has(base)) return 'number'
  if (base === 'bigint') return 'integerText'
  if (base === 'decimal') return 'decimalText'
  if (base === 'float' || base === 'double') return 'doubleText'
  if (base === 'date') return 'dateText'
  if (base === 'datetime' || base === 'timestamp') return 'datetimeText'
  return BINARY.has(base) || GEOMETRY.has(base) ? 'bytes' : 'text'
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/**
 * Text, because the driver's own reading of a number with up to 17 characters may be off by one unit in the last place,
 * and because FLOAT is rounded to 6 digits on the wire: times 1e0 it is a double first.
 */
export function selectExpression(column: MysqlColumn): string {
  const name = quoteName(column.name)
  if (column.base === 'float' || column.base === 'double') return `CAST(${name}*1e0 AS CHAR)`
  if (GEOMETRY.has(column.base)) return `ST_AsBinary(${name})`
  return name
}

/** The expression that orders and compares a key column. ENUM and SET sort by number but would compare as text. */
export function keyExpression(column: MysqlColumn): string {
  if (column.base === 'enum' || column.base === 'set') return `(${quoteName(column.name)}+0)`
  return quoteName(column.name)
}

/** What must be selected beside the columns to know a key: only where the value itself does not tell. */
export function needsKeyValue(column: MysqlColumn): boolean {
  return column.base === 'enum' || column.base === 'set'
}

/** Columns whose order or equality cannot be trusted for paging. */
export function canBeKey(column: MysqlColumn): boolean {
  return !GEOMETRY.has(column.base) && column.base !== 'json'
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** A key value as an SQL literal. Numbers go bare: a quoted number would be compared as a double. */
export function keyLiteral(
  column: MysqlColumn,
  value: RawValue,
  escapeText: (text: string) => string,
): string {
  if (value instanceof Uint8Array) {
    if (column.base !== 'bit') return `x'${Buffer.from(value).toString('hex')}'`
    return BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`).toString()
  }
  const kind = rawKindOf(column)
  const isNumber =
    needsKeyValue(column) ||
    kind === 'number' ||
    kind === 'integerText' ||
    kind === 'decimalText' ||
    kind === 'doubleText'
  const text = String(value)
  if (!isNumber) return escapeText(text)
  if (NUMBER.test(text)) return kind === 'doubleText' && !/e/i.test(text) ? `${text}e0` : text
  throw new HourbaseError('INTERNAL', `key column ${column.name}: '${text.slice(0, 40)}' is not a number`)
}
