/** kill -9 at random points of an import, then resume, again and again: the same cells as an undisturbed run. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'hourbase'
import type { ImportSpec } from 'hourbase/ingest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CellSum, cellChecksum } from '../support/cell-checksum.js'
import { SeededRandom } from '../support/seeded-random.js'

const ROOT = join(import.meta.dirname, '..', '..')
const CHILD = join(ROOT, 'dist/test/support/import-child.js')
const KILLS = Number(process.env['HOURBASE_KILLS'] ?? 24)
const SEED = 20131103

let folder: string
let expected: CellSum
let spec: ImportSpec

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hourbase-kill-'))
  const { nycImports } = await import(join(ROOT, 'scripts/nyc-imports.mjs'))
  spec = { ...(nycImports(null, join(ROOT, 'examples/nyc')).weather as ImportSpec), pageRows: 250 }
  const result = await run(join(folder, 'undisturbed'), null)
  expect(result.ended).toBe(true)
  expected = await sumOf(join(folder, 'undisturbed'))
}, 120_000)

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** One life of the import process. `afterPages`: killed when so many pages were reported, at once or a little later. */
function run(
  directory: string,
  kill: { afterPages: number; delayMs: number } | null,
): Promise<{ ended: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, directory, JSON.stringify(spec)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    let armed = kill !== null
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (!armed || output.split('.').length - 1 < kill!.afterPages || !output.startsWith('open')) return
      armed = false
      setTimeout(() => child.kill('SIGKILL'), kill!.delayMs)
    })
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ ended: false, output })
      else if (code === 0) resolve({ ended: true, output })
      else reject(new Error(`import ended with ${code}: ${errors}`))
    })
  })
}

async function sumOf(directory: string): Promise<CellSum> {
  const db = await open(directory)
  try {
    return await cellChecksum(db, 'weather')
  } finally {
    await db.close()
  }
}

test(`${KILLS} kills, each resumed: no cell missing, none twice, none different`, {
  timeout: 600_000,
}, async () => {
  const random = new SeededRandom(SEED)
  let kills = 0
  for (let round = 1; kills < KILLS; round++) {
    const directory = join(folder, `round-${round}`)
    for (let done = false; !done; ) {
      const wanted = kills < KILLS ? { afterPages: random.below(40), delayMs: random.below(30) } : null
      const { ended } = await run(directory, wanted)
      if (!ended) kills++
      done = ended
    }
    expect(await sumOf(directory)).toEqual(expected)
    await rm(directory, { recursive: true, force: true })
  }
  process.stderr.write(
    `import killed ${kills} times (seed ${SEED}); ${expected.cells} cells, checksum equal every time\n`,
  )
})
