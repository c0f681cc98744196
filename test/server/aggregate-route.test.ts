import { buildServer } from 'hourbase/server'
import { expect, test } from 'vitest'
import { HOUR_0, sampleDatabase } from '../support/doors-sample.js'

const ANSWER = [
  { time: HOUR_0, station: 'JFK', mean: 21.5, n: 3, total: 9007199254740993n, last: HOUR_0 + 3_600_000 },
  { time: HOUR_0 + 86_400_000, station: null, mean: Number.NaN, n: 0, total: 0n, last: null },
]

async function sample() {
  const all = await sampleDatabase()
  all.readings.answer = ANSWER
  return { ...all, app: buildServer(all.db) }
}

test('GET aggregates by parameters; times are ISO, big sums strings, NaN a string', async () => {
  const { app, readings } = await sample()
  const answer = await app.inject({
    url:
      '/v1/tables/readings/aggregate?from=2013-01-01&to=2013-02-01&every=1d&timeZone=America/New_York&groupBy=station&fill=null&' +
      'select=mean:avg(d:temp),n:count(*),total:sum(n)&select=last:max(hour)&prefix.station=JFK&groupsMax=50',
  })
  expect(answer.statusCode, answer.body).toBe(200)
  expect(answer.json()).toEqual({
    rows: [
      {
        time: '2013-01-01T00:00:00Z',
        station: 'JFK',
        mean: 21.5,
        n: 3,
        total: '9007199254740993',
        last: '2013-01-01T01:00:00Z',
      },
      { time: '2013-01-02T00:00:00Z', station: null, mean: 'NaN', n: 0, total: '0', last: null },
    ],
    next: null,
  })
  const { signal: _signal, ...query } = readings.asked.aggregate!
  expect(query).toEqual({
    timeRange: ['2013-01-01', '2013-02-01'],
    prefix: { station: 'JFK' },
    every: '1d',
    timeZone: 'America/New_York',
    groupBy: ['station'],
    fill: 'null',
    groupsMax: 50,
    select: { mean: ['avg', 'd:temp'], n: ['count', '*'], total: ['sum', 'n'], last: ['max', 'hour'] },
  })
})

test('POST takes the query as JSON, classes of numbers and conditions too', async () => {
  const { app, readings } = await sample()
  const payload = {
    from: '2013-01-01',
    every: 'hourOfDay',
    groupBy: [{ column: 'temp', edges: [0], labels: ['frost', 'none'], as: 'class' }],
    select: {
      p95: ['quantile', 'd:temp', 0.95, { method: 'discrete' }],
      cold: ['count', '*', { where: 'temp < 0' }],
    },
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/tables/readings/aggregate?format=csv',
    payload,
  })
  expect(answer.body.split('\r\n')[0]).toBe('time,station,mean,n,total,last')
  const { from, ...rest } = payload
  expect(readings.asked.aggregate).toMatchObject({ ...rest, timeRange: [from, null] })
  const hours = (await app.inject({ method: 'POST', url: '/v1/tables/readings/aggregate', payload })).json()
  expect(hours.rows[0].time, 'an hour of the day is a number').toBe(HOUR_0)
})

test('select in a query string may be JSON or have conditions', async () => {
  const { app, readings } = await sample()
  await app.inject({
    url: `/v1/tables/readings/aggregate?select=${encodeURIComponent('{"n":["count","*"]}')}`,
  })
  expect(readings.asked.aggregate!.select).toEqual({ n: ['count', '*'] })
  const text = "cold:count(* where temp < 0 and note = 'a,b'), p:quantile(temp, 0.5, discrete)"
  await app.inject({ url: `/v1/tables/readings/aggregate?select=${encodeURIComponent(text)}` })
  expect(readings.asked.aggregate!.select).toEqual({
    cold: ['count', '*', { where: "temp < 0 and note = 'a,b'" }],
    p: ['quantile', 'temp', 0.5, { method: 'discrete' }],
  })
})

test('an aggregate without rows is complete in every format', async () => {
  const { app, readings } = await sample()
  readings.answer = []
  const url = '/v1/tables/readings/aggregate?every=1h&groupBy=station&select=n:count(*)&format='
  expect((await app.inject({ url: `${url}json` })).json()).toEqual({ rows: [], next: null })
  expect((await app.inject({ url: `${url}csv` })).body).toBe('time,station,n\r\n')
})

test('an aggregate that takes too long is a 504 and its signal is aborted', async () => {
  const { db, readings } = await sampleDatabase()
  const timers: (() => void)[] = []
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    schedule: (_ms: number, task: () => void) => {
      timers.push(task)
      return () => {}
    },
  }
  readings.faults.gate = async () => timers[0]!()
  const answer = await buildServer(db, { clock }).inject({
    url: '/v1/tables/readings/aggregate?select=n:count(*)',
  })
  expect(answer.statusCode).toBe(504)
  expect(answer.json().code).toBe('TIMEOUT')
  expect(readings.asked.aggregate!.signal!.aborted).toBe(true)
})
