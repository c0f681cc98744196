/**
 * `npm run bench`: every system in a process of its own, in turn, `--rounds` times (3); prints medians and the ratios that the README
 * claims. `--smoke`: small, one round, for CI. `--json FILE` keeps the raw figures. Answers must agree between all systems.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { CLAIMS, ratioTable } from './claims.js'
import { importLine, measureImport } from './import.js'
import { type Measured, median } from './workload.js'

const { values: flags } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string' },
  },
})

const SYSTEMS = ['hourbase', 'classic-level', 'lmdb', 'duckdb']

async function measure(system: string, size: string): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), `hourbase-bench-${system}-`))
  try {
    const script = fileURLToPath(new URL('./run-system.js', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, system, size, directory], {
      maxBuffer: 16 * 1024 * 1024,
    })
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function combine(rounds: readonly Measured[]): Measured {
  const figures: Record<string, number> = {}
  for (const name of Object.keys(rounds[0]!.figures))
    figures[name] = median(rounds.map((r) => r.figures[name]!))
  return { ...rounds[0]!, figures }
}

/** Every answer that two systems give must be the same: counts exactly, sums to 1e-9. */
function disagreements(all: readonly Measured[]): string[] {
  const seen = new Map<string, { system: string; value: number }>()
  const problems: string[] = []
  for (const { system, checks } of all) {
    for (const [name, value] of Object.entries(checks)) {
      const first = seen.get(name)
      if (first === undefined) seen.set(name, { system, value })
      else if (Math.abs(first.value - value) > Math.abs(first.value) * 1e-9) {
        problems.push(`${name}: ${first.system} ${first.value}, ${system} ${value}`)
      }
    }
  }
  return problems
}

const size = flags.smoke ? 'smoke' : 'full'
const rounds = Number(flags.rounds ?? (flags.smoke ? 1 : 3))
const systems = flags.only === undefined ? SYSTEMS : flags.only.split(',')
const results = new Map<string, Measured[]>(systems.map((s) => [s, []]))
for (let round = 1; round <= rounds; round++) {
  for (const system of systems) {
    process.stderr.write(`round ${round}/${rounds}: ${system}\n`)
    results.get(system)!.push(await measure(system, size))
  }
}
const combined = [...results.values()].map(combine)
const problems = disagreements(combined)
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
process.stdout.write(`workload W, ${size}, median of ${rounds} rounds; ${machine}\n\n`)
process.stdout.write(ratioTable(combined, CLAIMS, !flags.smoke))
const imported = await measureImport(size, flags.smoke ? 1 : 3)
process.stdout.write(`\n${importLine(imported)}`)
if (flags.json !== undefined) {
  await writeFile(
    flags.json,
    `${JSON.stringify({ size, rounds, machine, results: combined, import: imported }, null, 2)}\n`,
  )
}
for (const problem of problems) process.stdout.write(`ANSWERS DIFFER: ${problem}\n`)
if (problems.length > 0) process.exitCode = 1
