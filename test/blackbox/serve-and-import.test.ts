/** Cron imports while the server answers: both through the one writer, by its control socket. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'dist/cli/main.js')
const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'hourbase-serve-'))
let server: ChildProcess

afterEach(() => {
  server.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

test('an import and a flush run by the command line while serve answers queries', {
  timeout: 120_000,
}, async () => {
  const data = ['--data', join(directory, 'data')]
  await run(process.execPath, [
    MAIN,
    'create',
    'other',
    ...data,
    '--row-key',
    'a:string',
    '--column',
    'd:n=int',
  ])
  server = spawn(process.execPath, [MAIN, 'serve', ...data, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(server.stdout!), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  const importing = run(process.execPath, [
    ...[
      MAIN,
      'import',
      ...data,
      '--from-csv',
      join(ROOT, 'examples/nyc/nyc-weather.csv.gz'),
      '--target-table',
      'weather',
    ],
    ...[
      '--row-key',
      'origin:string time_hour:hour',
      '--create-table',
      '--null-if',
      'NA',
      '--progress',
      'none',
    ],
  ])
  let ended = false
  let answers = 0
  const done = importing.finally(() => {
    ended = true
  })
  while (!ended) {
    const response = await fetch(`${url}/v1/tables/other/aggregate?select=n:count(*)`)
    expect(response.status).toBe(200)
    answers++
  }
  await done
  expect(answers).toBeGreaterThan(1)
  await run(process.execPath, [MAIN, 'flush', 'weather', ...data])
  const response = await fetch(`${url}/v1/tables/weather/aggregate?select=n:count(*)`)
  expect(((await response.json()) as { rows: unknown[] }).rows).toEqual([{ n: 26_115 }])
  const regions = await run(process.execPath, [MAIN, 'regions', 'weather', ...data, '--json'])
  expect(regions.stdout).toContain('"fileBytes"')
})
