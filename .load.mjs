import { open } from 'hourbase'
import { generate, FULL, stationName, HOUR_MS } from './dist/bench/workload.js'
import { mkdtempSync, rmSync } from 'node:fs'
const dir = mkdtempSync('/tmp/hbload-')
const db = await open(dir)
const table = await db.createTable('w', { rowKey: ['station:string', 'hour:hour'], families: { d: { columns: { a: 'double', b: 'double', c: 'double', d: 'double' } } } })
const names = Array.from({ length: 1000 }, (_, i) => stationName(i))
let ms = 0, mk = 0
for (const { hour, a, b, c, d } of generate(FULL)) {
  const start = performance.now()
  const rows = new Array(1000)
  for (let i = 0; i < 1000; i++) rows[i] = { row: { station: names[i], hour: hour * HOUR_MS }, values: { d: { a: a[i], b: b[i], c: c[i], d: d[i] } } }
  const t1 = performance.now()
  await table.putRows(rows)
  mk += t1 - start
  ms += performance.now() - start
}
console.log('load', ms, 'make rows', mk, process.memoryUsage().rss / 1e6, (await db.stats()).wal, (await db.stats()).counters)
await db.drain(); console.log('drained', (await db.stats()).tables)
await db.close(); rmSync(dir, { recursive: true })
