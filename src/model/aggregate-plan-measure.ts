/** One measure of an aggregate query, checked: what must be folded for it, and how its answer is made of that. */
import { HourbaseError } from '../util/errors.js'
import type { Measure, MeasureOptions } from './api.js'
import { nearestHint } from './names.js'
import type { ColumnRef, TableSchema } from './table-schema.js'
import type { ValueType } from './value-type.js'

/** What is folded. `rows` counts rows; `sum` keeps the count too; `values` keeps every value. */
export type FoldKind = 'rows' | 'count' | 'sum' | 'min' | 'max' | 'first' | 'last' | 'distinct' | 'values'

/** A fold of one subject under one condition; measures with the same one share it. */
export interface FoldSpec {
  readonly kind: FoldKind
  /** Null for `rows`. */
  readonly ref: ColumnRef | null
  readonly type: ValueType | null
  /** The measure's own condition, or null. */
  readonly where: string | null
}

export type MeasureKind = Measure[0]

export interface MeasureSpec {
  readonly name: string
  readonly kind: MeasureKind
  readonly type: ValueType | null
  readonly fold: FoldSpec
  /** quantile only. */
  readonly quantile: number
  readonly discrete: boolean
}

const KINDS: readonly MeasureKind[] = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'first',
  'last',
  'distinct',
  'quantile',
]
const OPTIONS: readonly string[] = ['where', 'method']
const NUMBER_TYPES: ReadonlySet<string> = new Set(['int', 'long', 'ulong', 'double', 'decimal'])
const TIME_TYPES: ReadonlySet<string> = new Set(['hour', 'day', 'datetime'])

/** @throws INVALID_ARGUMENT, COLUMN_NOT_FOUND */
export function planMeasure(schema: TableSchema, name: string, measure: Measure): MeasureSpec {
  if (!Array.isArray(measure) || typeof measure[0] !== 'string' || typeof measure[1] !== 'string') {
    throw invalid(name, "is no measure: write [function, column], e.g. ['avg', 'temp']")
  }
  const kind = measure[0] as MeasureKind
  if (!KINDS.includes(kind)) throw invalid(name, `knows no function '${kind}'`, nearestHint(kind, KINDS))
  const options = optionsOf(name, measure, kind)
  const subject = measure[1]
  const where = options.where ?? null
  const quantile = kind === 'quantile' ? quantileOf(name, measure[2]) : 0
  if (options.method !== undefined && kind !== 'quantile') throw invalid(name, `${kind} has no method`)
  const discrete = options.method === 'discrete'
  if (subject === '*') {
    if (kind !== 'count')
      throw invalid(name, `${kind} needs a column, not '*'`, `write ['${kind}', 'column']`)
    return {
      name,
      kind,
      type: null,
      fold: { kind: 'rows', ref: null, type: null, where },
      quantile,
      discrete,
    }
  }
  const ref = schema.resolveColumn(subject)
  const type = typeOfColumn(schema, ref)
  checkType(name, kind, subject, type)
  return { name, kind, type, fold: { kind: foldKind(kind), ref, type, where }, quantile, discrete }
}

export function typeOfColumn(schema: TableSchema, ref: ColumnRef): ValueType {
  return ref.kind === 'key' ? schema.key.parts[ref.part]!.type : schema.columns[ref.family]![ref.column]!.type
}

function foldKind(kind: MeasureKind): FoldKind {
  if (kind === 'avg') return 'sum'
  return kind === 'quantile' ? 'values' : kind
}

function optionsOf(name: string, measure: Measure, kind: MeasureKind): MeasureOptions {
  const at = kind === 'quantile' ? 3 : 2
  const options: unknown = measure[at as 2] ?? {}
  if (measure.length > at + 1) throw invalid(name, 'has too many members')
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(name, "takes options such as { where: 'temp < 0' }")
  }
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw invalid(name, `has no option '${key}'`, nearestHint(key, OPTIONS))
  }
  const { where, method } = options as MeasureOptions
  if (where !== undefined && typeof where !== 'string') throw invalid(name, 'takes where as text')
  if (method !== undefined && method !== 'interpolated' && method !== 'discrete') {
    throw invalid(name, `knows no method '${String(method)}'`, "use 'interpolated' or 'discrete'")
  }
  return options as MeasureOptions
}

function quantileOf(name: string, quantile: unknown): number {
  if (typeof quantile === 'number' && quantile >= 0 && quantile <= 1) return quantile
  throw invalid(name, 'needs a quantile from 0 to 1', "such as ['quantile', 'temp', 0.95]")
}

function checkType(name: string, kind: MeasureKind, subject: string, type: ValueType): void {
  const isNumber = NUMBER_TYPES.has(type.name)
  const isTime = TIME_TYPES.has(type.name)
  const isBoolean = type.name === 'boolean'
  const fits =
    (kind === 'sum' && (isNumber || isBoolean)) ||
    (kind === 'avg' && (isNumber || isTime || isBoolean)) ||
    (kind === 'quantile' && (isNumber || isTime)) ||
    (kind !== 'sum' && kind !== 'avg' && kind !== 'quantile')
  if (!fits)
    throw invalid(name, `${kind} of '${subject}': ${type.text} has none`, 'use count, min, max or distinct')
}

function invalid(name: string, message: string, hint?: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `select: '${name}' ${message}`, {
    where: { measure: name },
    ...(hint === undefined ? {} : { hint }),
  })
}
