/** Instants as the doors write them: ISO 8601 in UTC, a fraction only where there is one. */
import { formatInstant, INSTANT_MS_MAX, parseInstant } from '../model/datetime.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

let cachedDay = Number.NaN
let cachedDayText = ''

/** `2013-01-01`. Scans stay in one day for many rows: the last day's text is kept. */
export function isoDay(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  if (day === cachedDay) return cachedDayText
  const text = formatInstant(day * DAY_MS, 0)
  cachedDayText = text.slice(0, text.indexOf('T'))
  cachedDay = day
  return cachedDayText
}

/** `2013-01-01T05:00:00Z`, `2013-01-01T05:00:00.25Z`; the bare number where no calendar reaches. */
export function isoInstant(ms: number): string {
  if (!(Math.abs(ms) <= INSTANT_MS_MAX)) return String(ms)
  const inDay = ms - Math.floor(ms / DAY_MS) * DAY_MS
  if (inDay % HOUR_MS === 0) return `${isoDay(ms)}T${HOURS[inDay / HOUR_MS]}`
  return formatInstant(Math.floor(ms), Math.round((ms - Math.floor(ms)) * 1000))
}

/** Milliseconds of an ISO instant, microseconds as a fraction; NaN when it is none. */
export function millisOfIso(text: string): number {
  const instant = parseInstant(text)
  return typeof instant === 'string' ? Number.NaN : instant.ms + instant.micros / 1000
}

const HOURS: readonly string[] = Array.from(
  { length: 24 },
  (_, hour) => `${String(hour).padStart(2, '0')}:00:00Z`,
)
