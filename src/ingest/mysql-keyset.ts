/**
 * The SQL of keyset pages. Rows are ordered by all key columns and a page starts after the last key of the page before,
 * written as `a > x OR (a = x AND b > y) OR …`, which reads only the page's own index entries (the row form `(a,b) > (x,y)`
 * scans the whole index). NULL sorts first, as in MySQL: after NULL comes `IS NOT NULL`.
 */

import {
  keyExpression,
  keyLiteral,
  type MysqlColumn,
  needsKeyValue,
  quoteName,
  selectExpression,
} from './mysql-types.js'
import type { RawValue } from './source.js'

export interface KeysetQuery {
  /** `db`.`table`, or a derived table with alias. */
  readonly from: string
  readonly columns: readonly MysqlColumn[]
  readonly where: string | null
  /** Ordered; empty: no paging. */
  readonly keys: readonly MysqlColumn[]
  /**
   * 'first': NULL keys take part in the order. 'apart': pages hold the rows without NULL in the key, and the rest, which no
   * unique index tells apart, comes in one last stretch.
   */
  readonly nulls: 'first' | 'apart'
}

export type EscapeText = (text: string) => string

/** Keys that must be selected beside the columns: not among them, or with a value that does not tell the order. */
function isHidden(query: KeysetQuery, key: MysqlColumn): boolean {
  return needsKeyValue(key) || !query.columns.some((column) => column.name === key.name)
}

/** The columns, then the hidden keys. */
export function selectList(query: KeysetQuery): string {
  const hidden = query.keys
    .filter((key) => isHidden(query, key))
    .map((key) => (needsKeyValue(key) ? keyExpression(key) : selectExpression(key)))
  return [...query.columns.map(selectExpression), ...hidden].join(', ')
}

/** Where in a row of `selectList` each key's value is. */
export function keyPositions(query: KeysetQuery): number[] {
  let hidden = query.columns.length
  return query.keys.map((key) =>
    isHidden(query, key) ? hidden++ : query.columns.findIndex((column) => column.name === key.name),
  )
}

export function pageSql(
  query: KeysetQuery,
  after: readonly RawValue[] | null,
  limit: number,
  escapeText: EscapeText,
): string {
  const conditions: string[] = []
  if (query.where !== null) conditions.push(`(${query.where})`)
  if (query.nulls === 'apart') {
    for (const key of query.keys) if (key.nullable) conditions.push(`${quoteName(key.name)} IS NOT NULL`)
  }
  if (after !== null) conditions.push(`(${afterPredicate(query.keys, after, escapeText)})`)
  const order = query.keys.map(keyExpression).join(', ')
  return `SELECT ${selectList(query)} FROM ${query.from}${whereClause(conditions)} ORDER BY ${order} LIMIT ${limit}`
}

/** All rows at once: for tables without a key. */
export function streamSql(query: KeysetQuery): string {
  return `SELECT ${selectList(query)} FROM ${query.from}${whereClause(query.where === null ? [] : [`(${query.where})`])}`
}

/** The last stretch of 'apart': rows with a NULL in the key. */
export function nullKeysSql(query: KeysetQuery): string {
  const isNull = query.keys.filter((key) => key.nullable).map((key) => `${quoteName(key.name)} IS NULL`)
  const conditions = query.where === null ? [] : [`(${query.where})`]
  conditions.push(`(${isNull.join(' OR ')})`)
  return `SELECT ${selectList(query)} FROM ${query.from}${whereClause(conditions)}`
}

/** One key that two rows share by the server's own collation, if any. */
export function duplicateKeySql(query: KeysetQuery): string {
  const keys = query.keys.map(keyExpression).join(', ')
  const conditions = query.where === null ? [] : [`(${query.where})`]
  for (const key of query.keys) if (key.nullable) conditions.push(`${quoteName(key.name)} IS NOT NULL`)
  return `SELECT ${keys} FROM ${query.from}${whereClause(conditions)} GROUP BY ${keys} HAVING COUNT(*) > 1 LIMIT 1`
}

function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
}

export function afterPredicate(
  keys: readonly MysqlColumn[],
  after: readonly RawValue[],
  escapeText: EscapeText,
): string {
  const branches: string[] = []
  const equal: string[] = []
  keys.forEach((key, i) => {
    const expression = keyExpression(key)
    const value = after[i]!
    const literal = value === null ? null : keyLiteral(key, value, escapeText)
    const above = literal === null ? `${expression} IS NOT NULL` : `${expression} > ${literal}`
    branches.push(equal.length === 0 ? above : `(${[...equal, above].join(' AND ')})`)
    equal.push(literal === null ? `${expression} IS NULL` : `${expression} = ${literal}`)
  })
  return branches.join(' OR ')
}
