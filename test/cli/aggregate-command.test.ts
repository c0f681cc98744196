import { expect, test } from 'vitest'
import { HOUR_0, sampleDatabase } from '../support/doors-sample.js'
import { runCommand } from '../support/run-command.js'

test('an aggregate takes the same words as HTTP and prints its rows', async () => {
  const { db, readings } = await sampleDatabase()
  readings.answer = [{ time: HOUR_0, station: 'JFK', mean: 21.25, n: 3 }]
  const { code, out, err } = await runCommand(db, [
    'aggregate',
    'readings',
    '--every',
    '1d',
    '--time-zone',
    'America/New_York',
    '--group-by',
    'station',
    '--fill',
    'null',
    '--select',
    'mean:avg(d:temp)',
    '--select',
    'n:count(*)',
    '--prefix',
    'station=JFK',
    '--from',
    '2013-01-01',
  ])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n')[2]).toBe('2013-01-01T00:00:00Z  JFK      21.25  3')
  const { signal: _signal, ...query } = readings.asked.aggregate!
  expect(query).toEqual({
    timeRange: ['2013-01-01', null],
    prefix: { station: 'JFK' },
    every: '1d',
    timeZone: 'America/New_York',
    groupBy: ['station'],
    fill: 'null',
    select: { mean: ['avg', 'd:temp'], n: ['count', '*'] },
  })
})

test('a measure that is none is a usage error with the right spelling', async () => {
  const { db } = await sampleDatabase()
  const { code, err } = await runCommand(db, ['aggregate', 'readings', '--select', 'mean:agv(temp)'])
  expect(code).toBe(2)
  expect(err).toContain("did you mean 'avg'?")
})

test('count prints the number', async () => {
  const { db } = await sampleDatabase()
  expect((await runCommand(db, ['count', 'readings', '--prefix', 'station=JFK'])).out).toBe('6\n')
  expect((await runCommand(db, ['count', 'readings', '--json'])).out).toBe('{"count":10}\n')
})
