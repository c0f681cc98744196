/**
 * Makes the clone ready: installs dependencies (without install scripts) and builds when something is missing or older than
 * its source. Plain Node; nothing to do takes a few ms.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Hourbase needs Node 20.19 or newer; this is ${process.version}. See https://nodejs.org`)
  process.exit(1)
}

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

function newest(path) {
  let time = 0
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return time
}

function mtime(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

/** @param {{ quiet?: boolean }} [options] */
export function makeReady(options = {}) {
  const say = (text) => options.quiet || console.error(text)
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (mtime(installed) < mtime(join(root, 'package-lock.json'))) {
    say('installing dependencies (npm ci --ignore-scripts) …')
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  }
  const stamp = join(root, 'dist', '.built')
  const sources = ['src', 'server', 'cli', 'bench', 'test'].map((folder) => join(root, folder))
  const changed = Math.max(mtime(join(root, 'tsconfig.json')), ...sources.filter(existsSync).map(newest))
  if (mtime(stamp) < changed || mtime(stamp) < mtime(installed)) {
    say('building …')
    run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'])
    run(process.execPath, ['-e', `require('node:fs').writeFileSync(${JSON.stringify(stamp)}, '')`])
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makeReady()
