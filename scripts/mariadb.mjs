/**
 * A private MariaDB server for the demo and the tests. Plain Node, no dependencies.
 *
 *   node scripts/mariadb.mjs find               prints the server's path, exit 1 when there is none
 *   node scripts/mariadb.mjs install            installs Debian's package (root only)
 *   node scripts/mariadb.mjs start [directory]  runs a server until stdin ends or Ctrl-C
 *
 * The server runs under a guardian process that holds the other end of a pipe: when the process that asked for the server
 * ends, however it ends, the pipe closes and the guardian stops the server and removes what was temporary.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'

const READY_MS = 60_000
const STOP_MS = 15_000
/** The kernel's limit for the path of a Unix socket, with room for the file name. */
const SOCKET_PATH_MAX = 100
const isRoot = process.getuid?.() === 0

/** Where the server and its installer are, or null. */
export function findMariadb() {
  const server = findProgram(['mariadbd', 'mysqld'])
  const installDb = findProgram(['mariadb-install-db', 'mysql_install_db'])
  return server === null || installDb === null ? null : { server, installDb }
}

function findProgram(names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  folders.push(
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/opt/homebrew/opt/mariadb/bin',
  )
  for (const name of names) {
    for (const folder of folders) {
      if (folder === '') continue
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {}
    }
  }
  return null
}

/**
 * Finds MariaDB, and where that is allowed installs it.
 * install: 'never'; 'root': without asking, when this is root on a Debian; 'ask': the same after a question on the terminal.
 * Answers { found, installed, reason }: `found` is findMariadb()'s answer, `reason` says why it is null.
 */
export async function ensureMariadb({ install = 'never', log = () => {} } = {}) {
  const found = findMariadb()
  if (found !== null) return { found, installed: false, reason: null }
  const manual = 'install it yourself: apt-get install mariadb-server, or brew install mariadb'
  if (install === 'never')
    return { found: null, installed: false, reason: `no MariaDB server found; ${manual}` }
  if (findProgram(['apt-get']) === null) {
    return { found: null, installed: false, reason: `no MariaDB server and no apt-get here; ${manual}` }
  }
  if (!isRoot)
    return {
      found: null,
      installed: false,
      reason: `no MariaDB server, and only root may install one; ${manual}`,
    }
  if (
    install === 'ask' &&
    !(await askYes('MariaDB is not installed. Install mariadb-server with apt-get now? [y/N] '))
  ) {
    return { found: null, installed: false, reason: `MariaDB was not wanted; ${manual}` }
  }
  const reason = installByApt(log)
  const now = findMariadb()
  return {
    found: now,
    installed: now !== null,
    reason: now === null ? (reason ?? 'installed, but no mariadbd found') : null,
  }
}

async function askYes(question) {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim())
  } finally {
    terminal.close()
  }
}

/** Null when it went well, else why not. */
function installByApt(log) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const policy = '/usr/sbin/policy-rc.d'
  // The package must not start a system service: Debian asks this file first (101 = forbidden).
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'mariadb-server']]) {
      log(`apt-get ${args.join(' ')}`)
      const run = spawnSync('apt-get', args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
      if (run.status !== 0) {
        return `apt-get ${args[0]} failed: ${(run.stderr || run.stdout || String(run.error)).trim().split('\n').at(-1)}`
      }
    }
    return null
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/**
 * Starts a private server. `directory` is made when it is not there and kept; without it the server lives in a temporary
 * directory that goes with it. `tcp`: listen on a free port of 127.0.0.1 too.
 * Answers { socket, port, host, user, password, passwordFile, directory, stop() }.
 */
export async function startMariadb({ directory, tcp = true, log = () => {} } = {}) {
  const found = findMariadb()
  if (found === null) throw new Error('no MariaDB server found; node scripts/mariadb.mjs install')
  const temporary = directory === undefined
  const home = temporary ? mkdtempSync(join(tmpdir(), 'hourbase-mariadb-')) : resolve(directory)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const socket = join(home, 's')
  if (socket.length > SOCKET_PATH_MAX)
    throw new Error(`${home}: too long for a Unix socket, at most ${SOCKET_PATH_MAX} characters`)
  try {
    const password = preparePassword(home)
    prepareData(found, home, log)
    const port = tcp ? await freePort() : null
    const guardian = await startGuardian({ server: found.server, home, socket, port, temporary })
    log(`MariaDB runs in ${home}${port === null ? '' : `, port ${port}`}`)
    const host = tcp ? '127.0.0.1' : null
    const stop = () => stopGuardian(guardian)
    return {
      socket,
      port,
      host,
      user: 'root',
      password,
      passwordFile: join(home, 'password'),
      directory: home,
      stop,
    }
  } catch (error) {
    if (temporary) rmSync(home, { recursive: true, force: true })
    throw error
  }
}

/** One password a directory, in a file that only its owner can read (good for --password-file). */
function preparePassword(home) {
  const path = join(home, 'password')
  if (!existsSync(path)) writeFileSync(path, randomBytes(18).toString('base64url'), { mode: 0o600 })
  const password = readFileSync(path, 'utf8').trim()
  const accounts = ["'root'@'localhost'", "'root'@'127.0.0.1'"]
  const statements = [
    "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));",
    'FLUSH PRIVILEGES;',
    ...accounts.flatMap((account) => [
      `CREATE OR REPLACE USER ${account} IDENTIFIED BY '${password}';`,
      `GRANT ALL ON *.* TO ${account} WITH GRANT OPTION;`,
    ]),
  ]
  writeFileSync(join(home, 'init.sql'), `${statements.join('\n')}\n`, { mode: 0o600 })
  return password
}

function prepareData(found, home, log) {
  const data = join(home, 'data')
  if (existsSync(join(data, 'mysql'))) return
  log('preparing the data directory')
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  if (isRoot) args.push('--user=root')
  const run = spawnSync(found.installDb, args, { encoding: 'utf8' })
  if (run.status !== 0) {
    rmSync(data, { recursive: true, force: true })
    throw new Error(`${found.installDb} failed: ${(run.stderr || run.stdout || String(run.error)).trim()}`)
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

async function startGuardian(plan) {
  const guardian = spawn(process.execPath, [fileURLToPath(import.meta.url), 'guard', JSON.stringify(plan)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Its own process group: Ctrl-C reaches the parent alone, which closes the pipe in its own time.
    detached: true,
  })
  guardian.unref()
  guardian.stdin.unref()
  const ended = new Promise((done) => guardian.once('exit', done))
  const ready = await Promise.race([waitForGreeting(plan.socket), ended.then(() => false)])
  if (ready) return { guardian, ended }
  guardian.stdin.end()
  await ended
  const path = join(plan.home, 'log')
  const tail = existsSync(path)
    ? readFileSync(path, 'utf8').trim().split('\n').slice(-5).join('\n')
    : 'no log'
  throw new Error(`MariaDB did not start:\n${tail}`)
}

async function stopGuardian({ guardian, ended }) {
  guardian.ref()
  guardian.stdin.end()
  await ended
}

/** A server that sends its greeting has read its init file and takes connections. */
async function waitForGreeting(socket) {
  const until = Date.now() + READY_MS
  while (Date.now() < until) {
    if (await greets(socket)) return true
    await new Promise((done) => setTimeout(done, 50))
  }
  return false
}

function greets(socket) {
  return new Promise((done) => {
    const connection = connect(socket)
    const finish = (answer) => {
      connection.destroy()
      done(answer)
    }
    connection.once('data', () => finish(true))
    connection.once('error', () => finish(false))
    connection.once('close', () => done(false))
  })
}

/** The guardian's life: run the server, wait for the pipe to close, stop the server, clean up. */
function guard({ server, home, socket, port, temporary }) {
  const args = [
    '--no-defaults',
    `--datadir=${join(home, 'data')}`,
    `--socket=${socket}`,
    `--pid-file=${join(home, 'pid')}`,
    `--init-file=${join(home, 'init.sql')}`,
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--innodb-buffer-pool-size=128M',
    '--innodb-flush-log-at-trx-commit=2',
    ...(port === null ? ['--skip-networking'] : [`--port=${port}`, '--bind-address=127.0.0.1']),
    ...(isRoot ? ['--user=root'] : []),
  ]
  const log = openSync(join(home, 'log'), 'a', 0o600)
  const child = spawn(server, args, { stdio: ['ignore', log, log] })
  const stop = () => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref()
  }
  child.once('error', () => process.exit(1))
  child.once('exit', (code) => {
    if (temporary) rmSync(home, { recursive: true, force: true })
    process.exit(code ?? 1)
  })
  process.stdin.resume()
  process.stdin.once('end', stop)
  process.stdin.once('error', stop)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop)
}

async function main([command, argument]) {
  const log = (line) => process.stderr.write(`${line}\n`)
  if (command === 'guard') return guard(JSON.parse(argument))
  if (command === 'find') {
    const found = findMariadb()
    if (found === null) return exitWith(1, 'no MariaDB server found')
    return process.stdout.write(`${found.server}\n`)
  }
  if (command === 'install') {
    const { found, reason } = await ensureMariadb({ install: 'root', log })
    return found === null ? exitWith(1, reason) : process.stdout.write(`${found.server}\n`)
  }
  if (command === 'start') {
    const server = await startMariadb(argument === undefined ? { log } : { directory: argument, log })
    process.stdout.write(`${JSON.stringify({ ...server, password: undefined })}\n`)
    const stop = () => server.stop().then(() => process.exit(0))
    process.stdin.resume()
    process.stdin.once('end', stop)
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    return
  }
  return exitWith(1, 'usage: node scripts/mariadb.mjs find | install | start [directory]')
}

function exitWith(code, message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = code
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
