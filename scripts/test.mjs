/**
 * `npm test`: makes the clone ready, brings MariaDB when it can (as root by apt), lints, runs every test, and says what was
 * skipped. Arguments go to vitest: `npm test -- test/wal`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { makeReady, root } from './ready.mjs'

const started = Date.now()
makeReady()

const { ensureMariadb } = await import('./mariadb.mjs')
const { found: mariadb, reason } = await ensureMariadb({
  install: process.getuid?.() === 0 ? 'root' : 'never',
  log: (line) => console.error(line),
})
const env = { ...process.env, NODE_ENV: 'test' }
if (mariadb === null) {
  console.error(`\n*** SKIPPED: the tests against a real MariaDB do not run: ${reason}\n`)
} else {
  env.HOURBASE_EXPECT_MARIADB = '1'
}

function step(name, args) {
  console.error(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

const bin = (name, file) => join(root, 'node_modules', name, file)
const filters = process.argv.slice(2)
if (filters.length === 0)
  step('lint', [bin('@biomejs/biome', 'bin/biome'), 'check', '--max-diagnostics=50', '.'])
step('tests', [bin('vitest', 'vitest.mjs'), 'run', '--dir', 'test', ...filters])
console.error(
  `\nall passed in ${Math.round((Date.now() - started) / 1000)} s; skipped: ${mariadb === null ? 'MariaDB tests' : 'nothing'}`,
)
