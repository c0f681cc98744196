/** One writer a directory; other processes go through its control socket or read beside it. */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, isHourbaseError, open, openAny, type TypedRow } from 'hourbase'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killAndWait, startChild } from '../support/child-process.js'

const HOUR_MS = 3_600_000
let directory: string
let writer: ChildProcess
let pid: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hourbase-two-'))
  const { child, line } = await startChild('writer-child.js', [directory, '50'])
  writer = child
  pid = Number(line.split(' ')[1])
})

afterEach(async () => {
  if (writer.exitCode === null && writer.signalCode === null) await killAndWait(writer)
  await rm(directory, { recursive: true, force: true })
})

test('a second writer is refused, and told the pid and what to do', async () => {
  const error = await open(directory).catch((e: unknown) => e)
  expect(isHourbaseError(error, 'LOCKED')).toBe(true)
  expect(String((error as Error).message)).toContain(String(pid))
  expect((error as { hint?: string }).hint).toBeTruthy()
})

test('every call works through the control socket', async () => {
  const db: Database = await openAny(directory)
  const table = db.table('w')
  await table.putRows([{ station: 'LGA', hour: HOUR_MS, n: 7 }])
  expect(await table.count()).toBe(51)
  expect(await table.get({ station: 'LGA', hour: HOUR_MS })).toEqual({ station: 'LGA', hour: HOUR_MS, n: 7 })
  await table.flush()
  await table.bulkLoad(
    (async function* () {
      for (let i = 0; i < 2500; i++) yield { station: 'EWR', hour: i * HOUR_MS, n: i }
    })(),
  )
  await table.split({ station: 'JFK' })
  await table.compact({ major: true })
  expect((await table.regions()).length).toBe(2)
  const rows = (await table.scan({ prefix: { station: 'EWR' } }).toArray()) as TypedRow[]
  expect(rows.length).toBe(2500)
  let columnRows = 0
  for await (const batch of table.scan().columns()) columnRows += batch.rowCount
  expect(columnRows).toBe(2551)
  const answer = await table.aggregate({ groupBy: ['station'], select: { n: ['count', '*'] } })
  expect(answer).toEqual([
    { station: 'EWR', n: 2500 },
    { station: 'JFK', n: 50 },
    { station: 'LGA', n: 1 },
  ])
  await expect(db.table('nope').count()).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' })
  await db.close()
})

test('a read-only open beside the writer sees all that was acknowledged', async () => {
  const db = await open(directory, { readOnly: true })
  expect(await db.table('w').count()).toBe(50)
  await expect(db.table('w').put({ station: 'JFK', hour: 0 }, { d: { n: 1 } })).rejects.toMatchObject({
    code: 'READ_ONLY',
  })
  await db.close()
})

test('a killed writer leaves no stale lock, and every acknowledged row', async () => {
  await killAndWait(writer)
  const db = await open(directory)
  expect(await db.table('w').count()).toBe(50)
  await db.close()
})

test('a call under way when the writer dies fails by name', async () => {
  const db = await openAny(directory)
  await killAndWait(writer)
  await expect(db.table('w').count()).rejects.toMatchObject({ code: 'CLOSED' })
})
