import { expect, test } from 'vitest'
import { type ImportSpec, importTable, planImport } from '../../src/ingest/index.js'
import { csvFile } from '../support/csv-files.js'
import { FakeDatabase } from '../support/fake-database.js'

const flights = csvFile(
  'flights.csv',
  'year,month,day,hour,origin,delay,note\n2013,1,1,5,JFK,2,a\n2013,1,1,24,JFK,NA,b\n2013,1,2,NA,LGA,-3,NA\n2013,7,1,5,LGA,1.5,\n',
)
const weather = csvFile(
  'weather.csv.gz',
  'origin,at,temp,gust\nJFK,2013-01-01T10:00:00Z,39.02,NA\nLGA,2013-07-01T09:00:00Z,80,12.5\nLGA,2013-07-01T10:00:00Z,81,12\n',
)

const spec: ImportSpec = {
  source: { kind: 'csv', file: flights },
  table: 'flights',
  createTable: true,
  rowKey: 'origin:string time_hour:hour? id:int',
  transforms: [
    { nullIf: ['NA'] },
    { derive: "utcHour(year, month, day, hour, 'America/New_York')", as: 'time_hour' },
    { derive: 'lineNumber()', as: 'id' },
    {
      lookup: {
        as: 'w',
        from: { kind: 'csv', file: weather },
        on: [
          ['origin', 'origin'],
          ['time_hour', 'at'],
        ],
        take: '*',
      },
    },
    { drop: ['year', 'month', 'day'] },
    { rename: { note: 'remark' } },
  ],
}

test('flights get their UTC hour, a line number and the weather of that hour', async () => {
  const db = new FakeDatabase()
  const report = await importTable(db, spec)
  expect(report).toMatchObject({ status: 'done', rows: 4, rejected: 0, created: true })
  expect(report.lookups).toEqual([{ as: 'w', rows: 3, hits: 2, misses: 2 }])
  const rows = db.stored('flights').map(({ key, cells }) => ({ ...key, ...cells }))
  expect(rows).toEqual(
    [
      // hour 24 is 00:00 of the next day: 05:00 UTC
      { origin: 'JFK', time_hour: Date.UTC(2013, 0, 2, 5), id: 2, hour: 24, remark: 'b' },
      {
        origin: 'JFK',
        time_hour: Date.UTC(2013, 0, 1, 10),
        id: 1,
        hour: 5,
        delay: 2,
        remark: 'a',
        temp: 39.02,
        hit: true,
      },
      {
        origin: 'LGA',
        time_hour: Date.UTC(2013, 6, 1, 9),
        id: 4,
        hour: 5,
        delay: 1.5,
        temp: 80,
        gust: 12.5,
        hit: true,
      },
      { origin: 'LGA', time_hour: null, id: 3, delay: -3 },
    ].sort((a, b) =>
      JSON.stringify(Object.values(a).slice(0, 3)) < JSON.stringify(Object.values(b).slice(0, 3)) ? -1 : 1,
    ),
  )
})

test('rows are stamped by their hour, and rows without one by the run, not by the moment of the write', async () => {
  const db = new FakeDatabase()
  const { timestamp } = await importTable(db, spec)
  for (const row of db.stored('flights')) expect(row.timestamp).toBe(row.key['time_hour'] ?? timestamp)
})

test('a plan tells types and places and writes nothing', async () => {
  const db = new FakeDatabase()
  const plan = await planImport(db, spec)
  expect(db.writes + db.disk.tables.size).toBe(0)
  expect(plan).toMatchObject({ job: 'flights', time: 'time_hour', pagedBy: ['lineNumber'], estimate: 4 })
  expect(plan.columns.map(({ name, type, to }) => `${name} ${type} ${to}`)).toEqual([
    'hour int d:hour',
    'origin string row key',
    'delay double d:delay',
    'remark string d:remark',
    'time_hour hour row key',
    'id int row key',
    'w:temp double w:temp',
    'w:gust double w:gust',
    'w:hit boolean w:hit',
  ])
  expect(plan.toCreate?.families).toEqual({
    d: { columns: { hour: 'int', delay: 'double', remark: 'string' } },
    w: { columns: { temp: 'double', gust: 'double', hit: 'boolean' } },
  })
})

test('a lookup may leave rows without a match out, or reject them', async () => {
  const withMiss = (miss: 'skip' | 'reject'): ImportSpec => ({
    ...spec,
    maxErrors: 2,
    transforms: spec.transforms!.map((transform) =>
      'lookup' in transform ? { lookup: { ...transform.lookup, miss } } : transform,
    ),
  })
  expect(await importTable(new FakeDatabase(), withMiss('skip'))).toMatchObject({
    rows: 2,
    skipped: 2,
    rejected: 0,
  })
  expect(await importTable(new FakeDatabase(), withMiss('reject'))).toMatchObject({
    rows: 2,
    skipped: 0,
    rejected: 2,
  })
})

test('a lookup with two rows for one key is refused', async () => {
  const twice = csvFile('twice.csv', 'origin,x\nJFK,1\nJFK,2\n')
  const lookup = {
    as: 'l',
    from: { kind: 'csv' as const, file: twice },
    on: [['origin', 'origin']] as const,
    take: '*' as const,
  }
  const broken: ImportSpec = {
    ...spec,
    transforms: [{ nullIf: ['NA'] }, { derive: 'lineNumber()', as: 'id' }, { lookup }],
    rowKey: 'id:int',
  }
  await expect(importTable(new FakeDatabase(), broken)).rejects.toThrow(
    "lookup 'l' has two rows for the key (JFK)",
  )
})

test('a lookup may be a table of the store', async () => {
  const db = new FakeDatabase()
  await importTable(db, {
    source: { kind: 'csv', file: weather },
    table: 'weather',
    createTable: true,
    rowKey: 'origin:string at:hour',
    transforms: [{ nullIf: ['NA'] }],
  })
  const on = [
    ['origin', 'origin'],
    ['time_hour', 'at'],
  ] as const
  const fromStore = spec.transforms!.map((transform) =>
    'lookup' in transform
      ? { lookup: { as: 'w', from: { kind: 'store' as const, table: 'weather' }, on, take: ['temp'] } }
      : transform,
  )
  const report = await importTable(db, { ...spec, transforms: fromStore })
  expect(report.lookups).toEqual([{ as: 'w', rows: 3, hits: 2, misses: 2 }])
})

test('columns may be sent to other families and types', async () => {
  const db = new FakeDatabase()
  await importTable(db, {
    ...spec,
    columnFamilies: { 'w:*': 'weather', delay: 'x:late' },
    columnTypes: { delay: 'decimal(6,2)' },
  })
  const descriptor = db.descriptor('flights')
  const columns = descriptor.families.flatMap((family) =>
    family.columns.map(({ name, type }) => `${family.name}:${name} ${type.text}`),
  )
  expect(columns).toContain('x:late decimal(6,2)')
  expect(columns).toContain('weather:gust double')
})

test('mistakes are told before anything is created', async () => {
  const db = new FakeDatabase()
  const attempt = (change: Partial<ImportSpec>): Promise<unknown> => importTable(db, { ...spec, ...change })
  await expect(attempt({ rowKey: 'orign:string id:int' })).rejects.toThrow(
    "no column makes the row-key part 'orign'",
  )
  await expect(attempt({ transforms: [{ derive: 'utcHuor(a)', as: 'x' }] })).rejects.toThrow(
    "there is no function 'utcHuor'",
  )
  await expect(attempt({ transforms: [{ drop: ['orign'] }] })).rejects.toMatchObject({
    hint: "did you mean 'origin'?",
  })
  await expect(attempt({ columnTypes: { dely: 'int' } })).rejects.toThrow("a type is given for column 'dely'")
  await expect(attempt({ createTable: false })).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  expect(db.disk.tables.size).toBe(0)
})

test('an existing table fixes the types, and must have the row key that is said', async () => {
  const db = new FakeDatabase()
  await importTable(db, spec)
  await expect(importTable(db, { ...spec, rowKey: 'origin:string id:int' })).rejects.toMatchObject({
    code: 'TYPE_CONFLICT',
  })
  await expect(importTable(db, { ...spec, columnTypes: { delay: 'int' } })).rejects.toMatchObject({
    code: 'TYPE_CONFLICT',
  })
  const { rowKey: _, ...without } = spec
  expect(await importTable(db, without)).toMatchObject({ rows: 4, created: false })
  const wider = [...spec.transforms!, { derive: "concat(origin, '-', hour)", as: 'extra' }]
  await expect(importTable(db, { ...without, transforms: wider })).rejects.toMatchObject({
    code: 'COLUMN_NOT_FOUND',
  })
})
