/**
 * Time buckets. A bucket is a set of moments with one name (its first moment in ms, or an hour of the day, or a day of the
 * week), and stretches of time lie in one bucket each: a Bucketizer knows the stretch it is in, so a run of rows in time
 * order asks for a new one only at bucket edges and clock changes.
 */
import { HourbaseError } from '../util/errors.js'
import { DAY_MS, floorMod, HOUR_MS, type TimeZone } from './time-zone.js'

const MINUTE_MS = 60_000
/** Multiples of days and weeks are counted from Monday 2000-01-03, of months and years from 2000-01 (as DuckDB and Timescale do). */
const ORIGIN_DAY = 10_959
const ORIGIN_MONTH = 2000 * 12

export type BucketUnit = 'minute' | 'hour' | 'day' | 'month' | 'hourOfDay' | 'dayOfWeek'
/** Weeks are 7 days, years 12 months. */
export interface BucketSize {
  readonly unit: BucketUnit
  readonly count: number
}

const UNITS: Readonly<Record<string, { unit: BucketUnit; times: number; countMax: number }>> = {
  m: { unit: 'minute', times: 1, countMax: 30 },
  h: { unit: 'hour', times: 1, countMax: 24 },
  d: { unit: 'day', times: 1, countMax: 36_600 },
  w: { unit: 'day', times: 7, countMax: 5_200 },
  M: { unit: 'month', times: 1, countMax: 12_000 },
  y: { unit: 'month', times: 12, countMax: 1_000 },
}

/** Parses `every`: '15m', '1h', '6h', '1d', '2w', '1M', '3M', '1y', 'hourOfDay', 'dayOfWeek'. @throws INVALID_ARGUMENT */
export function parseEvery(text: string): BucketSize {
  if (text === 'hourOfDay' || text === 'dayOfWeek') return { unit: text, count: 1 }
  const match = /^([1-9]\d{0,5})([mhdwMy])$/.exec(text)
  const unit = match === null ? undefined : UNITS[match[2]!]
  const count = Number(match?.[1])
  if (unit === undefined || count > unit.countMax || (unit.unit === 'minute' && 60 % count !== 0)) {
    throw new HourbaseError('INVALID_ARGUMENT', `every: '${text}' is no bucket size`, {
      where: { every: text },
      hint: "write a count and a unit (m minutes that divide the hour, h up to 24, d, w, M months, y), such as '1h', '6h', '1d', '2w', '3M', or 'hourOfDay' or 'dayOfWeek'",
    })
  }
  return { unit: unit.unit, count: count * unit.times }
}

/** A day, month … as the local clock shows it, [from, to) in local ms. */
interface LocalPeriod {
  from: number
  to: number
}

export class Bucketizer {
  readonly size: BucketSize
  readonly zone: TimeZone
  /** The bucket of every moment in [from, to): its first moment in ms, 0–23, or 1–7. */
  start = 0
  from: number = Infinity
  to: number = -Infinity

  constructor(size: BucketSize, zone: TimeZone) {
    this.size = size
    this.zone = zone
  }

  /** Buckets repeat (hour of day, day of week) and their names are no times. */
  get cyclic(): boolean {
    return this.size.unit === 'hourOfDay' || this.size.unit === 'dayOfWeek'
  }

  /** Makes [from, to) hold `ms` and answers its bucket. */
  locate(ms: number): number {
    if (ms < this.from || ms >= this.to) {
      // every pass through an hour is a bucket of its own, so that the hour a clock repeats gives two
      const { unit, count } = this.size
      if (unit === 'minute') this.#locatePass(ms, count * MINUTE_MS)
      else if (unit === 'hour' && count === 1) this.#locatePass(ms, HOUR_MS)
      else this.#locatePeriod(ms)
    }
    return this.start
  }

  /** The first bucket after bucket `start`. For times only. */
  next(start: number): number {
    this.locate(start)
    // a clock set back over midnight leads back into a bucket that was there before: that is no new one
    while (this.locate(this.to) <= start);
    return this.start
  }

  #locatePass(ms: number, widthMs: number): void {
    const { from, to, offsetMs } = this.zone.span(ms)
    const start = ms - floorMod(ms + offsetMs, widthMs)
    this.from = Math.max(start, from)
    this.to = Math.min(start + widthMs, to)
    // a span may begin where the table is cut, not where the clock was set
    const cut = start < from && this.zone.offsetAt(from - 1) === offsetMs
    this.start = cut ? start : this.from
  }

  #locatePeriod(ms: number): void {
    const span = this.zone.span(ms)
    const { from, to, offsetMs } = span
    const period = localPeriod(ms + offsetMs, this.size)
    this.from = Math.max(from, period.from - offsetMs)
    this.to = Math.min(to, period.to - offsetMs)
    if (this.size.unit === 'hourOfDay') this.start = floorMod(period.from, DAY_MS) / HOUR_MS
    else if (this.size.unit === 'dayOfWeek') this.start = this.zone.dayOfWeek(ms)
    else this.start = this.zone.firstInstant(period.from)
  }
}

function localPeriod(local: number, size: BucketSize): LocalPeriod {
  const day = Math.floor(local / DAY_MS)
  switch (size.unit) {
    case 'month': {
      const month = monthOfDay(day)
      const first = month - floorMod(month - ORIGIN_MONTH, size.count)
      return { from: firstDayOfMonth(first) * DAY_MS, to: firstDayOfMonth(first + size.count) * DAY_MS }
    }
    case 'day': {
      const first = day - floorMod(day - ORIGIN_DAY, size.count)
      return { from: first * DAY_MS, to: (first + size.count) * DAY_MS }
    }
    case 'dayOfWeek':
      return { from: day * DAY_MS, to: (day + 1) * DAY_MS }
    default: {
      // hours are counted from midnight; the last bucket of a day may be shorter
      const width = size.count * HOUR_MS
      const midnight = day * DAY_MS
      const from = midnight + Math.floor((local - midnight) / width) * width
      return { from, to: Math.min(from + width, midnight + DAY_MS) }
    }
  }
}

/** Months since year 0 of a day since 1970-01-01, in the Gregorian calendar. */
function monthOfDay(day: number): number {
  // the years of an average length first, then at most one month off
  let month = Math.floor((day + 719_528) / (146_097 / 4_800))
  while (firstDayOfMonth(month) > day) month--
  while (firstDayOfMonth(month + 1) <= day) month++
  return month
}

const DAYS_BEFORE_MONTH: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

/** Days since 1970-01-01 of the first day of a month since year 0. */
function firstDayOfMonth(month: number): number {
  const year = Math.floor(month / 12)
  const inYear = month - year * 12
  // leap days before the month: those of all years before it, and this year's once February is over
  const leapYears = inYear >= 2 ? year : year - 1
  const leapDays = Math.floor(leapYears / 4) - Math.floor(leapYears / 100) + Math.floor(leapYears / 400)
  return year * 365 + leapDays + DAYS_BEFORE_MONTH[inYear]! - 719_527
}

/** The buckets from the one that holds `from` up to `to` (exclusive); hours of day and days of week: all of them. */
export function bucketsBetween(bucketizer: Bucketizer, from: number, to: number, countMax: number): number[] {
  if (bucketizer.size.unit === 'hourOfDay') return Array.from({ length: 24 }, (_, hour) => hour)
  if (bucketizer.size.unit === 'dayOfWeek') return Array.from({ length: 7 }, (_, day) => day + 1)
  const starts: number[] = []
  for (let start = bucketizer.locate(from); start < to; start = bucketizer.next(start)) {
    if (starts.length >= countMax) {
      throw new HourbaseError('LIMIT_EXCEEDED', `fill: the time range holds more than ${countMax} buckets`, {
        where: { bucketsMax: countMax },
        hint: 'narrow timeRange or use larger buckets',
      })
    }
    starts.push(start)
  }
  return starts
}
