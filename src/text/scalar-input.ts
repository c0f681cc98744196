/** One value from text (a query parameter, a CLI word) or from JSON, as a column or row-key part of a type wants it. */
import type { Scalar } from '../model/api.js'
import type { ValueType } from '../model/value-type.js'
import { HourbaseError } from '../util/errors.js'
import { bytesFromBase64, bytesFromText } from './bytes-text.js'

/** Who is asking: named in the error. */
export interface InputPlace {
  /** Parameter or option, e.g. `prefix.station`. */
  readonly parameter: string
}

const INTEGER = /^[+-]?\d+$/

/** A time as the doors take it: ms as digits, anything else is left to the engine's ISO reader. */
export function timeFromText(text: string): number | string {
  if (INTEGER.test(text)) return Number(text)
  // In a query string `+01:00` arrives as a space unless it was escaped.
  return text.replace(/ (?=\d\d:?\d\d$)/, '+')
}

/** `null` is null but for string and bytes, where it is the word. */
export function scalarFromText(type: ValueType, text: string, place: InputPlace): Scalar {
  if (type.name === 'string') return text
  if (type.name === 'bytes') return bytesFromText(text)
  if (text === 'null') return null
  switch (type.name) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true'
      throw misfit(type, text, place)
    case 'int':
    case 'double':
    case 'decimal':
    case 'long':
    case 'ulong':
      return scalarFromJson(type, text, place)
    default:
      return timeFromText(text)
  }
}

/** JSON numbers, or their text for what a JSON number cannot hold; idempotent on values that are already right. */
export function scalarFromJson(type: ValueType, value: unknown, place: InputPlace): Scalar {
  if (value === null) return null
  const fitted = fittingValue(type, value)
  if (fitted === undefined) throw misfit(type, value, place)
  return fitted
}

function fittingValue(type: ValueType, value: unknown): Scalar | undefined {
  switch (type.name) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'bytes':
      if (value instanceof Uint8Array || typeof value === 'string') return value
      return bytesFromBase64(value) ?? undefined
    case 'int':
      return integerOf(value)
    case 'long':
    case 'ulong':
      return bigintOf(value)
    case 'double':
      return doubleOf(value)
    case 'decimal':
      if (typeof value === 'number' && Number.isFinite(value)) return String(value)
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? value
        : undefined
    default:
      return typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint'
        ? value
        : undefined
  }
}

function integerOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  return typeof value === 'string' && INTEGER.test(value) ? Number(value) : undefined
}

function bigintOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && INTEGER.test(value) ? BigInt(value) : undefined
}

function doubleOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) && value !== 'NaN' ? undefined : number
}

function misfit(type: ValueType, value: unknown, place: InputPlace): HourbaseError {
  const shown = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value))
  return new HourbaseError('INVALID_ARGUMENT', `${place.parameter}: ${shown} is no ${type.text}`, {
    where: { parameter: place.parameter, type: type.text },
  })
}
