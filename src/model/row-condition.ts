/** The condition of a checkAndMutate: compiled once, judged on the column's newest cell. Pure. */
import { displayBytes, EMPTY, toBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { ColumnLike, RowCondition, Scalar } from './api.js'
import { resolveFilter } from './filter-resolve.js'
import type { CompareOp, FilterSpec } from './filter-spec.js'
import type { TableSchema } from './table-schema.js'
import { compareValueBytes, valueToBytes } from './value-bytes.js'
import { valueInvalid } from './value-error.js'
import { BYTES_TYPE, type ValueType } from './value-type.js'

export interface ColumnCondition {
  readonly family: number
  readonly qualifier: Uint8Array
  readonly operator: CompareOp
  /** Stands left of the operator. Empty asks for emptiness. */
  readonly value: Uint8Array
  readonly type: ValueType
}

export interface FilterCondition {
  readonly filter: string | FilterSpec
}

/** @throws INVALID_ARGUMENT, FAMILY_NOT_FOUND, COLUMN_NOT_FOUND, VALUE_INVALID */
export function compileCondition(
  schema: TableSchema,
  condition: RowCondition,
): ColumnCondition | FilterCondition {
  if (typeof condition !== 'object' || condition === null) throw bad('it is no object')
  if ('filter' in condition) {
    resolveFilter(condition.filter)
    return condition
  }
  if (!('column' in condition)) throw bad('it names no column')
  const { family, qualifier, name } = columnOf(schema, condition.column)
  const type = schema.stores[family]!.types.get(Buffer.from(qualifier).toString('latin1')) ?? BYTES_TYPE
  const base = { family, qualifier, type }
  if ('notExists' in condition) return { ...base, operator: 'EQUAL', value: EMPTY }
  if ('equals' in condition)
    return { ...base, operator: 'EQUAL', value: bytesOf(type, condition.equals, name) }
  const { operator, value } = condition
  if (!OPERATORS.includes(operator)) throw bad(`no operator '${String(operator)}'`)
  if (operator === 'NO_OP') throw bad('the operator NO_OP compares nothing')
  return { ...base, operator, value: bytesOf(type, value, name) }
}

const OPERATORS: readonly string[] = [
  'LESS',
  'LESS_OR_EQUAL',
  'EQUAL',
  'NOT_EQUAL',
  'GREATER_OR_EQUAL',
  'GREATER',
  'NO_OP',
] satisfies CompareOp[]

/** `stored`: the newest value that the read shows; null where there is none. */
export function judgeCondition(condition: ColumnCondition, stored: Uint8Array | null): boolean {
  const { operator, value, type } = condition
  if (value.length === 0) return (stored === null || stored.length === 0) === (operator !== 'NOT_EQUAL')
  return stored !== null && holds(operator, compareValueBytes(type, value, stored))
}

function holds(operator: CompareOp, order: number): boolean {
  switch (operator) {
    case 'LESS':
      return order < 0
    case 'LESS_OR_EQUAL':
      return order <= 0
    case 'EQUAL':
      return order === 0
    case 'NOT_EQUAL':
      return order !== 0
    case 'GREATER_OR_EQUAL':
      return order >= 0
    default:
      return order > 0
  }
}

function columnOf(
  schema: TableSchema,
  column: ColumnLike,
): { family: number; qualifier: Uint8Array; name: string } {
  if (typeof column !== 'string') {
    const qualifier = toBytes(column.qualifier)
    const name = `${column.family}:${displayBytes(qualifier)}`
    return { family: schema.familyIndex(column.family), qualifier, name }
  }
  if (schema.isTyped) {
    const ref = schema.resolveColumn(column)
    if (ref.kind === 'key') throw bad(`'${column}' is a row-key part`)
    const { qualifier } = schema.columns[ref.family]![ref.column]!
    return { family: ref.family, qualifier, name: column }
  }
  const colon = column.indexOf(':')
  if (colon < 0) throw bad(`'${column}' is no column`)
  const qualifier = toBytes(column.slice(colon + 1))
  return { family: schema.familyIndex(column.slice(0, colon)), qualifier, name: column }
}

/** Bytes are taken as they are; null asks for emptiness. */
function bytesOf(type: ValueType, value: Scalar, column: string): Uint8Array {
  if (value === null) return EMPTY
  if (value instanceof Uint8Array) return value
  if (type.name !== 'bytes') return valueToBytes(type, value, { column })
  if (typeof value === 'string') return toBytes(value)
  throw valueInvalid({ column }, type, value)
}

function bad(message: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `condition: ${message}`, {
    hint: "e.g. { column: 'f:q', equals: 'v' }, { column: 'f:q', notExists: true }, { column: 'f:q', operator: 'LESS', value: 'v' }",
  })
}
