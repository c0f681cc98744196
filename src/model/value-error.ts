/** Errors about values: each names the place, what came and what was expected. */
import { HourbaseError } from '../util/errors.js'
import { parseInstant } from './datetime.js'
import { parseDecimal } from './decimal.js'
import type { ValueType } from './value-type.js'

/** Where a value was given: a column (`d:temp`) or a row-key part, and the index of its row in the call. */
export interface ValuePlace {
  readonly column?: string | undefined
  readonly part?: string | undefined
  readonly row?: number | undefined
}

export function valueInvalid(place: ValuePlace, type: ValueType, value: unknown): HourbaseError {
  const { text, hint } = expected(type, value)
  return new HourbaseError(
    'VALUE_INVALID',
    `${describePlace(place)}: expected ${type.text} (${text}), got ${describeValue(value)}`,
    {
      where: { ...whereOf(place), type: type.text, got: describeValue(value) },
      ...(hint === undefined ? {} : { hint }),
    },
  )
}

export function unsafeNumber(type: ValueType, value: number | bigint): HourbaseError {
  return new HourbaseError('VALUE_INVALID', `the ${type.text} ${value} is not exact as a number`, {
    where: { type: type.text, got: String(value) },
    hint: "read without longs: 'number'",
  })
}

export function rowInvalid(row: number | undefined, message: string, hint?: string): HourbaseError {
  return new HourbaseError('ROW_INVALID', `${row === undefined ? '' : `row ${row}: `}${message}`, {
    where: row === undefined ? {} : { row },
    ...(hint === undefined ? {} : { hint }),
  })
}

/** The place as plain JSON, without what is not known. */
export function whereOf(place: ValuePlace): Record<string, string | number> {
  const known = Object.entries(place).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known) as Record<string, string | number>
}

function describePlace(place: ValuePlace): string {
  const what =
    place.column !== undefined
      ? `column '${place.column}'`
      : place.part !== undefined
        ? `row-key part '${place.part}'`
        : 'value'
  return place.row === undefined ? what : `row ${place.row}, ${what}`
}

const SHOWN_MAX = 40

/** The value's kind and the beginning of it. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return `string '${shorten(value)}'`
  if (typeof value === 'bigint') return `bigint ${shorten(String(value))}n`
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function shorten(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}

interface Expectation {
  readonly text: string
  readonly hint?: string
}

function expected(type: ValueType, value: unknown): Expectation {
  switch (type.name) {
    case 'double':
      return { text: 'a number' }
    case 'int':
      return { text: 'a whole number from -2147483648 to 2147483647' }
    case 'long':
      return { text: 'a bigint of 64 bits or a safe whole number', ...bigintHint(value) }
    case 'ulong':
      return { text: 'a bigint from 0 to 2^64 - 1 or a safe whole number', ...bigintHint(value) }
    case 'decimal':
      return expectedDecimal(type, value)
    case 'string':
      return { text: typeof value === 'string' ? 'text without a lone surrogate' : 'a string' }
    case 'bytes':
      return { text: 'a Uint8Array' }
    case 'boolean':
      return { text: 'true or false' }
    case 'datetime':
      return expectedInstant('an ISO 8601 text with zone, a Date or a bigint of µs', value)
    case 'hour':
      return expectedInstant('ms of a full hour UTC, a Date or an ISO 8601 text with zone', value)
    case 'day':
      return expectedInstant('ms of 00:00 UTC, a Date or an ISO 8601 date', value)
  }
}

function bigintHint(value: unknown): { hint?: string } {
  return typeof value === 'number' && Number.isInteger(value)
    ? { hint: 'numbers above 2^53 are not exact: give a bigint' }
    : {}
}

function expectedDecimal(type: ValueType, value: unknown): Expectation {
  const text = 'a decimal text, a number or a bigint'
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return { text }
  const problem = parseDecimal(String(value), type)
  return typeof problem === 'string' ? { text, hint: problem } : { text }
}

function expectedInstant(text: string, value: unknown): Expectation {
  if (typeof value === 'string') {
    const problem = parseInstant(value)
    return typeof problem === 'string' ? { text, hint: problem } : { text }
  }
  if (text.includes('µs') && typeof value === 'number') {
    return { text, hint: 'a number could mean ms or µs: give new Date(ms) or BigInt(µs)' }
  }
  return { text }
}
