import { test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from '../../src/index.js'
import { importTable, resumeImport } from '../../src/ingest/index.js'
const nyc = '/work/main/examples/nyc'
test('real', async () => {
  for (const bulkRows of [undefined, 100000]) {
  const dir = mkdtempSync('/tmp/ingest/db-')
  const db = await open(dir)
  try {
  const stop = new AbortController()
  const spec = { source: { kind: 'csv' as const, file: nyc + '/nyc-flights.csv.gz' }, table: 'flights', rowKey: 'origin:string time_hour:hour? id:int', createTable: true, ...(bulkRows ? { bulkRows } : {}),
    transforms: [ { nullIf: ['NA'] }, { derive: "utcHour(year,month,day,hour,'America/New_York')", as: 'time_hour' }, { derive: 'lineNumber()', as: 'id' },
      { lookup: { as: 'w', from: { kind: 'csv' as const, file: nyc + '/nyc-weather.csv.gz' }, on: [['origin','origin'],['time_hour','time_hour']] as [string,string][], take: '*' as const } } ] }
  const r = await importTable(db, spec, { signal: stop.signal, onProgress: ({ rows }) => { if (rows > 100000) stop.abort() } })
  console.log(r.status, r.rows, r.rowsPerSecond)
  const r2 = await resumeImport(db, null)
  console.log(r2.status, r2.rows, r2.rowsPerSecond, r2.lookups)
  const t = db.table('flights')
  console.log('count', await t.count(), await t.count({ where: 'hit is not null' }))
  } finally { await db.close(); rmSync(dir, { recursive: true }) }
  }
}, 120000)
