/** Times as people give them (api.ts TimeLike, TimeRangeLike) → integer milliseconds. Nothing is guessed or rounded. */
import { HourbaseError } from '../util/errors.js'
import type { TimeLike, TimeRangeLike } from './api.js'
import { INSTANT_MS_MAX, parseInstant } from './datetime.js'

/** Half-open [min, max) in ms; ±Infinity = open. */
export interface TimeRange {
  readonly min: number
  readonly max: number
}

export const ALL_TIME: TimeRange = { min: -Infinity, max: Infinity }

/** `what` names the thing in the error: 'timeRange[0]', '--start'. @throws INVALID_ARGUMENT */
export function toMs(time: TimeLike, what: string): number {
  if (typeof time === 'number') {
    if (Number.isInteger(time) && Math.abs(time) <= INSTANT_MS_MAX) return time
    throw invalid(what, String(time), 'milliseconds are an integer in the range of Date')
  }
  if (time instanceof Date) {
    const ms = time.getTime()
    if (Number.isFinite(ms)) return ms
    throw invalid(what, 'Invalid Date', 'the Date is invalid')
  }
  if (typeof time !== 'string') throw invalid(what, typeof time, 'it is neither a number, a Date nor a text')
  const instant = parseInstant(time)
  if (typeof instant === 'string') throw invalid(what, time, instant)
  if (instant.micros !== 0) throw invalid(what, time, 'it is finer than a millisecond')
  return instant.ms
}

function invalid(what: string, got: string, why: string): HourbaseError {
  const shown = got.length > 60 ? `${got.slice(0, 60)}…` : got
  const withZone = why.includes('ambiguous') && !/[Zz]/.test(shown)
  return new HourbaseError('INVALID_ARGUMENT', `${what}: '${shown}' is not a time: ${why}`, {
    where: { argument: what, got: shown },
    hint: withZone
      ? `say the zone: '${shown.replace(' ', 'T')}Z' for UTC, or an offset such as '+02:00'`
      : "give ms, a Date, '2013-01-01T00:00:00Z' or '2013-01-01' (00:00 UTC)",
  })
}

/** @throws INVALID_ARGUMENT when the range is reversed, or empty where that is refused. */
export function toTimeRange(
  range: TimeRangeLike | undefined,
  empty: 'refuse' | 'allow' = 'refuse',
): TimeRange {
  if (range === undefined) return ALL_TIME
  if (!Array.isArray(range) || range.length !== 2) {
    throw new HourbaseError('INVALID_ARGUMENT', 'timeRange is a pair [from, to)', {
      where: { argument: 'timeRange' },
      hint: "e.g. ['2013-01-01', '2014-01-01']; null leaves a side open",
    })
  }
  const [from, to] = range as TimeRangeLike
  const min = from === null || from === undefined ? -Infinity : toMs(from, 'timeRange[0]')
  const max = to === null || to === undefined ? Infinity : toMs(to, 'timeRange[1]')
  if (min < max || (min === max && empty === 'allow')) return { min, max }
  const shape = min === max ? 'is empty' : 'is reversed'
  throw new HourbaseError('INVALID_ARGUMENT', `timeRange [${show(from)}, ${show(to)}) ${shape}`, {
    where: { argument: 'timeRange', from: show(from), to: show(to) },
    hint: 'the range is half-open: from is inside, to is not, so from must be before to',
  })
}

function show(time: TimeLike | null): string {
  return time instanceof Date ? time.toISOString() : String(time)
}
