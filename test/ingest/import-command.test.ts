import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../cli/run-cli.js'
import { csvFile, temporaryFolder } from '../support/csv-files.js'
import { memorySink } from '../support/memory-sink.js'

const good = csvFile(
  'good.csv',
  'station,hour,temp\nJFK,2013-01-01T00:00:00Z,1.5\nLGA,2013-01-01T00:00:00Z,NA\n',
)
const bad = csvFile(
  'bad.csv',
  'station,hour,temp\nJFK,2013-01-01T00:00:00Z,1.5\nLGA,2013-01-01T00:30:00Z,2\nLGA\n',
)

async function run(data: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = memorySink()
  const stderr = memorySink()
  const argv = [...words, '--data', join(temporaryFolder(), data)]
  const code = await runCli(argv, { stdout, stderr, env: {} })
  return { code, out: stdout.text, err: stderr.text }
}

function importWords(file: string, ...more: string[]): string[] {
  const target = ['--target-table', 'readings', '--create-table', '--row-key', 'station:string hour:hour']
  return ['import', '--from-csv', file, ...target, '--null-if', 'NA', '--progress', 'none', ...more]
}

test('a dry run shows the plan and leaves no table', async () => {
  const { code, out } = await run('dry', ...importWords(good, '--dry-run'))
  expect(code).toBe(0)
  expect(out).toContain('row key   station:string hour:hour')
  expect((await run('dry', 'tables')).out).not.toContain('readings')
})

test('an import reports its rows, and a second resume finds it done', async () => {
  const { code, out } = await run('good', ...importWords(good, '--json'))
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ status: 'done', rows: 2, rejected: 0 })
  expect((await run('good', 'count', 'readings')).out).toContain('2')
  expect((await run('good', 'resume')).out).toContain('the import was done already')
})

test('too many rejected rows end with 8, and a resume that allows them with 3', async () => {
  const quarantine = join(temporaryFolder(), 'q.jsonl')
  const first = await run('bad', ...importWords(bad, '--max-errors', '1', '--quarantine', quarantine))
  expect(first.code).toBe(8)
  expect(first.err).toContain('hourbase resume readings --max-errors')
  const second = await run('bad', 'resume', 'readings', '--max-errors', '2', '--progress', 'none')
  expect(second.code).toBe(3)
  expect(second.out).toContain(`rejected  2 rows, see ${quarantine}`)
})

test('mistakes end with 1, a dead server with 2, and neither shows a password', async () => {
  expect((await run('usage', 'import', '--table', 't')).code).toBe(1)
  const secret = await run(
    'usage',
    'import',
    '--connect',
    'mysql://root:hunter2@127.0.0.1:1/x',
    '--table',
    't',
  )
  expect(secret.code).toBe(1)
  expect(secret.err).not.toContain('hunter2')
  const dead = await run(
    'dead',
    'import',
    '--connect',
    'mysql://root@127.0.0.1:1/x',
    '--table',
    't',
    '--create-table',
    '--row-key',
    'id:int',
  )
  expect(dead.code).toBe(2)
  expect(dead.err).toContain('127.0.0.1:1')
})
