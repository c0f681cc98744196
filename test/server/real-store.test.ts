import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Database, open } from 'hourbase'
import { buildServer } from 'hourbase/server'
import { afterAll, beforeAll, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
const HOUR = 3_600_000
let db: Database
let app: FastifyInstance

beforeAll(async () => {
  db = await open(directory, { workers: 0, controlSocket: false })
  app = buildServer(db)
  const columns = {
    temp: 'double',
    n: 'long',
    price: 'decimal(10,2)',
    at: 'datetime',
    raw: 'bytes',
    ok: 'boolean',
    d: 'day',
  }
  const readings = await db.createTable('readings', {
    rowKey: ['station:string', 'hour:hour?'],
    families: { d: { columns } },
  })
  const rows = Array.from({ length: 25 }, (_, i) => {
    const values = {
      temp: i === 4 ? Number.NaN : i / 2,
      n: 2n ** 60n + BigInt(i),
      price: `${i}.05`,
      at: '2013-01-01T00:00:00.000001Z',
      raw: new Uint8Array([i, 255]),
      ok: i % 2 === 0,
      d: Date.UTC(2013, 0, 1),
    }
    return {
      row: { station: i < 15 ? 'JFK' : 'ÄÖÜ"\n', hour: i === 0 ? null : i * HOUR },
      values: { d: values },
    }
  })
  await readings.putRows(rows)
  const pages = await db.createTable('pages', { families: { cf: { versions: 3 } } })
  for (let i = 0; i < 9; i++) {
    await pages.put(new Uint8Array([i, 0, 255]), { cf: { q: new Uint8Array([i]) } }, { timestamp: 5 })
    await pages.put(new Uint8Array([i, 0, 255]), { cf: { q: 'newer' } }, { timestamp: 6 })
  }
})

afterAll(async () => {
  await db.close()
  rmSync(directory, { recursive: true })
})

async function json(url: string): Promise<{ rows: Record<string, unknown>[]; next: string | null }> {
  const answer = await app.inject({ url })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

async function paged(url: string): Promise<unknown[]> {
  const rows: unknown[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: Awaited<ReturnType<typeof json>> = await json(next === '' ? url : `${url}&cursor=${next}`)
    rows.push(...page.rows)
    next = page.next
  }
  return rows
}

test('every type has its documented form', async () => {
  const { rows } = await json('/v1/tables/readings/scan?prefix.station=JFK')
  expect(rows).toHaveLength(15)
  expect(rows[0]!['hour']).toBeNull()
  expect(rows[4]).toEqual({
    station: 'JFK',
    hour: '1970-01-01T04:00:00Z',
    temp: 'NaN',
    n: String(2n ** 60n + 4n),
    price: '4.05',
    at: '2013-01-01T00:00:00.000001Z',
    raw: { base64: 'BP8=' },
    ok: true,
    d: '2013-01-01',
  })
})

test.each([
  '/v1/tables/readings/scan?x',
  '/v1/tables/readings/scan?reversed=true',
  '/v1/tables/readings/scan?columns=temp',
  '/v1/tables/readings/scan?cells=true',
  '/v1/tables/readings/scan?where=ok',
  '/v1/tables/readings/scan?versions=3',
  '/v1/tables/readings/scan?reversed=true&cells=true',
  '/v1/tables/pages/scan?versions=2',
  '/v1/tables/pages/scan?reversed=true',
])('the pages of %s are the whole', async (path) => {
  const url = path.replace('?x', '?times=iso')
  const whole = (await json(url)).rows
  expect(whole.length).toBeGreaterThan(5)
  expect(await paged(`${url}&limit=4`)).toEqual(whole)
})

test('reversed is the same rows backwards', async () => {
  for (const path of [
    'readings/scan?format=ndjson',
    'readings/scan?format=ndjson&cells=true',
    'pages/scan?format=ndjson',
  ]) {
    const lines = async (url: string): Promise<string[]> =>
      (await app.inject({ url })).body.trimEnd().split('\n')
    const forward = await lines(`/v1/tables/${path}`)
    expect(await lines(`/v1/tables/${path}&reversed=true`)).toEqual(forward.toReversed())
  }
})

test('NDJSON and CSV give the same rows as JSON', async () => {
  const { rows } = await json('/v1/tables/readings/scan?bytes=text')
  const lines = (await app.inject({ url: '/v1/tables/readings/scan?bytes=text&format=ndjson' })).body
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows)
  const csv = (await app.inject({ url: '/v1/tables/readings/scan?format=csv&prefix.station=JFK' })).body
    .trimEnd()
    .split('\r\n')
  expect(csv[0]).toBe(Object.keys(rows[0]!).join(','))
  expect(csv[5]).toBe(
    'JFK,1970-01-01T04:00:00Z,NaN,1152921504606846980,4.05,2013-01-01T00:00:00.000001Z,\\x04\\xFF,true,2013-01-01',
  )
})

test('aggregates by day and group, exact where they promise it', async () => {
  const url =
    '/v1/tables/readings/aggregate?every=1d&groupBy=station&select=n:count(*),total:sum(n),dear:max(price),last:max(hour),some:any(ok)'
  expect((await app.inject({ url })).json()).toMatchObject({ status: 400, where: { parameter: 'select' } })
  const { rows } = await json(`${url.replace(',some:any(ok)', '')}&prefix.station=JFK`)
  const total = Array.from({ length: 14 }, (_, i) => 2n ** 60n + BigInt(i + 1)).reduce((a, b) => a + b)
  expect(rows).toEqual([
    {
      time: '1970-01-01T00:00:00Z',
      station: 'JFK',
      n: 14,
      total: String(total),
      dear: '14.05',
      last: '1970-01-01T14:00:00Z',
    },
  ])
})

test('a time zone moves the buckets, not the form of their start', async () => {
  const { rows } = await json('/v1/tables/readings/aggregate?every=1d&timeZone=Asia/Tokyo&select=n:count(*)')
  expect(rows).toEqual([
    { time: '1969-12-31T15:00:00Z', n: 14 },
    { time: '1970-01-01T15:00:00Z', n: 10 },
  ])
})

test("the engine's own refusals are problems", async () => {
  for (const [query, code, status] of [
    ['scan?where=tmp<0', 'COLUMN_NOT_FOUND', 404],
    ['scan?columns=x:y', 'COLUMN_NOT_FOUND', 404],
    ['scan?from=2014-01-01&to=2013-01-01', 'INVALID_ARGUMENT', 400],
    ['scan?from=yesterday', 'INVALID_ARGUMENT', 400],
    ['aggregate?select=n:count(*)&every=7x', 'INVALID_ARGUMENT', 400],
    ['aggregate?select=n:count(*)&every=1d&timeZone=Mars/Base', 'INVALID_ARGUMENT', 400],
    ['aggregate?select=rows:count(*)&groupBy=n&groupsMax=3', 'LIMIT_EXCEEDED', 413],
  ] as const) {
    const answer = await app.inject({ url: `/v1/tables/readings/${query}` })
    expect([answer.json().code, answer.statusCode], `${query}: ${answer.body}`).toEqual([code, status])
  }
})
