/**
 * node dist/test/support/golden-main.js [--restarts | --store | --oracle] [--verbose] [FILE…]
 * Plays recorded scenarios against a real database through its public API (restarted between writes; the store room alone; the
 * naive model) and tells how many agree. Exit code 1 when one does not.
 */
import { openRestartedDatabase } from './golden-database-target.js'
import { goldenFiles, listedDifferences, replayFile } from './golden-files.js'
import { openGoldenOperations } from './golden-operations-target.js'
import type { ReplayReport } from './golden-replay.js'
import { openGoldenStore } from './golden-store.js'
import { openOracle } from './oracle-storage.js'

interface Total {
  passed: number
  /** Differ, and stand in docs/hbase-differences.md with the reason. */
  listed: number
  scenarios: number
  checked: number
  skipped: number
}

async function main(args: readonly string[]): Promise<boolean> {
  const verbose = args.includes('--verbose')
  const named = args.filter((arg) => !arg.startsWith('--'))
  const listed = listedDifferences()
  const all: Total = { passed: 0, listed: 0, scenarios: 0, checked: 0, skipped: 0 }
  for (const path of named.length === 0 ? goldenFiles() : named) {
    const reports = await play(path, args)
    const total: Total = { passed: 0, listed: 0, scenarios: reports.length, checked: 0, skipped: 0 }
    for (const report of reports) {
      total.checked += report.checked
      total.skipped += report.skipped
      if (report.differences.length === 0) total.passed++
      else if (listed.has(report.id)) total.listed++
      if (verbose) for (const text of report.differences) console.log(`${report.id} ${text}`)
    }
    console.log(`${path}: ${describe(total)}`)
    for (const key of Object.keys(all) as (keyof Total)[]) all[key] += total[key]
  }
  console.log(`all: ${describe(all)}`)
  return all.passed + all.listed === all.scenarios
}

function play(path: string, args: readonly string[]): Promise<ReplayReport[]> {
  if (args.includes('--oracle')) return replayFile(path, openOracle, 'uncompacted')
  if (args.includes('--store')) return replayFile(path, openGoldenStore, 'stored')
  if (args.includes('--restarts')) return replayFile(path, openRestartedDatabase, 'stored')
  return replayFile(path, openGoldenOperations, 'stored')
}

function describe({ passed, listed, scenarios, checked, skipped }: Total): string {
  return `${passed}/${scenarios} scenarios${listed > 0 ? ` (${listed} listed as different)` : ''}, ${checked} answers compared, ${skipped} not asked`
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
