import { expect, test } from 'vitest'
import { Bucketizer, bucketsBetween, parseEvery } from '../../src/model/bucket.js'
import { DAY_MS, HOUR_MS, TimeZone } from '../../src/model/time-zone.js'

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16)
const bucketizer = (every: string, zone: string): Bucketizer =>
  new Bucketizer(parseEvery(every), TimeZone.of(zone))

const ZONES = [
  'UTC',
  'America/New_York',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
]
const YEARS = [1985, 2013, 2018]

const EVERY = ['1h', '6h', '1d', '1w', '1M', '3M', '1y']

/** The names of a moment's buckets by Intl's calendar, in the order of EVERY. */
function intlNames(zone: string): (ms: number) => (number | string)[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (ms) => {
    const text = format.format(ms)
    const local = Date.parse(`${text.replace(' ', 'T')}Z`)
    const date = new Date(local)
    const day = Math.floor(local / DAY_MS)
    const hour = date.getUTCHours()
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth()
    // the pass through a repeated hour is told by the offset
    const pass = `${day} ${hour} ${local - ms}`
    return [
      pass,
      day * 4 + Math.floor(hour / 6),
      day,
      Math.floor((day + 3) / 7),
      month,
      Math.floor(month / 3),
      date.getUTCFullYear(),
    ]
  }
}

test.each(ZONES)(
  'in %s buckets part the quarters of an hour of three years as the local calendar does',
  (zone) => {
    const namesOf = intlNames(zone)
    for (const year of YEARS) {
      const names: (number | string)[] = []
      const starts: number[] = EVERY.map(() => Number.NaN)
      const buckets = EVERY.map((every) => bucketizer(every, zone))
      const walkers = EVERY.map((every) => bucketizer(every, zone))
      for (let ms = Date.UTC(year, 0, 1); ms < Date.UTC(year + 1, 0, 3); ms += HOUR_MS / 4) {
        const current = namesOf(ms)
        for (let i = 0; i < EVERY.length; i++) {
          // Intl knows no bucket starts: the first quarter of an hour with a new name is one
          if (current[i] !== names[i]) {
            const first = Number.isNaN(starts[i]!)
            const expected = first ? ms : walkers[i]!.next(starts[i]!)
            if (expected !== ms)
              expect.fail(`after ${iso(starts[i]!)} comes ${iso(expected)}, not ${iso(ms)}`)
            names[i] = current[i]!
            starts[i] = first ? buckets[i]!.locate(ms) : ms
          }
          const start = buckets[i]!.locate(ms)
          if (start !== starts[i])
            expect.fail(`${EVERY[i]}: ${iso(ms)} lies in ${iso(start)}, not ${iso(starts[i]!)}`)
        }
      }
    }
  },
)

test('fill gives no phantom bucket after the clock went back (QuestDB #7439)', () => {
  const days = bucketsBetween(
    bucketizer('1d', 'America/New_York'),
    Date.UTC(2013, 9, 24),
    Date.UTC(2013, 10, 14),
    1000,
  )
  expect(days).toHaveLength(22)
  expect(days.slice(10, 14).map(iso)).toEqual([
    '2013-11-02T04:00',
    '2013-11-03T04:00',
    '2013-11-04T05:00',
    '2013-11-05T05:00',
  ])
})

test('fill by month goes by the calendar over a change of clock (QuestDB #6755)', () => {
  const months = bucketsBetween(
    bucketizer('1M', 'Europe/Berlin'),
    Date.UTC(2025, 8, 30),
    Date.UTC(2025, 9, 30),
    1000,
  )
  expect(months.map(iso)).toEqual(['2025-08-31T22:00', '2025-09-30T22:00'])
})

test('a day after a gap starts at local midnight when the clock changes on it (QuestDB #4678)', () => {
  const days = bucketizer('1d', 'America/New_York')
  days.locate(Date.parse('2024-03-08T12:00:00Z'))
  expect(iso(days.locate(Date.parse('2024-03-10T08:00:00Z')))).toBe('2024-03-10T05:00')
})

test('the hour a clock repeats gives two buckets (QuestDB #6858, Timescale #4884)', () => {
  const hours = bucketsBetween(
    bucketizer('1h', 'America/Chicago'),
    Date.UTC(2022, 10, 6, 5),
    Date.UTC(2022, 10, 6, 9),
    1000,
  )
  expect(hours.map(iso)).toEqual([
    '2022-11-06T05:00',
    '2022-11-06T06:00',
    '2022-11-06T07:00',
    '2022-11-06T08:00',
  ])
})

test('days in Sydney have 25 hours when summer time ends, and hours one (Timescale #8998)', () => {
  const from = Date.parse('2024-04-05T00:00:00+11:00')
  const to = Date.parse('2024-04-10T00:00:00+10:00')
  const days = bucketsBetween(bucketizer('1d', 'Australia/Sydney'), from, to, 1000)
  expect(days.map(iso)).toEqual([
    '2024-04-04T13:00',
    '2024-04-05T13:00',
    '2024-04-06T13:00',
    '2024-04-07T14:00',
    '2024-04-08T14:00',
  ])
  const hours = bucketsBetween(bucketizer('1h', 'Australia/Sydney'), from, to, 1000)
  expect(hours).toHaveLength(121)
  for (const [i, hour] of hours.entries()) expect(hour).toBe(from + i * HOUR_MS)
})

test('no bucket begins after the time it holds (Timescale #9136)', () => {
  const hours = bucketizer('1h', 'America/New_York')
  for (const time of ['2024-11-03T05:30:00Z', '2024-11-03T06:30:00Z']) {
    expect(hours.locate(Date.parse(time))).toBe(Date.parse(time) - HOUR_MS / 2)
  }
})

test('larger buckets count from Monday 2000-01-03 and from January 2000', () => {
  expect(iso(bucketizer('2w', 'UTC').locate(Date.UTC(2000, 0, 16)))).toBe('2000-01-03T00:00')
  expect(iso(bucketizer('2w', 'UTC').locate(Date.UTC(2000, 0, 2)))).toBe('1999-12-20T00:00')
  expect(iso(bucketizer('7d', 'UTC').locate(Date.UTC(2024, 1, 29)))).toBe('2024-02-26T00:00')
  expect(iso(bucketizer('5M', 'UTC').locate(Date.UTC(2000, 11, 31)))).toBe('2000-11-01T00:00')
  expect(iso(bucketizer('10y', 'UTC').locate(Date.UTC(1999, 5, 1)))).toBe('1990-01-01T00:00')
  expect(iso(bucketizer('15m', 'Asia/Kathmandu').locate(Date.UTC(2024, 0, 1, 10, 14)))).toBe(
    '2024-01-01T10:00',
  )
})

test('hours that do not divide the day start again at midnight', () => {
  const starts = bucketsBetween(bucketizer('5h', 'UTC'), Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 2, 1), 10)
  expect(starts.map(iso).slice(3)).toEqual(['2024-01-01T15:00', '2024-01-01T20:00', '2024-01-02T00:00'])
})

test('a day that never was is no bucket', () => {
  const days = bucketsBetween(
    bucketizer('1d', 'Pacific/Apia'),
    Date.UTC(2011, 11, 29, 12),
    Date.UTC(2012, 0, 1),
    10,
  )
  expect(days.map(iso)).toEqual(['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'])
})

test('a clock set back over midnight leads back into the day before', () => {
  // St John's: 2007-11-04 00:01 became 23:01 of the 3rd
  const days = bucketizer('1d', 'America/St_Johns')
  const third = days.locate(Date.parse('2007-11-03T12:00:00Z'))
  const change = Date.parse('2007-11-04T02:31:00Z')
  const fourth = days.locate(change - 30_000)
  expect(days.locate(change)).toBe(third)
  expect(days.locate(change + HOUR_MS)).toBe(fourth)
  expect(days.next(third)).toBe(fourth)
  expect(iso(days.next(fourth))).toBe('2007-11-05T03:30')
})

test('hour of day and day of week are names that repeat', () => {
  const hours = bucketizer('hourOfDay', 'America/New_York')
  expect(hours.locate(Date.parse('2013-03-10T06:59:59Z'))).toBe(1)
  expect(hours.locate(Date.parse('2013-03-10T07:00:00Z'))).toBe(3)
  expect(hours.cyclic).toBe(true)
  expect(bucketsBetween(hours, 0, 1, 1)).toHaveLength(24)
  const days = bucketizer('dayOfWeek', 'America/New_York')
  expect(days.locate(Date.parse('2024-01-01T12:00:00Z'))).toBe(1)
  expect(days.locate(Date.parse('2024-01-01T04:00:00Z'))).toBe(7)
  expect(bucketsBetween(days, 0, 1, 1)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test.each(['', '1', 'h', '0h', '1.5h', '7m', '25h', '1x', '-1d', '1D', ' 1h'])("'%s' is refused", (every) => {
  expect(() => parseEvery(every)).toThrow(/is no bucket size/)
})

test('more buckets than allowed are refused before they take memory', () => {
  expect(() => bucketsBetween(bucketizer('1h', 'UTC'), 0, 1e13, 1000)).toThrow(/more than 1000 buckets/)
})
