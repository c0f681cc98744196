import { expect, test } from 'vitest'
import type { TimeLike, TimeRangeLike } from '../../src/model/api.js'
import { ALL_TIME, toMs, toTimeRange } from '../../src/model/time-input.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'

const failure = (run: () => unknown): HourbaseError => {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error, 'INVALID_ARGUMENT')) return error
    throw error
  }
  throw new Error('it was accepted')
}

const NEW_YEAR = Date.UTC(2013, 0, 1)

test('milliseconds, Dates, instants and dates are times', () => {
  const times: TimeLike[] = [
    NEW_YEAR,
    new Date(NEW_YEAR),
    '2013-01-01',
    '2013-01-01T00:00:00Z',
    '2013-01-01T01:00+01:00',
  ]
  for (const time of times) expect(toMs(time, 'start')).toBe(NEW_YEAR)
})

test('a local time without zone is refused with a hint that names the zone', () => {
  const error = failure(() => toMs('2013-01-01 05:00', '--start'))
  expect(error.message).toBe("--start: '2013-01-01 05:00' is not a time: a time without a zone is ambiguous")
  expect(error.hint).toContain("'2013-01-01T05:00Z' for UTC")
})

test('nothing is guessed or rounded', () => {
  const times = [
    0.5,
    Number.NaN,
    Infinity,
    9e15,
    new Date(Number.NaN),
    '1/2/2013',
    '2013-01-01T00:00:00.0001Z',
    12n,
  ]
  for (const time of times) failure(() => toMs(time as TimeLike, 'start'))
})

test('a range is half-open and may be open on either side', () => {
  expect(toTimeRange(['2013-01-01', '2013-01-02'])).toEqual({ min: NEW_YEAR, max: NEW_YEAR + 86_400_000 })
  expect(toTimeRange([null, 5])).toEqual({ min: -Infinity, max: 5 })
  expect(toTimeRange([-5, null])).toEqual({ min: -5, max: Infinity })
  expect(toTimeRange(undefined)).toBe(ALL_TIME)
})

test('a reversed or empty range is refused and names both ends', () => {
  expect(failure(() => toTimeRange(['2014-01-01', '2013-01-01'])).message).toBe(
    'timeRange [2014-01-01, 2013-01-01) is reversed',
  )
  expect(failure(() => toTimeRange([5, new Date(5)])).message).toBe(
    'timeRange [5, 1970-01-01T00:00:00.005Z) is empty',
  )
  expect(failure(() => toTimeRange([5] as unknown as TimeRangeLike)).message).toContain('pair')
  expect(failure(() => toTimeRange(['2013-01-01', 'x'])).message).toContain('timeRange[1]')
})
