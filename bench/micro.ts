/** `node dist/bench/micro.js [--smoke]`: the small hot paths alone, by tinybench; medians, relative margin of error and sample count. */
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, type RowInput } from 'hourbase'
import { Bench } from 'tinybench'
import { HOUR_MS, stationName } from './workload.js'

const smoke = process.argv.includes('--smoke')
const STATIONS = smoke ? 20 : 500
const HOURS = 100

const directory = join(tmpdir(), `hourbase-micro-${process.pid}`)
const db = await open(directory)
const table = await db.createTable('w', {
  rowKey: ['station:string', 'hour:hour'],
  families: { d: { columns: { a: 'double', b: 'double' } } },
})
const batches: RowInput[][] = Array.from({ length: HOURS }, (_, h) =>
  Array.from({ length: STATIONS }, (_, i) => ({
    station: stationName(i),
    hour: h * HOUR_MS,
    a: i + h,
    b: i / 8,
  })),
)
for (const batch of batches) await table.putRows(batch)
await table.flush()

const bench = new Bench({ time: smoke ? 20 : 500, warmupTime: smoke ? 5 : 100 })
let at = 0
const next = () => {
  at = (at + 7919) % (STATIONS * HOURS)
  return { station: stationName(at % STATIONS), hour: Math.floor(at / STATIONS) * HOUR_MS }
}
bench
  .add('get, block cached', async () => {
    await table.get(next())
  })
  .add('scan of one station, 100 hours', async () => {
    await table.scan({ prefix: { station: next().station } }).toArray()
  })
  .add('average per day of one station', async () => {
    await table.aggregate({ prefix: { station: next().station }, every: '1d', select: { a: ['avg', 'a'] } })
  })
  .add(`putRows of ${STATIONS}, SYNC_WAL`, async () => {
    await table.putRows(batches[at % HOURS]!, { durability: 'SYNC_WAL' })
  })
await bench.run()
for (const { name, result } of bench.tasks) {
  const latency = (result as { latency?: { p50: number; rme: number; samplesCount: number } }).latency
  if (latency === undefined) throw new Error(`${name} failed`)
  process.stdout.write(
    `${name.padEnd(34)} median ${(latency.p50 * 1000).toFixed(1)} µs  ±${latency.rme.toFixed(1)} %  ${latency.samplesCount} samples\n`,
  )
}
await db.close()
await rm(directory, { recursive: true, force: true })
