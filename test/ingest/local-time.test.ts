import { expect, test } from 'vitest'
import { LocalTime, type LocalTimePolicy } from '../../src/ingest/local-time.js'
import { TimeZone } from '../../src/model/time-zone.js'

function utc(local: string, policy: LocalTimePolicy, zone = 'America/New_York'): string | undefined {
  const ms = new LocalTime(TimeZone.of(zone), policy).toUtc(Date.parse(`${local}Z`))
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

test('winter and summer have their own offsets', () => {
  expect(utc('2013-01-01T05:00', 'reject')).toBe('2013-01-01T10:00:00.000Z')
  expect(utc('2013-07-01T05:30', 'reject')).toBe('2013-07-01T09:30:00.000Z')
})

test('a skipped time is refused, or moved by the gap', () => {
  expect(utc('2013-03-10T02:30', 'reject')).toBeUndefined()
  expect(utc('2013-03-10T02:30', 'earlier')).toBe('2013-03-10T06:30:00.000Z')
  expect(utc('2013-03-10T02:30', 'later')).toBe('2013-03-10T07:30:00.000Z')
  expect(utc('2013-03-10T01:59', 'reject')).toBe('2013-03-10T06:59:00.000Z')
  expect(utc('2013-03-10T03:00', 'reject')).toBe('2013-03-10T07:00:00.000Z')
})

test('a repeated time is refused, or one of its two moments', () => {
  expect(utc('2013-11-03T01:30', 'reject')).toBeUndefined()
  expect(utc('2013-11-03T01:30', 'earlier')).toBe('2013-11-03T05:30:00.000Z')
  expect(utc('2013-11-03T01:30', 'later')).toBe('2013-11-03T06:30:00.000Z')
  expect(utc('2013-11-03T02:00', 'reject')).toBe('2013-11-03T07:00:00.000Z')
})

test('every hour of a year goes there and back', () => {
  const zone = TimeZone.of('Australia/Lord_Howe')
  const local = new LocalTime(zone, 'earlier')
  for (let ms = Date.UTC(2013, 0, 1); ms < Date.UTC(2014, 0, 1); ms += 1_800_000) {
    const back = local.toUtc(zone.toLocal(ms))!
    expect(zone.toLocal(back)).toBe(zone.toLocal(ms))
    expect(back).toBeLessThanOrEqual(ms)
  }
})
