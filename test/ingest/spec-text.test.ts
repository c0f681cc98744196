import { expect, test } from 'vitest'
import { parseConnect, parseLookup, specFromOptions } from '../../src/ingest/spec-text.js'

test('an address is read with and without jdbc, and a password in it is refused', () => {
  expect(parseConnect('jdbc:mysql://me@db.example:3307/nyc')).toEqual({
    kind: 'mysql',
    host: 'db.example',
    port: 3307,
    user: 'me',
    database: 'nyc',
  })
  expect(() => parseConnect('mysql://me:secret@h/nyc')).toThrow('holds a password')
  expect(() => parseConnect('postgres://h/nyc')).toThrow('unknown')
})

test('a lookup names its source, its key and what it takes', () => {
  expect(parseLookup('w=weather.csv.gz on origin,time_hour=hour take * miss skip')).toEqual({
    as: 'w',
    from: { kind: 'csv', file: 'weather.csv.gz' },
    on: [
      ['origin', 'origin'],
      ['time_hour', 'hour'],
    ],
    take: '*',
    miss: 'skip',
  })
  expect(parseLookup('a = mysql:(SELECT faa, name FROM airports) on origin=faa take name')).toEqual({
    as: 'a',
    from: { kind: 'mysql', query: 'SELECT faa, name FROM airports' },
    on: [['origin', 'faa']],
    take: ['name'],
  })
  expect(parseLookup('s=store:stations on id take city,zone').from).toEqual({
    kind: 'store',
    table: 'stations',
  })
  expect(() => parseLookup('w weather')).toThrow('is no lookup')
})

test('options become a spec of plain values', () => {
  const spec = specFromOptions({
    connect: 'mysql://root@localhost/nyc',
    table: 'flights',
    rowKey: 'origin:string time_hour:hour? id:int',
    createTable: true,
    nullIf: 'NA,',
    derive: ["time_hour=utcHour(year,month,day,hour,'America/New_York')", 'gust=concat(w:wind_gust)'],
    lookup: ['w=mysql:weather on origin,time_hour take *'],
    mapColumnType: 'price=decimal(10,2),n=long',
    mapColumnFamily: 'w:*=weather',
    maxErrors: '1%',
  })
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
  expect(spec.transforms!.map((transform) => Object.keys(transform)[0])).toEqual([
    'nullIf',
    'as',
    'lookup',
    'as',
  ])
  expect(spec).toMatchObject({
    table: 'flights',
    columnTypes: { price: 'decimal(10,2)', n: 'long' },
    quarantine: 'flights.rejected.jsonl',
    transforms: [{ nullIf: ['NA', ''] }, {}, {}, {}],
  })
})

test('a missing source, target or an unknown choice is told by the option', () => {
  expect(() => specFromOptions({ table: 't' })).toThrow('--connect: the source is missing')
  expect(() => specFromOptions({ fromCsv: 'a.csv' })).toThrow('--target-table: it is missing')
  expect(() => specFromOptions({ fromCsv: 'a.csv', table: 't', zeroDates: 'epoch' })).toThrow(
    "--zero-dates: 'epoch' is unknown",
  )
  expect(() => specFromOptions({ fromCsv: 'a.csv', table: 't', pageRows: '0' })).toThrow('--page-rows')
})
