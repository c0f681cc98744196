import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, TimeZone } from '../../src/model/time-zone.js'

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Sydney',
  'Australia/Lord_Howe', // half an hour of summer time
  'Asia/Kathmandu', // +5:45, until 1985 +5:30
  'America/St_Johns', // -3:30, clocks changed at 0:01
  'America/Sao_Paulo', // clocks changed at midnight
  'Africa/Casablanca', // summer time stops for Ramadan
  'Pacific/Apia', // no 2011-12-30
  'Asia/Pyongyang',
]

interface LocalClock {
  local: number
  weekday: string
}

/** The oracle: Intl itself, asked for every hour. */
function intlClock(zone: string): (ms: number) => LocalClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (ms) => {
    const part: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(ms)) part[type] = value
    const iso = `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}Z`
    return { local: Date.parse(iso), weekday: part['weekday']! }
  }
}

test.each(ZONES)('%s shows the same clock as Intl in every hour of five years', (name) => {
  const zone = TimeZone.of(name)
  const clock = intlClock(name)
  const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
  for (const year of [1985, 2007, 2011, 2013, 2024]) {
    const end = Date.UTC(year + 1, 0, 1)
    for (let ms = Date.UTC(year, 0, 1); ms < end; ms += HOUR_MS) {
      const { local, weekday } = clock(ms)
      if (zone.toLocal(ms) !== local)
        expect.fail(`${new Date(ms).toISOString()}: ${zone.toLocal(ms)}, not ${local}`)
      if (zone.hourOfDay(ms) !== new Date(local).getUTCHours())
        expect.fail(`hour of ${new Date(ms).toISOString()}`)
      if (weekdays[zone.dayOfWeek(ms)] !== weekday) expect.fail(`weekday of ${new Date(ms).toISOString()}`)
    }
  }
})

test('a change of clock is found to the second', () => {
  const zone = TimeZone.of('America/New_York')
  const change = Date.parse('2013-03-10T07:00:00Z')
  expect(zone.offsetAt(change - 1)).toBe(-5 * HOUR_MS)
  expect(zone.offsetAt(change)).toBe(-4 * HOUR_MS)
  // until 1883-11-18 New York kept local mean time, 4:56:02 behind Greenwich
  const standard = Date.parse('1883-11-18T17:00:00Z')
  expect(zone.offsetAt(standard - 1000)).toBe(-(4 * 3600 + 56 * 60 + 2) * 1000)
  expect(zone.offsetAt(standard)).toBe(-5 * HOUR_MS)
})

test('a skipped local time begins where the clock lands, a repeated one with its first pass', () => {
  const newYork = TimeZone.of('America/New_York')
  expect(newYork.firstInstant(Date.parse('2013-03-10T02:30:00Z'))).toBe(Date.parse('2013-03-10T07:00:00Z'))
  expect(newYork.firstInstant(Date.parse('2013-11-03T01:30:00Z'))).toBe(Date.parse('2013-11-03T05:30:00Z'))
  const samoa = TimeZone.of('Pacific/Apia')
  const skippedDay = Date.parse('2011-12-30T00:00:00Z')
  expect(samoa.firstInstant(skippedDay)).toBe(samoa.firstInstant(skippedDay + DAY_MS))
})

test('times far outside the calendar still have an offset', () => {
  const zone = TimeZone.of('Europe/Berlin')
  expect(zone.offsetAt(8.7e15)).toBe(zone.offsetAt(8.64e15 - DAY_MS))
  expect(zone.toLocal(-8.7e15)).toBeLessThan(-8.6e15)
  expect(TimeZone.of('Etc/UTC').offsetAt(-1e17)).toBe(0)
})

test('an unknown zone is refused with a suggestion', () => {
  expect(() => TimeZone.of('America/Newyork')).toThrow(/unknown time zone 'America\/Newyork'/)
  try {
    TimeZone.of('new york')
    expect.fail('accepted')
  } catch (error) {
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringContaining('America/New_York'),
    })
  }
})
