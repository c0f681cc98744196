/** Packs the package, installs it with --ignore-scripts into an empty project, puts a row and scans it back. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeReady, root } from './ready.mjs'

makeReady()
const project = mkdtempSync(join(tmpdir(), 'hourbase-package-'))
try {
  const npm = (args, cwd) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', project], root))
  const stray = packed.files
    .map((f) => f.path)
    .filter((path) => !/^(dist\/(src|server|cli)\/|README|CHANGELOG|LICENSE|package\.json)/.test(path))
  if (stray.length > 0)
    throw new Error(`the package holds files it should not: ${stray.slice(0, 5).join(', ')}`)
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }')
  npm(
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `./${packed.filename}`],
    project,
  )
  writeFileSync(
    join(project, 'try.mjs'),
    `import { open } from 'hourbase'
const db = await open('./data')
const t = await db.createTable('readings', { rowKey: ['station:string', 'hour:hour'], families: { d: { columns: { temp: 'double' } } } })
await t.put({ station: 'JFK', hour: 3600000 }, { d: { temp: 21.5 } })
const rows = await t.scan().toArray()
await db.close()
console.log(JSON.stringify(rows))`,
  )
  const answer = execFileSync(process.execPath, ['try.mjs'], { cwd: project, encoding: 'utf8' }).trim()
  const expected = JSON.stringify([{ station: 'JFK', hour: 3600000, temp: 21.5 }])
  if (answer !== expected) throw new Error(`the package answered ${answer}, expected ${expected}`)
  const cli = execFileSync(
    join(project, 'node_modules', '.bin', 'hourbase'),
    ['count', 'readings', '--json'],
    { cwd: project, encoding: 'utf8' },
  )
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.log(
    `package ${version}: ${packed.files.length} files, ${(packed.size / 1024).toFixed(0)} kB; put and scan answered; count: ${cli.trim()}`,
  )
} finally {
  rmSync(project, { recursive: true, force: true })
}
