/** MySQL's dates and times as text: `2013-01-31`, `2013-01-31 05:30:00.25`. Zero and partial dates are told apart from nonsense. */
import { HOUR_MS } from '../model/time-zone.js'

/** `0000-00-00`, and dates with a zero month or day: MySQL stores them, no calendar has them. */
export const ZERO_DATE: unique symbol = Symbol('zero date')

const YEAR_MIN = 100

/** Wall-clock ms (as if it were UTC) and the µs within it. The object is reused by the next call. */
export interface WallClock {
  ms: number
  micros: number
}

const answer: WallClock = { ms: 0, micros: 0 }

export function parseMysqlDate(text: string): number | typeof ZERO_DATE | undefined {
  return text.length === 10 ? dateAt(text) : undefined
}

export function parseMysqlDateTime(text: string): WallClock | typeof ZERO_DATE | undefined {
  const day = dateAt(text)
  if (day === undefined || day === ZERO_DATE) return day
  answer.micros = 0
  answer.ms = day
  if (text.length === 10) return answer
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  if (!(hour < 24 && minute < 60 && second < 60) || text.length < 19 || text.length > 26) return undefined
  if (text.charCodeAt(10) !== 32 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined
  let fraction = 0
  if (text.length > 19) {
    fraction = digits(text, 20, text.length) * 10 ** (26 - text.length)
    if (text.charCodeAt(19) !== 46 || Number.isNaN(fraction)) return undefined
  }
  answer.micros = fraction % 1000
  answer.ms = day + hour * HOUR_MS + minute * 60_000 + second * 1000 + Math.floor(fraction / 1000)
  return answer
}

/** Rows come in time order more often than not: the last day is remembered. */
let lastYear = 1970
let lastMonth = 1
let lastDay = 1
let lastMs = 0

function dateAt(text: string): number | typeof ZERO_DATE | undefined {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined
  return dayStart(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10))
}

/** 00:00 of a day on a UTC clock. Undefined: no such day; ZERO_DATE: year, month or day 0. */
export function dayStart(year: number, month: number, day: number): number | typeof ZERO_DATE | undefined {
  if (day === lastDay && month === lastMonth && year === lastYear) return lastMs
  if (!(year >= 0 && month >= 0 && day >= 0 && month <= 12 && day <= 31)) return undefined
  if (year === 0 || month === 0 || day === 0) return ZERO_DATE
  // Date.UTC takes years below 100 for those of the 20th century
  if (year < YEAR_MIN || year > 9999) return undefined
  const ms = Date.UTC(year, month - 1, day)
  if (new Date(ms).getUTCDate() !== day) return undefined
  lastYear = year
  lastMonth = month
  lastDay = day
  lastMs = ms
  return ms
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
