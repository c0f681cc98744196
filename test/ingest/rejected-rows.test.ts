import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeOfReport, type ImportSpec, importTable, resumeImport } from '../../src/ingest/index.js'
import { csvFile, temporaryFolder } from '../support/csv-files.js'
import { FakeDatabase } from '../support/fake-database.js'

const damaged = csvFile('damaged.csv', 'n,value\n1,1.5\n2\n3,x y\n4,"open\n5,2\n')
const quarantine = join(temporaryFolder(), 'rejected.jsonl')

function spec(change: Partial<ImportSpec> = {}): ImportSpec {
  return {
    source: { kind: 'csv', file: damaged },
    table: 't',
    createTable: true,
    rowKey: 'n:int',
    columnTypes: { value: 'double' },
    quarantine,
    ...change,
  }
}

test('the first damaged line ends an import that allows none, naming file and line', async () => {
  const db = new FakeDatabase()
  await expect(importTable(db, spec())).rejects.toMatchObject({
    code: 'ROWS_REJECTED',
    message: expect.stringContaining(`${damaged}, line 3: it has 1 fields, the header has 2`),
  })
  expect(db.stored('t')).toEqual([])
})

test('more errors may be allowed afterwards, and the import goes on', async () => {
  const db = new FakeDatabase()
  await expect(importTable(db, spec({ maxErrors: 2 }))).rejects.toMatchObject({ code: 'ROWS_REJECTED' })
  const report = await resumeImport(db, 't', { maxErrors: 3 })
  expect(report).toMatchObject({ rows: 2, rejected: 3 })
  expect(exitCodeOfReport(report)).toBe(3)
})

test('rejected rows are kept with their place, stage and reason', async () => {
  const report = await importTable(new FakeDatabase(), spec({ maxErrors: '60%' }))
  const lines = readFileSync(quarantine, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toMatchObject([
    { position: { line: 3 }, stage: 'read', row: '2', run: report.runId },
    { position: { line: 5 }, stage: 'read', message: 'a quote is opened and never closed' },
    { position: { line: 4 }, stage: 'transform', column: 'value', row: { n: '3', value: 'x y' } },
  ])
  expect(report.rejectedRows).toHaveLength(3)
})

test('a share of errors is judged at the end of a short file', async () => {
  await expect(importTable(new FakeDatabase(), spec({ maxErrors: '59%' }))).rejects.toThrow(
    '3 of 5 rows were rejected',
  )
})

test('rows that the table refuses are taken out of their page', async () => {
  const long = csvFile('long.csv', `k,v\na,1\n${'x'.repeat(40_000)},2\nb,3\n${'y'.repeat(40_000)},4\n`)
  const db = new FakeDatabase()
  const report = await importTable(db, {
    ...spec({ maxErrors: 2, source: { kind: 'csv', file: long }, rowKey: 'k:string' }),
    columnTypes: { v: 'int' },
  })
  expect(report).toMatchObject({ rows: 2, rejected: 2 })
  expect(report.rejectedRows.map(({ stage, place }) => `${stage} ${place.split(', ')[1]}`)).toEqual([
    'write line 5',
    'write line 3',
  ])
  expect(db.stored('t').map(({ key }) => key['k'])).toEqual(['a', 'b'])
})

test('a null in a row-key part that must not be null rejects the row', async () => {
  const file = csvFile('nullkey.csv', 'k,v\n,1\nb,2\n')
  const report = await importTable(new FakeDatabase(), {
    source: { kind: 'csv', file },
    table: 't',
    createTable: true,
    rowKey: 'k:string',
    maxErrors: 1,
  })
  expect(report.rejectedRows).toMatchObject([{ column: 'k', message: "row-key part 'k' is null" }])
})

test('a damaged archive and a missing file are told by name', async () => {
  const broken = csvFile('broken.csv.gz', 'n,v\n1,2\n')
  const { truncateSync } = await import('node:fs')
  truncateSync(broken, 20)
  const attempt = (file: string): Promise<unknown> =>
    importTable(new FakeDatabase(), spec({ source: { kind: 'csv', file } }))
  await expect(attempt(broken)).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
    message: expect.stringContaining('the archive is damaged'),
  })
  await expect(attempt('/nowhere/at.csv')).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
    message: '/nowhere/at.csv: there is no such file',
  })
})
