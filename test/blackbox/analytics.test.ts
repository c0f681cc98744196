/** The analysts' recorded questions, answered by the general aggregate call through the library and through HTTP. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AggregateRow, type LocalDatabase, open } from 'hourbase'
import { importTable } from 'hourbase/ingest'
import { type RunningServer, serve } from 'hourbase/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANALYTICS_QUERIES, type AnalyticsValue, differences } from '../golden/analytics-queries.js'

const ROOT = join(import.meta.dirname, '..', '..')
let directory: string
let db: LocalDatabase
let server: RunningServer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hourbase-analytics-'))
  db = await open(directory)
  const { nycImports } = (await import(join(ROOT, 'scripts/nyc-imports.mjs'))) as {
    nycImports(
      address: null,
      folder: string,
    ): Record<'flights' | 'weather', Parameters<typeof importTable>[1]>
  }
  const specs = nycImports(null, join(ROOT, 'examples/nyc'))
  await importTable(db, specs.weather)
  await importTable(db, specs.flights)
  server = await serve(db, { port: 0 })
}, 300_000)

afterAll(async () => {
  await server.stop()
  await db.close()
  await rm(directory, { recursive: true, force: true })
})

async function recorded(id: string): Promise<AnalyticsValue[][]> {
  return JSON.parse(await readFile(join(ROOT, 'test/golden/analytics', `${id}.json`), 'utf8')).rows
}

test('every row of the files is there', async () => {
  expect(await db.table('flights').count()).toBe(336_776)
  expect(await db.table('weather').count()).toBe(26_115)
})

describe.each(ANALYTICS_QUERIES)('$id', (query) => {
  test('by the library, from MemStores and files as the import left them', async () => {
    const rows = await db.table(query.table).aggregate(query.query)
    expect(differences(query, rows, await recorded(query.id))).toEqual([])
  })

  test('over HTTP', async () => {
    const response = await fetch(`${server.url}/v1/tables/${query.table}/aggregate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query.query),
    })
    const body = (await response.json()) as { rows: AggregateRow[] }
    expect(response.status, JSON.stringify(body).slice(0, 300)).toBe(200)
    expect(differences(query, body.rows, await recorded(query.id))).toEqual([])
  })

  test('after flush, split and major compaction', async () => {
    const table = db.table(query.table)
    await table.flush()
    if ((await table.regions()).length === 1) await table.split()
    await table.compact({ major: true })
    const rows = await table.aggregate(query.query)
    expect(differences(query, rows, await recorded(query.id))).toEqual([])
  })
})
