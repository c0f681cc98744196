/** One system, one process: `run-system.js SYSTEM SIZE DIRECTORY` prints what it measured as JSON. */
import { runClassicLevel } from './system-classic-level.js'
import { runDuckdb } from './system-duckdb.js'
import { runHourbase } from './system-hourbase.js'
import { runLmdb } from './system-lmdb.js'
import { FULL, type Measured, type Size, SMOKE } from './workload.js'

const SYSTEMS: Readonly<Record<string, (size: Size, directory: string) => Promise<Measured>>> = {
  hourbase: runHourbase,
  'classic-level': runClassicLevel,
  lmdb: runLmdb,
  duckdb: runDuckdb,
}

const [system, size, directory] = process.argv.slice(2)
const run = SYSTEMS[system ?? '']
if (run === undefined || directory === undefined)
  throw new Error(`usage: run-system ${Object.keys(SYSTEMS).join('|')} full|smoke DIRECTORY`)
const measured = await run(size === 'smoke' ? SMOKE : FULL, directory)
process.stdout.write(`${JSON.stringify(measured)}\n`)
