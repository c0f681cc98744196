/**
 * Raw values → values of a column's type, exactly or not at all: `undefined` says that the value does not belong to the type.
 * What comes out is what typed rows take: numbers, bigints where a number is not exact, µs as bigint for datetimes.
 */

import type { Scalar } from '../model/api.js'
import { parseInstant } from '../model/datetime.js'
import { parseDecimal } from '../model/decimal.js'
import { DAY_MS, HOUR_MS } from '../model/time-zone.js'
import type { ValueType } from '../model/value-type.js'
import { utf8 } from '../util/bytes.js'
import type { LocalTime } from './local-time.js'
import { parseMysqlDate, parseMysqlDateTime, ZERO_DATE } from './mysql-time.js'
import type { RawKind } from './source.js'

export type Raw = Exclude<Scalar, null>
/** Null: the value is null after all (a zero date under --zero-dates null). */
export type Cast = (raw: Raw) => Scalar | undefined

export interface CastContext {
  /** Turns a wall clock into UTC: for datetimes without zone. */
  readonly local: LocalTime
  readonly zeroDates: 'keep' | 'null' | 'reject'
  /** Counts zero dates that became null. */
  readonly counts: { zeroDates: number }
}

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1
const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n
const ULONG_MAX = 2n ** 64n - 1n
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Null: the raw value is the value already. */
export function castFor(raw: RawKind, type: ValueType, context: CastContext): Cast | null {
  switch (type.name) {
    case 'int':
      return raw === 'number' ? null : toInt
    case 'long':
      return raw === 'number' ? null : toLong
    case 'ulong':
      return toUlong
    case 'double':
      return raw === 'number' ? null : toDouble
    case 'decimal':
      // a DECIMAL's text fits its own type; the row encoder checks other precisions
      return raw === 'decimalText' ? null : toDecimal(type)
    case 'string':
      return raw === 'text' || raw === 'decimalText' || raw === 'integerText' ? null : toText
    case 'bytes':
      return raw === 'bytes' ? null : toBytes
    case 'boolean':
      return toBoolean
    case 'datetime':
      return raw === 'datetimeText' || raw === 'dateText' ? zoned(context, microsOf) : toDatetime
    case 'hour':
      return wholeUnits(raw === 'datetimeText' ? zoned(context, msOf) : toMs, HOUR_MS)
    case 'day':
      return wholeUnits(
        raw === 'dateText' ? dates(context) : raw === 'datetimeText' ? zoned(context, msOf) : toMs,
        DAY_MS,
      )
  }
}

/** Digits with an optional sign, at most 15 of them; NaN for anything else. */
function smallInteger(text: string): number {
  const length = text.length
  const negative = text.charCodeAt(0) === 45
  let at = negative ? 1 : 0
  if (at === length || length - at > 15) return Number.NaN
  let value = 0
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return negative ? 0 - value : value
}

function toInt(raw: Raw): number | undefined {
  const value = typeof raw === 'string' ? smallInteger(raw) : Number(raw)
  return Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX && !(raw instanceof Uint8Array)
    ? value
    : undefined
}

function toWhole(raw: Raw, min: bigint, max: bigint): number | bigint | undefined {
  if (typeof raw === 'string') {
    const small = smallInteger(raw)
    if (!Number.isNaN(small)) return small >= 0 || min < 0n ? small : undefined
    if (!/^-?\d{1,40}$/.test(raw)) return undefined
    const big = BigInt(raw)
    return big >= min && big <= max ? big : undefined
  }
  if (typeof raw === 'number') return Number.isSafeInteger(raw) && (raw >= 0 || min < 0n) ? raw : undefined
  return typeof raw === 'bigint' && raw >= min && raw <= max ? raw : undefined
}

function toLong(raw: Raw): number | bigint | undefined {
  return toWhole(raw, LONG_MIN, LONG_MAX)
}

function toUlong(raw: Raw): number | bigint | undefined {
  return toWhole(raw, 0n, ULONG_MAX)
}

const SPECIAL = new Set(['NaN', 'Infinity', '-Infinity'])

function toDouble(raw: Raw): number | undefined {
  if (typeof raw === 'number') return raw
  if (typeof raw !== 'string') return undefined
  const value = Number(raw)
  // Number() is generous: '', ' 1 ', '0x1F' and '0b1' are numbers to it
  const last = raw.charCodeAt(raw.length - 1)
  if (value - value === 0) {
    const first = raw.charCodeAt(0)
    return first > 32 && last > 32 && (raw.length < 2 || raw.charCodeAt(1) < 58 || isExponent(raw))
      ? value
      : undefined
  }
  return SPECIAL.has(raw) ? value : undefined
}

/** `1e5`: the second character is a letter and yet the text is decimal. */
function isExponent(text: string): boolean {
  const second = text.charCodeAt(1) | 32
  return second === 101
}

function toDecimal(type: ValueType): Cast {
  return (raw) => {
    if (typeof raw === 'boolean' || raw instanceof Uint8Array) return undefined
    const text = String(raw)
    return typeof parseDecimal(text, type) === 'string' ? undefined : text
  }
}

function toText(raw: Raw): string | undefined {
  if (!(raw instanceof Uint8Array)) return String(raw)
  try {
    return decoder.decode(raw)
  } catch {
    return undefined
  }
}

function toBytes(raw: Raw): Uint8Array | undefined {
  return raw instanceof Uint8Array ? raw : typeof raw === 'string' ? utf8(raw) : undefined
}

const TRUE = new Set(['true', 't', 'yes', 'y', '1'])
const FALSE = new Set(['false', 'f', 'no', 'n', '0'])

function toBoolean(raw: Raw): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  const text = typeof raw === 'string' ? raw.toLowerCase() : String(raw)
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}

/** ISO text with a zone, or ms from a derived or stored hour, day or datetime. */
function toMs(raw: Raw): number | undefined {
  if (typeof raw === 'number') return raw
  if (typeof raw === 'bigint') return raw % 1000n === 0n ? Number(raw / 1000n) : undefined
  if (typeof raw !== 'string') return undefined
  const instant = parseInstant(raw)
  return typeof instant === 'string' || instant.micros !== 0 ? undefined : instant.ms
}

function toDatetime(raw: Raw): bigint | undefined {
  if (typeof raw === 'bigint') return raw
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? BigInt(raw) * 1000n : undefined
  if (typeof raw !== 'string') return undefined
  const instant = parseInstant(raw)
  return typeof instant === 'string' ? undefined : microsOf(instant.ms, instant.micros)
}

function microsOf(ms: number, micros: number): bigint {
  const total = ms * 1000 + micros
  return Number.isSafeInteger(total) ? BigInt(total) : BigInt(ms) * 1000n + BigInt(micros)
}

function msOf(ms: number, micros: number): number | undefined {
  return micros === 0 ? ms : undefined
}

function zoned<T extends Scalar>(
  context: CastContext,
  make: (ms: number, micros: number) => T | undefined,
): Cast {
  return (raw) => {
    const parsed = typeof raw === 'string' ? parseMysqlDateTime(raw) : undefined
    if (parsed === undefined) return undefined
    if (parsed === ZERO_DATE) return zeroDate(context)
    const ms = context.local.toUtc(parsed.ms)
    return ms === undefined ? undefined : make(ms, parsed.micros)
  }
}

function dates(context: CastContext): Cast {
  return (raw) => {
    const ms = typeof raw === 'string' ? parseMysqlDate(raw) : undefined
    return ms === ZERO_DATE ? zeroDate(context) : ms
  }
}

function zeroDate(context: CastContext): null | undefined {
  if (context.zeroDates !== 'null') return undefined
  context.counts.zeroDates++
  return null
}

function wholeUnits(cast: Cast, msPerUnit: number): Cast {
  return (raw) => {
    const ms = cast(raw)
    return typeof ms !== 'number'
      ? ms === null
        ? null
        : undefined
      : Number.isInteger(ms / msPerUnit)
        ? ms
        : undefined
  }
}
