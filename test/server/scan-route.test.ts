import { buildServer } from 'hourbase/server'
import { expect, test } from 'vitest'
import { HOUR_0, sampleDatabase } from '../support/doors-sample.js'

async function get(url: string, headers: Record<string, string> = {}) {
  const sample = await sampleDatabase()
  const answer = await buildServer(sample.db).inject({ url, headers })
  return { ...sample, answer }
}

test('a scan answers JSON rows: ISO hours, exact longs and decimals as strings, bytes as base64, absent as null', async () => {
  const { answer } = await get('/v1/tables/readings/scan?prefix.station=JFK&limit=4')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  const { rows, next } = answer.json()
  expect(rows).toHaveLength(4)
  expect(rows[1]).toEqual({
    station: 'JFK',
    hour: '2013-01-01T01:00:00Z',
    temp: 1.5,
    n: '9007199254740994',
    price: '1.50',
    note: 'note "1"',
    at: '2013-01-01T00:00:00.25Z',
    raw: { base64: 'Af8=' },
  })
  expect(rows[3].temp).toBeNull()
  expect(next).toBeTypeOf('string')
})

test('times=ms gives numbers, bytes=text the escaped form', async () => {
  const { answer } = await get('/v1/tables/readings/scan?limit=1&times=ms&bytes=text')
  expect(answer.json().rows[0]).toMatchObject({ hour: HOUR_0, at: HOUR_0 + 250, raw: '\\x00\\xFF' })
})

test('every parameter of the query string reaches the scan as its type', async () => {
  const { readings } = await get(
    '/v1/tables/readings/scan?from=2013-01-01&to=1356998400000&prefix={"station":"JFK"}&start.hour=2013-01-01T00:00:00%2B01:00' +
      '&columns=d:temp,n&columns=price&where=temp%20%3C%200&limit=7&reversed=true&format=ndjson',
  )
  const { signal, ...scan } = readings.asked.scan!
  expect(signal).toBeInstanceOf(AbortSignal)
  expect(scan).toEqual({
    timeRange: ['2013-01-01', 1356998400000],
    prefix: { station: 'JFK' },
    start: { hour: '2013-01-01T00:00:00+01:00' },
    columns: ['d:temp', 'n', 'price'],
    where: 'temp < 0',
    limit: 7,
    reversed: true,
  })
})

test('an unescaped plus of a zone offset, which arrives as a space, is understood', async () => {
  const { readings } = await get('/v1/tables/readings/scan?from=2013-01-01T00:00:00+01:00')
  expect(readings.asked.scan!.timeRange).toEqual(['2013-01-01T00:00:00+01:00', null])
})

test('NDJSON has one row a line and no limit of its own', async () => {
  const { answer, readings } = await get('/v1/tables/readings/scan', {
    accept: 'application/x-ndjson, */*;q=0.1',
  })
  expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
  const lines = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toHaveLength(10)
  expect(lines[9]).toMatchObject({ station: 'LGA', temp: 9.5 })
  expect(readings.asked.scan!.limit).toBeUndefined()
})

test('CSV has a header, empty fields for absent values and quotes where needed, and disarms formulas', async () => {
  const { answer } = await get('/v1/tables/readings/scan?format=csv')
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
  const lines = answer.body.split('\r\n')
  expect(lines[0]).toBe('station,hour,temp,n,price,note,at,raw')
  expect(lines[2]).toBe(
    'JFK,2013-01-01T01:00:00Z,1.5,9007199254740994,1.50,"note ""1""",2013-01-01T00:00:00.25Z,\\x01\\xFF',
  )
  expect(lines[3]).toContain(",'=SUM(A1),")
  expect(lines[4]).toContain('T03:00:00Z,,9007')
  const raw = await get('/v1/tables/readings/scan?format=csv&rawCsv=true')
  expect(raw.answer.body).toContain(',=SUM(A1),')
})

test('an empty answer is complete in every format', async () => {
  const empty = '/v1/tables/readings/scan?prefix.station=XXX&format='
  expect((await get(`${empty}json`)).answer.json()).toEqual({ rows: [], next: null })
  expect((await get(`${empty}ndjson`)).answer.body).toBe('')
  expect((await get(`${empty}csv`)).answer.body).toBe('station,hour,temp,n,price,note,at,raw\r\n')
})

test('a raw table gives rows with their cells, in CSV one line a cell', async () => {
  const { answer } = await get('/v1/tables/pages/scan?bytes=text&limit=1')
  expect(answer.json().rows).toEqual([
    {
      row: 'row-a',
      cells: [
        { family: 'cf', qualifier: 'q', timestamp: 5, type: 'Put', value: '\\x00\\x01' },
        { family: 'cf', qualifier: 'r', timestamp: 5, type: 'Put', value: 'text' },
      ],
    },
  ])
  const csv = await get('/v1/tables/pages/scan?format=csv')
  expect(csv.answer.body.split('\r\n').slice(0, 2)).toEqual([
    'row,family,qualifier,timestamp,type,value',
    'row-a,cf,q,5,Put,\\x00\\x01',
  ])
})

test('POST takes the same query as JSON', async () => {
  const { db, readings } = await sampleDatabase()
  const answer = await buildServer(db).inject({
    method: 'POST',
    url: '/v1/tables/readings/scan?format=ndjson',
    payload: { timeRange: ['2013-01-01', null], prefix: { station: 'LGA' }, columns: ['temp'], limit: 2 },
  })
  expect(answer.body.split('\n')).toHaveLength(3)
  expect(readings.asked.scan).toMatchObject({
    timeRange: ['2013-01-01', null],
    prefix: { station: 'LGA' },
    limit: 2,
  })
})
