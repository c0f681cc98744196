import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMicros, INSTANT_MS_MAX, parseInstant } from '../../src/model/datetime.js'

test('dates, zones and fractions are read exactly', () => {
  const cases: [string, number, number][] = [
    ['1970-01-01', 0, 0],
    ['2013-01-01T05:00:00Z', Date.UTC(2013, 0, 1, 5), 0],
    ['2013-01-01 05:00Z', Date.UTC(2013, 0, 1, 5), 0],
    ['2013-01-01T05:00:00+02:00', Date.UTC(2013, 0, 1, 3), 0],
    ['2013-01-01T05:00:00-0530', Date.UTC(2013, 0, 1, 10, 30), 0],
    ['2013-01-01T05:00:00+02', Date.UTC(2013, 0, 1, 3), 0],
    ['2013-01-01T00:00:00.25Z', Date.UTC(2013, 0, 1) + 250, 0],
    ['2013-01-01T00:00:00.123456Z', Date.UTC(2013, 0, 1) + 123, 456],
    ['1969-12-31T23:59:59.999999Z', -1, 999],
    ['2000-02-29', Date.UTC(2000, 1, 29), 0],
    ['+275760-09-13T00:00:00Z', INSTANT_MS_MAX, 0],
    ['-271821-04-20T00:00:00Z', -INSTANT_MS_MAX, 0],
    ['2013-01-01T00:00:00.123456000Z', Date.UTC(2013, 0, 1) + 123, 456],
  ]
  for (const [text, ms, micros] of cases) expect([text, parseInstant(text)]).toEqual([text, { ms, micros }])
})

test('what is no moment is refused with the reason', () => {
  const cases: [string, RegExp][] = [
    ['', /not an ISO/],
    ['2013', /not an ISO/],
    ['1/2/2013', /not an ISO/],
    ['2013-01-01T05:00:00', /ambiguous/],
    ['2013-01-01 05:00', /ambiguous/],
    ['2013-13-01', /month/],
    ['2013-00-01', /month/],
    ['2013-02-29', /day/],
    ['1900-02-29', /day/],
    ['2013-04-31', /day/],
    ['2013-01-01T24:00:00Z', /time of day/],
    ['2013-01-01T23:60:00Z', /time of day/],
    ['2016-12-31T23:59:60Z', /time of day/],
    ['2013-01-01T00:00:00+24:00', /offset/],
    ['2013-01-01T00:00:00.1234567Z', /finer/],
    ['+275760-09-13T00:00:00.000001Z', /range/],
    ['-000000-01-01', /year/],
  ]
  for (const [text, reason] of cases) expect(parseInstant(text)).toMatch(reason)
})

test('a moment comes out with as many fraction digits as it needs', () => {
  expect(formatMicros(0)).toBe('1970-01-01T00:00:00Z')
  expect(formatMicros(500_000)).toBe('1970-01-01T00:00:00.5Z')
  expect(formatMicros(-1)).toBe('1969-12-31T23:59:59.999999Z')
  expect(formatMicros(-1n)).toBe('1969-12-31T23:59:59.999999Z')
  expect(formatMicros(BigInt(INSTANT_MS_MAX) * 1000n)).toBe('+275760-09-13T00:00:00Z')
  expect(formatMicros(BigInt(-INSTANT_MS_MAX) * 1000n)).toBe('-271821-04-20T00:00:00Z')
})

test('every moment comes back from its text, and Date agrees on the milliseconds', () => {
  const all = fc.record({
    ms: fc.integer({ min: -INSTANT_MS_MAX, max: INSTANT_MS_MAX - 1 }),
    micros: fc.integer({ min: 0, max: 999 }),
  })
  fc.assert(
    fc.property(all, ({ ms, micros }) => {
      const text = formatMicros(BigInt(ms) * 1000n + BigInt(micros))
      expect(parseInstant(text)).toEqual({ ms, micros })
      if (micros === 0) expect(Date.parse(text)).toBe(ms)
    }),
    { seed: 20_130_101, numRuns: 2000 },
  )
})
