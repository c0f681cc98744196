/**
 * JavaScript values ↔ slots. A slot is what columns and row keys hold: a number (hours, days, µs, unscaled decimals as the
 * integer in the value bytes), a bigint where a number would not be exact, a string, or bytes. Nothing is rounded or guessed.
 */
import type { Scalar } from './api.js'
import { formatMicros, INSTANT_MS_MAX, parseInstant } from './datetime.js'
import { formatDecimal, parseDecimal } from './decimal.js'
import { DAY_MS, HOUR_MS } from './time-zone.js'
import { unsafeNumber } from './value-error.js'
import type { ValueType } from './value-type.js'

export type Slot = number | bigint | string | Uint8Array
/** How long, ulong and datetime come out: exact (bigint, ISO text) or as safe numbers (datetime in µs). */
export type LongsAs = 'bigint' | 'number'

/** HBase's limit of a cell. */
export const VALUE_BYTES_MAX: number = 10 * 1024 * 1024

const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n
const ULONG_MAX = 2n ** 64n - 1n
const MICROS_MAX = BigInt(INSTANT_MS_MAX) * 1000n
/** Whole hours and days in the range of an instant. */
const HOURS_MAX = 2 ** 31 - 1
const DAYS_MAX = INSTANT_MS_MAX / DAY_MS

/** The slot of a value that is not null, or undefined where the value does not belong to the type. */
export function toSlot(type: ValueType, value: unknown): Slot | undefined {
  switch (type.name) {
    case 'double':
      return typeof value === 'number' ? value : undefined
    case 'int':
      return typeof value === 'number' && (value | 0) === value ? value | 0 : undefined
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined
    case 'hour':
      return wholeUnits(value, HOUR_MS, HOURS_MAX)
    case 'day':
      return wholeUnits(value, DAY_MS, DAYS_MAX)
    case 'long':
      return toLong(value, LONG_MIN, LONG_MAX)
    case 'ulong':
      return toLong(value, 0n, ULONG_MAX)
    case 'datetime':
      return toMicros(value)
    case 'decimal':
      return toUnscaled(type, value)
    case 'string':
      return typeof value === 'string' && isWellFormed(value) ? value : undefined
    case 'bytes':
      return value instanceof Uint8Array ? value : undefined
  }
}

function wholeUnits(value: unknown, msPerUnit: number, max: number): number | undefined {
  const ms = typeof value === 'number' ? value : toMsExactly(value)
  if (ms === undefined) return undefined
  const units = ms / msPerUnit
  // `+ 0` makes -0 a 0.
  return Math.floor(units) === units && units * msPerUnit === ms && units <= max && units >= -max
    ? units + 0
    : undefined
}

function toMsExactly(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const instant = parseInstant(value)
    return typeof instant === 'string' || instant.micros !== 0 ? undefined : instant.ms
  }
  return value instanceof Date ? value.getTime() : undefined
}

function toLong(value: unknown, min: bigint, max: bigint): number | bigint | undefined {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && (value >= 0 || min < 0n) ? value + 0 : undefined
  }
  return typeof value === 'bigint' && value >= min && value <= max ? narrow(value) : undefined
}

function toMicros(value: unknown): number | bigint | undefined {
  if (typeof value === 'bigint')
    return value >= -MICROS_MAX && value <= MICROS_MAX ? narrow(value) : undefined
  if (typeof value === 'string') {
    const instant = parseInstant(value)
    return typeof instant === 'string' ? undefined : microsOf(instant.ms, instant.micros)
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) return microsOf(value.getTime(), 0)
  return undefined
}

function microsOf(ms: number, micros: number): number | bigint {
  const total = ms * 1000 + micros
  return Number.isSafeInteger(total) ? total : BigInt(ms) * 1000n + BigInt(micros)
}

/** A number counts by its shortest decimal text: 12.3 is 12.3, 0.1 + 0.2 is refused at scale 2. */
function toUnscaled(type: ValueType, value: unknown): number | bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const unscaled = parseDecimal(String(value), type)
  return typeof unscaled === 'string' ? undefined : narrow(unscaled)
}

/** A number where it is exact. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** A lone surrogate has no UTF-8 and would come back as another string. */
function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text)
}

/** The value of a slot, as typed rows show it. @throws VALUE_INVALID where `longs` asks for a number that is not exact. */
export function fromSlot(type: ValueType, slot: Slot, longs: LongsAs): Scalar {
  switch (type.name) {
    case 'boolean':
      return slot !== 0
    case 'hour':
      return (slot as number) * HOUR_MS
    case 'day':
      return (slot as number) * DAY_MS
    case 'long':
    case 'ulong':
      return longs === 'number' ? toNumber(type, slot as number | bigint) : BigInt(slot as number | bigint)
    case 'datetime':
      return longs === 'number'
        ? toNumber(type, slot as number | bigint)
        : formatMicros(slot as number | bigint)
    case 'decimal':
      return formatDecimal(slot as number | bigint, type.scale)
    default:
      return slot as Scalar
  }
}

function toNumber(type: ValueType, slot: number | bigint): number {
  const number = Number(slot)
  if (Number.isSafeInteger(number)) return number
  throw unsafeNumber(type, slot)
}
