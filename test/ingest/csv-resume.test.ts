import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ImportSpec, importTable, resumeImport } from '../../src/ingest/index.js'
import { csvFile, temporaryFolder } from '../support/csv-files.js'
import { CrashError, FakeDatabase } from '../support/fake-database.js'
import { ManualClock } from '../support/manual-clock.js'

const lines = Array.from({ length: 40 }, (_, i) =>
  i % 11 === 5 ? `${i},x,broken` : `${i},${i % 7 === 3 ? '' : i * 1.5}`,
)
const file = csvFile('rows.csv.gz', `n,value\n${lines.join('\n')}\n`)

function spec(quarantine: string, change: Partial<ImportSpec> = {}): ImportSpec {
  return {
    source: { kind: 'csv', file },
    table: 't',
    createTable: true,
    rowKey: 'n:int',
    maxErrors: 10,
    pageRows: 7,
    quarantine: join(temporaryFolder(), quarantine),
    ...change,
  }
}

function told(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), run: '' }))
}

async function crashAndResume(
  made: ImportSpec,
  atWrite: number,
  when: 'before' | 'after',
): Promise<FakeDatabase | null> {
  const clock = new ManualClock()
  const first = new FakeDatabase(undefined, { atWrite, when })
  const crashed = await importTable(first, made, { clock }).then(
    () => false,
    (error: unknown) => error instanceof CrashError,
  )
  if (!crashed) return null
  clock.advance(3_600_000)
  const second = new FakeDatabase(first.disk)
  await resumeImport(second, null, { clock })
  return second
}

for (const bulkRows of [undefined, 15]) {
  const mode = bulkRows === undefined ? 'puts' : 'bulk loads'
  test(`with ${mode}, a run that dies at any write and is resumed ends like one that was left alone`, async () => {
    const change = bulkRows === undefined ? {} : { bulkRows }
    const calm = new FakeDatabase()
    const made = spec(`calm-${mode}.jsonl`, change)
    const report = await importTable(calm, made, { clock: new ManualClock() })
    expect(report).toMatchObject({ rows: 36, rejected: 4 })
    let crashes = 0
    for (let atWrite = 2; ; atWrite++) {
      const dead = spec(`dead-${mode}-${atWrite}.jsonl`, change)
      const early = await crashAndResume(dead, atWrite, 'before')
      if (early === null) break
      crashes++
      expect(early.stored('t')).toEqual(calm.stored('t'))
      expect(told(dead.quarantine!)).toEqual(told(made.quarantine!))
      const late = await crashAndResume(spec(`late-${mode}-${atWrite}.jsonl`, change), atWrite, 'after')
      expect(late!.stored('t')).toEqual(calm.stored('t'))
    }
    expect(crashes).toBeGreaterThanOrEqual(3)
  })
}

test('a run that is told to stop finishes its page and can be resumed', async () => {
  const db = new FakeDatabase()
  const stop = new AbortController()
  const made = spec('stop.jsonl')
  const report = await importTable(db, made, {
    signal: stop.signal,
    onProgress: ({ rows }) => rows >= 14 && stop.abort(),
  })
  expect(report.status).toBe('stopped')
  expect(report.rows).toBeLessThan(36)
  expect(db.stored('t')).toHaveLength(report.rows)
  await expect(importTable(db, made)).rejects.toMatchObject({ code: 'JOB_BUSY' })
  expect(await resumeImport(db, 't')).toMatchObject({ status: 'done', rows: 36, rejected: 4, resumes: 1 })
  expect(await resumeImport(db, 't')).toMatchObject({
    status: 'done',
    rows: 36,
    notes: ['the import was done already'],
  })
})

test('a file that has changed in between is told', async () => {
  const other = csvFile('changing.csv', 'n,value\n1,1\n2,2\n')
  const made = spec('changed.jsonl', { source: { kind: 'csv', file: other }, pageRows: 1 })
  const db = new FakeDatabase(undefined, { atWrite: 2, when: 'after' })
  await expect(importTable(db, made)).rejects.toThrow(CrashError)
  csvFile('changing.csv', 'n,value\n1,1\n2,3\n')
  await expect(resumeImport(new FakeDatabase(db.disk), 't')).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
})

test('an import without a checkpoint cannot be resumed, and the names that can are told', async () => {
  const db = new FakeDatabase()
  await expect(resumeImport(db, 'nothing')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  await expect(resumeImport(db, null)).rejects.toThrow('there is no import to resume')
})
