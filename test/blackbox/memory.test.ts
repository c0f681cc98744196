/** Memory is bounded: RSS does not grow with the data while it is loaded, scanned and served to a slow reader. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const THOUSANDS = Number(process.env['HOURBASE_MEMORY_THOUSANDS'] ?? 5000)
const RSS_BYTES_MAX = 300 * 1024 * 1024

test('5 M rows are loaded, scanned and served to a slow reader below 300 MB', {
  timeout: 300_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hourbase-memory-'))
  try {
    const child = join(ROOT, 'dist/test/support/memory-child.js')
    const { stdout } = await promisify(execFile)(process.execPath, [child, directory, String(THOUSANDS)])
    const report = JSON.parse(stdout) as {
      rows: number
      scanned: number
      servedBytes: number
      peakRss: number
    }
    process.stderr.write(`memory: ${stdout}`)
    expect(report.scanned).toBe(report.rows)
    expect(report.servedBytes).toBeGreaterThan(1_000_000)
    expect(report.peakRss).toBeLessThan(RSS_BYTES_MAX)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
