/** Run as a process: loads, scans and serves N rows to a slow reader; prints the peak RSS as JSON. Arguments: directory, rows in thousands. */
import { get } from 'node:http'
import { open, type TypedRow } from 'hourbase'
import { serve } from 'hourbase/server'

const HOUR_MS = 3_600_000
const [directory, thousands] = process.argv.slice(2)
if (directory === undefined) throw new Error('usage: memory-child DIRECTORY THOUSANDS')
const calls = Number(thousands ?? 5000)
const STATIONS = 1000

const db = await open(directory)
const table = await db.createTable('w', {
  rowKey: ['station:string', 'hour:hour'],
  families: { d: { columns: { a: 'double', b: 'double', c: 'double', d: 'double' } } },
})
const names = Array.from({ length: STATIONS }, (_, i) => `st${String(i).padStart(6, '0')}`)
for (let h = 0; h < calls; h++) {
  const rows = names.map((station, i) => ({
    row: { station, hour: h * HOUR_MS },
    values: { d: { a: (i + h) % 50, b: i * 0.5, c: h * 0.25, d: (i * h) % 997 } },
  }))
  await table.putRows(rows)
}
const loadedRss = peakRssBytes()

let scanned = 0
for await (const rows of table.scan().batches()) scanned += (rows as TypedRow[]).length
const scannedRss = peakRssBytes()

const server = await serve(db, { port: 0 })
const served = await readSlowly(`${server.url}/v1/tables/w/scan?format=ndjson`, 8_000_000)
await server.stop()
await db.close()
process.stdout.write(
  `${JSON.stringify({ rows: calls * STATIONS, scanned, servedBytes: served, loadedRss, scannedRss, peakRss: peakRssBytes() })}\n`,
)

function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

/** Takes a chunk, waits a turn, and so on; hangs up after `bytesMax`. */
function readSlowly(url: string, bytesMax: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        response.pause()
        if (bytes >= bytesMax) {
          request.destroy()
          resolve(bytes)
        } else setTimeout(() => response.resume(), 2)
      })
      response.on('end', () => resolve(bytes))
      response.on('error', () => resolve(bytes))
    })
    request.on('error', (error) => (request.destroyed ? undefined : reject(error)))
  })
}
