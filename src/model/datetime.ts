/**
 * Instants as text: ISO 8601 with a zone in, the shortest exact UTC form out. Exact to the microsecond, in the range of
 * JavaScript's Date (±100,000,000 days around 1970), without Date's guesses.
 */
import { DAY_MS } from './time-zone.js'

/** Date's range; µs of it still fit into 64 bits, ms into a safe integer. */
export const INSTANT_MS_MAX = 8.64e15

/** `ms` is the floor, `micros` the 0…999 µs above it. */
export interface Instant {
  readonly ms: number
  readonly micros: number
}

const ISO =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** The instant, or what is wrong with the text. A date alone is 00:00 UTC; a time must carry its zone. */
export function parseInstant(text: string): Instant | string {
  const match = ISO.exec(text)
  if (match === null) return 'not an ISO 8601 date or time'
  const [, yearText, monthText, dayText, hourText, minuteText, secondText, fraction = '', zone] = match
  const year = Number(yearText)
  const month = Number(monthText)
  const day = Number(dayText)
  if (yearText === '-000000') return 'there is no year -0'
  if (month < 1 || month > 12) return 'there is no such month'
  if (day < 1 || day > daysInMonth(year, month)) return 'there is no such day'
  if (hourText !== undefined && zone === undefined) return 'a time without a zone is ambiguous'
  const hour = Number(hourText ?? 0)
  const minute = Number(minuteText ?? 0)
  const second = Number(secondText ?? 0)
  if (hour > 23 || minute > 59 || second > 59) return 'there is no such time of day'
  if (fraction.length > 6 && /[1-9]/.test(fraction.slice(6))) return 'it is finer than a microsecond'
  const offset = zoneMinutes(zone)
  if (offset === null) return 'there is no such zone offset'
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
  const seconds = hour * 3600 + (minute - offset) * 60 + second
  const ms = daysFromCivil(year, month, day) * DAY_MS + seconds * 1000 + Math.floor(micros / 1000)
  const isBeyond = ms > INSTANT_MS_MAX || (ms === INSTANT_MS_MAX && micros % 1000 > 0)
  if (ms < -INSTANT_MS_MAX || isBeyond) return 'it is out of range'
  return { ms, micros: micros % 1000 }
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 23 || minutes > 59) return null
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years are counted from 1 March. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** `2013-01-01T05:30:00.25Z`: as many fraction digits as needed. `micros`: µs since the epoch. */
export function formatMicros(micros: number | bigint): string {
  if (typeof micros === 'number')
    return formatInstant(Math.floor(micros / 1000), micros - Math.floor(micros / 1000) * 1000)
  const rest = ((micros % 1000n) + 1000n) % 1000n
  return formatInstant(Number((micros - rest) / 1000n), Number(rest))
}

export function formatInstant(ms: number, micros: number): string {
  const days = Math.floor(ms / DAY_MS)
  const inDay = ms - days * DAY_MS
  const seconds = Math.floor(inDay / 1000)
  const fraction = (inDay - seconds * 1000) * 1000 + micros
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `${formatDay(days)}T${clock}${tail}Z`
}

/** Inverse of daysFromCivil, as text; years outside 0…9999 have a sign and six digits. */
function formatDay(days: number): string {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${formatYear(year)}-${two(month)}-${two(day)}`
}

function formatYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0')
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
