import { HourbaseError } from 'hourbase'
import { buildServer, QueryGate } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'

async function problem(
  url: string,
  options: { method?: 'GET' | 'POST' | 'DELETE'; payload?: string; type?: string } = {},
) {
  const { db } = await sampleDatabase()
  const { method = 'GET', payload, type = 'application/json' } = options
  const body = payload === undefined ? {} : { payload, headers: { 'content-type': type } }
  const answer = await buildServer(db).inject({ method, url, ...body })
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect(answer.json()).toMatchObject({
    status: answer.statusCode,
    type: `urn:hourbase:error:${answer.json().code}`,
  })
  return { ...answer.json(), headers: answer.headers }
}

test('an unknown route is a 404 that says where to start', async () => {
  expect(await problem('/v2/tables')).toMatchObject({
    status: 404,
    code: 'ROUTE_NOT_FOUND',
    where: { path: '/v2/tables' },
  })
})

test('a known route with another method is a 405 with Allow', async () => {
  const answer = await problem('/v1/tables/readings/aggregate', { method: 'DELETE' })
  expect(answer).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  expect(answer.headers.allow).toBe('GET, POST')
})

test('an unknown table is a 404 with the name that was perhaps meant', async () => {
  const answer = await problem('/v1/tables/reading/scan')
  expect(answer).toMatchObject({
    status: 404,
    code: 'TABLE_NOT_FOUND',
    hint: "did you mean 'readings'?",
    where: { table: 'reading' },
  })
})

test.each([
  ['/scan?limt=5', 'limt', "did you mean 'limit'?"],
  ['/scan?limit=x', 'limit', undefined],
  ['/scan?limit=0', 'limit', undefined],
  ['/scan?limit=1&limit=2', 'limit', undefined],
  ['/scan?reversed=maybe', 'reversed', undefined],
  ['/scan?prefix.statoin=JFK', 'prefix.statoin', "did you mean 'station'?"],
  ['/scan?prefix=JFK', 'prefix', undefined],
  ['/scan?format=xml', 'format', 'formats: json, ndjson, csv'],
  ['/scan?times=s', 'times', undefined],
  ['/aggregate', 'select', undefined],
  [
    '/aggregate?select=mean:average(temp)',
    'select',
    'functions: count, sum, min, max, avg, first, last, distinct, quantile',
  ],
  ['/aggregate?select=n:count(*)&fill=one', 'fill', undefined],
  ['/aggregate?select=n:count(*)&groupBy=[1]', 'groupBy', undefined],
  ['/aggregate?select=n:count(*)&limit=3', 'limit', undefined],
])('%s is a 400 that names the parameter %s', async (path, parameter, hint) => {
  const answer = await problem(`/v1/tables/readings${path}`)
  expect(answer).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT', where: { parameter } })
  if (hint !== undefined) expect(answer.hint).toContain(hint)
})

test.each([
  ['{"select": {"n": ["count"]}}', 'select.n'],
  ['{"select": {"n": ["cuont", "*"]}}', 'select.n'],
  ['{"select": {"n": ["quantile", "temp", 2]}}', 'select.n'],
  ['{"select": {"n": ["count", "*", {"filter": "x"}]}}', 'select.n'],
  ['{"select": {"n": ["count", "*"]}, "timeRange": "2013"}', 'timeRange'],
  ['{"select": {"n": ["count", "*"]}, "from": 1.5}', 'from'],
  ['{"select": {"n": ["count", "*"]}, "prefix": {"hour": true}}', 'prefix.hour'],
  ['[]', 'body'],
])('the body %s is a 400 that names %s', async (payload, parameter) => {
  const answer = await problem('/v1/tables/readings/aggregate', { method: 'POST', payload })
  expect(answer).toMatchObject({ status: 400, where: { parameter } })
})

test('bodies that are no JSON, of another type or too large have their own status', async () => {
  const url = '/v1/tables/readings/scan'
  expect(await problem(url, { method: 'POST', payload: '{' })).toMatchObject({ status: 400 })
  expect(await problem(url, { method: 'POST', payload: '{"__proto__": {}}' })).toMatchObject({ status: 400 })
  expect(
    await problem(url, { method: 'POST', payload: 'a=1', type: 'application/x-www-form-urlencoded' }),
  ).toMatchObject({
    status: 415,
    code: 'MEDIA_TYPE_UNSUPPORTED',
  })
  expect(await problem(url, { method: 'POST', payload: '{}', type: 'text/plain' })).toMatchObject({
    status: 415,
  })
  expect(
    await problem(url, { method: 'POST', payload: `{"where": "${'x'.repeat(1024 * 1024)}"}` }),
  ).toMatchObject({
    status: 413,
    code: 'LIMIT_EXCEEDED',
  })
})

test('query parameters beside a body belong into the body', async () => {
  const answer = await problem('/v1/tables/readings/scan?limit=3', { method: 'POST', payload: '{}' })
  expect(answer).toMatchObject({ status: 400, where: { parameter: 'limit' } })
})

test("the engine's own errors keep their code and place", async () => {
  const answer = await problem('/v1/tables/readings/scan?where=a!!b')
  expect(answer).toMatchObject({
    status: 400,
    code: 'INVALID_ARGUMENT',
    detail: "where: unexpected '!!'",
    where: { offset: 1 },
  })
})

test('an Accept header that allows nothing we have is a 406', async () => {
  const { db } = await sampleDatabase()
  const answer = await buildServer(db).inject({
    url: '/v1/tables/readings/scan',
    headers: { accept: 'image/png' },
  })
  expect(answer.json()).toMatchObject({ status: 406, code: 'NOT_ACCEPTABLE' })
})

test('internal failures tell the log why and the client nothing; damage names the file, not its directory', async () => {
  const { db, readings } = await sampleDatabase()
  const log: string[] = []
  const app = buildServer(db, { log: (line) => log.push(line) })
  readings.faults.gate = () => Promise.reject(new TypeError('secret of /home/me/data'))
  const internal = await app.inject({ url: '/v1/tables/readings/aggregate?select=n:count(*)' })
  expect(internal.json()).toMatchObject({ status: 500, code: 'INTERNAL' })
  expect(internal.body).not.toContain('secret')
  expect(log.join('\n')).toContain('secret of /home/me/data')
  readings.faults.gate = () =>
    Promise.reject(new HourbaseError('CORRUPTION', 'block 3 of /secret/place/000007.sst is damaged'))
  const damage = await app.inject({ url: '/v1/tables/readings/scan' })
  expect(damage.json()).toMatchObject({
    status: 500,
    code: 'CORRUPTION',
    detail: 'block 3 of 000007.sst is damaged',
  })
})

test('more queries than the cap are refused with Retry-After', async () => {
  const { db, readings } = await sampleDatabase()
  const gate = new QueryGate(1)
  const app = buildServer(db, { gate })
  let release = (): void => {}
  const started = new Promise<void>((resolve) => {
    readings.faults.gate = () => {
      resolve()
      return new Promise((done) => {
        release = done
      })
    }
  })
  const url = '/v1/tables/readings/aggregate?select=n:count(*)'
  const first = app.inject({ url })
  await started
  const second = await app.inject({ url })
  expect(second.json()).toMatchObject({ status: 503, code: 'BUSY', retryable: true })
  expect(second.headers['retry-after']).toBe('1')
  release()
  expect((await first).statusCode).toBe(200)
  expect(gate.running).toBe(0)
})
