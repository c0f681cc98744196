/**
 * The clock of an IANA zone as a table of offsets, read once from Intl in stretches of eight years.
 * Local times are written as "the UTC ms at which a UTC clock shows the same digits".
 */
import { HourbaseError } from '../util/errors.js'

export const HOUR_MS = 3_600_000
export const DAY_MS: number = 24 * HOUR_MS

const STRETCH_MS = 2_922 * DAY_MS
/** No zone has ever changed its clock and changed it back within three days: two equal samples mean no change between. */
const SAMPLE_MS = 3 * DAY_MS
/** No clock is further from UTC than this. */
const OFFSET_MAX_MS = 16 * HOUR_MS
/** The last ms of a Date, less a day for the zone. */
const DATE_MAX_MS = 8.64e15 - DAY_MS

/** A time [from, to) with one offset. Neighbours may have the same offset (a stretch of the table ends there). */
export interface OffsetSpan {
  from: number
  to: number
  offsetMs: number
}

interface Stretch {
  /** Ascending; starts[0] is where the stretch begins. */
  readonly starts: Float64Array
  readonly offsets: Float64Array
  readonly end: number
}

const zones = new Map<string, TimeZone>()

export class TimeZone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat | null
  readonly #stretches = new Map<number, Stretch>()
  readonly #last: OffsetSpan = { from: 0, to: 0, offsetMs: 0 }

  /** Use `TimeZone.of`: a table is worth keeping. */
  private constructor(name: string, format: Intl.DateTimeFormat | null) {
    this.name = name
    this.#format = format
    if (format === null) this.#last = { from: -Infinity, to: Infinity, offsetMs: 0 }
  }

  /** @throws INVALID_ARGUMENT when there is no such zone. */
  static of(name: string): TimeZone {
    const known = zones.get(name)
    if (known !== undefined) return known
    const format = clockFormat(name)
    const canonical = format.resolvedOptions().timeZone
    const zone = new TimeZone(name, canonical === 'UTC' ? null : format)
    zones.set(name, zone)
    return zone
  }

  /** The span that holds `ms`. The object is reused by the next call. */
  span(ms: number): Readonly<OffsetSpan> {
    const last = this.#last
    if (ms >= last.from && ms < last.to) return last
    const index = Math.floor(ms / STRETCH_MS)
    let stretch = this.#stretches.get(index)
    if (stretch === undefined) {
      stretch = readStretch(this.#format!, index * STRETCH_MS)
      this.#stretches.set(index, stretch)
    }
    const at = lastAtMost(stretch.starts, ms)
    last.from = stretch.starts[at]!
    last.to = at + 1 < stretch.starts.length ? stretch.starts[at + 1]! : stretch.end
    last.offsetMs = stretch.offsets[at]!
    return last
  }

  offsetAt(ms: number): number {
    return this.span(ms).offsetMs
  }

  toLocal(ms: number): number {
    return ms + this.span(ms).offsetMs
  }

  /** The first moment at which the local clock shows `local` or later: a time that is skipped starts where the clock lands. */
  firstInstant(local: number): number {
    let span = this.span(local - OFFSET_MAX_MS)
    for (;;) {
      const instant = Math.max(span.from, local - span.offsetMs)
      if (instant < span.to) return instant
      span = this.span(span.to)
    }
  }

  /** 0–23. */
  hourOfDay(ms: number): number {
    return Math.floor(floorMod(this.toLocal(ms), DAY_MS) / HOUR_MS)
  }

  /** 1 Monday – 7 Sunday. */
  dayOfWeek(ms: number): number {
    // 1970-01-01 was a Thursday
    return floorMod(Math.floor(this.toLocal(ms) / DAY_MS) + 3, 7) + 1
  }
}

export function floorMod(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor
}

function clockFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new HourbaseError('INVALID_ARGUMENT', `unknown time zone '${name}'`, {
      where: { timeZone: name },
      hint: `use an IANA name such as 'UTC' or 'America/New_York'${similarZones(name)}`,
    })
  }
}

/** Zones whose city is the name's last word: `New_York` and `newyork` are told `America/New_York`. */
function similarZones(name: string): string {
  const plain = (text: string): string =>
    text
      .slice(text.lastIndexOf('/') + 1)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '')
  const city = plain(name)
  if (city.length < 3) return ''
  const found = Intl.supportedValuesOf('timeZone').filter((zone) => plain(zone).startsWith(city))
  return found.length === 0 ? '' : `; did you mean ${found.slice(0, 3).join(', ')}?`
}

function readStretch(format: Intl.DateTimeFormat, from: number): Stretch {
  const end = from + STRETCH_MS
  const starts = [from]
  const offsets = [readOffset(format, from)]
  let before = offsets[0]!
  for (let at = from; at < end; at += SAMPLE_MS) {
    const after = readOffset(format, at + SAMPLE_MS)
    if (after === before) continue
    const change = findChange(format, at, at + SAMPLE_MS, before)
    if (change < end) {
      starts.push(change)
      offsets.push(after)
    }
    before = after
  }
  return { starts: Float64Array.from(starts), offsets: Float64Array.from(offsets), end }
}

/** The second in (low, high] from which the offset is no longer `before`. Clocks change on whole seconds. */
function findChange(format: Intl.DateTimeFormat, low: number, high: number, before: number): number {
  let lowSecond = low / 1000
  let highSecond = high / 1000
  while (highSecond - lowSecond > 1) {
    const middle = Math.floor((lowSecond + highSecond) / 2)
    if (readOffset(format, middle * 1000) === before) lowSecond = middle
    else highSecond = middle
  }
  return highSecond * 1000
}

/** At a whole second. Beyond the years a Date knows, clocks go on as at its last. */
function readOffset(format: Intl.DateTimeFormat, second: number): number {
  const ms = Math.max(-DATE_MAX_MS, Math.min(DATE_MAX_MS, second))
  const [month, day, year, era, hour, minute, seconds] = format.format(ms).split(/[^0-9A-Za-z]+/)
  const civilYear = era === 'BC' ? 1 - Number(year) : Number(year)
  const local = new Date(
    Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(seconds)),
  )
  return local.setUTCFullYear(civilYear, Number(month) - 1, Number(day)) - ms
}

/** Index of the last value ≤ `value`; `values[0]` is. */
function lastAtMost(values: Float64Array, value: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (values[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}
