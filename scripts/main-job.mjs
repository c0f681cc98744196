/** The main job of `npm start`, step by step: MySQL → import → answers → HTTP. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'hourbase'
import { importTable, progressLine, resumeImport } from 'hourbase/ingest'
import { serve } from 'hourbase/server'
import { ensureMariadb, startMariadb } from './mariadb.mjs'
import { nycImports } from './nyc-imports.mjs'
import { fillNyc } from './nyc-mysql.mjs'
import { root } from './ready.mjs'

const NYC = join(root, 'examples', 'nyc')
const log = (line) => console.error(line)

/** @returns {Promise<number>} the exit code */
export async function runMainJob(options) {
  const stop = stopSignal()
  const found = existsSync(join(options.data, 'manifest'))
  const db = await open(options.data)
  try {
    log(found ? `data directory ${options.data}: opened` : `data directory ${options.data}: new`)
    await importBoth(db, options, stop.signal)
    const right = await printAnswers(db)
    if (options.exit) return right ? 0 : 1
    await serveUntilStopped(db, options, stop)
    return 0
  } catch (error) {
    if (stop.signal.aborted) return 130
    log(`error: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}`)
    return 1
  } finally {
    await db.close()
  }
}

function stopSignal() {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort(new Error(name)))
  return controller
}

async function importBoth(db, options, signal) {
  const imports = await unfinished(db)
  if (imports.length === 0) return
  const source = await mysqlSource(options)
  try {
    for (const { name, resume } of imports) {
      const spec = nycImports(source.address, NYC)[name]
      log(resume ? `resuming the import of ${name}` : `importing ${name} from ${source.label}`)
      const settings = { signal, password: source.password, onProgress: showProgress() }
      const report = resume ? await resumeImport(db, name, settings) : await importTable(db, spec, settings)
      const seconds = report.elapsedMs / 1000
      log(
        `${name}: ${count(report.rows)} rows in ${seconds.toFixed(1)} s (${count(Math.round(report.rowsPerSecond))} rows/s), ${report.rejected} rejected`,
      )
      for (const { as, hits, misses } of report.lookups)
        log(`  joined with ${as}: ${count(hits)} found, ${count(misses)} without`)
      if (report.status === 'stopped') throw new Error('stopped; npm start goes on where it was')
    }
  } finally {
    await source.stop()
  }
}

/** Which of the two imports are still to be done; says what is there. */
async function unfinished(db) {
  const { listImports } = await import('hourbase/ingest')
  const states = new Map((await listImports(db)).map((state) => [state.job, state]))
  const imports = []
  for (const name of ['weather', 'flights']) {
    const state = states.get(name)
    if (state?.status === 'done')
      log(`table ${name}: ${count(await db.table(name).count())} rows are there already`)
    else imports.push({ name, resume: state !== undefined })
  }
  return imports
}

/** A MySQL server with the two tables, or null addresses when the files are imported directly. */
async function mysqlSource(options) {
  if (options.mysql !== undefined) {
    const url = new URL(options.mysql)
    const password = decodeURIComponent(url.password) || (process.env.HOURBASE_MYSQL_PASSWORD ?? '')
    const address = {
      host: url.hostname,
      port: Number(url.port || 3306),
      user: decodeURIComponent(url.username),
      database: url.pathname.slice(1) || 'nyc',
    }
    await fillNyc({ ...address, password }, NYC, log)
    return { address, password, label: `MySQL at ${address.host}`, stop: async () => {} }
  }
  const isTerminal = Boolean(process.stdin.isTTY)
  const { found, reason } = await ensureMariadb({ install: isTerminal ? 'ask' : 'root', log })
  if (found === null) {
    log(`no MariaDB: ${reason}\nimporting the same files directly instead`)
    return { address: null, password: null, label: 'the CSV files', stop: async () => {} }
  }
  const server = await startMariadb({ log })
  try {
    const address = { host: server.host, port: server.port, user: server.user }
    await createDatabase({ ...address, password: server.password })
    await fillNyc({ ...address, password: server.password, database: 'nyc' }, NYC, log)
    return {
      address: { ...address, database: 'nyc' },
      password: server.password,
      label: 'MariaDB',
      stop: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function createDatabase(address) {
  const { createConnection } = await import('mysql2/promise')
  const connection = await createConnection(address)
  await connection.query('CREATE DATABASE IF NOT EXISTS nyc CHARACTER SET utf8mb4')
  await connection.end()
}

/** One line that is rewritten on a terminal; elsewhere a line every two seconds. */
function showProgress() {
  let last = 0
  return (progress) => {
    const isDone = progress.phase === 'done'
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${isDone ? '' : progressLine(progress)}`)
    else if (performance.now() - last > 2000 && !isDone) {
      last = performance.now()
      log(progressLine(progress))
    }
  }
}

function count(n) {
  return n.toLocaleString('en')
}

/** The analysts' answers as tables with their times, compared with recorded ones. @returns whether all are right */
async function printAnswers(db) {
  const { ANALYTICS_QUERIES, differences, recordedRows } = await import(
    '../dist/test/golden/analytics-queries.js'
  )
  let right = true
  for (const query of ANALYTICS_QUERIES) {
    const recorded = JSON.parse(
      readFileSync(join(root, 'test', 'golden', 'analytics', `${query.id}.json`), 'utf8'),
    )
    const started = performance.now()
    const rows = await db.table(query.table).aggregate(query.query)
    const ms = performance.now() - started
    const wrong = differences(query, rows, recorded.rows)
    console.log(`\n${recorded.title}\n`)
    printTable(
      query.fields.map((f) => f.column),
      recordedRows(query, rows),
    )
    console.log(
      `${rows.length} rows in ${ms.toFixed(1)} ms; ${wrong.length === 0 ? 'equal to the recorded answer' : `WRONG: ${wrong.slice(0, 3).join('; ')}`}`,
    )
    if (wrong.length > 0) right = false
  }
  return right
}

const SHOWN_ROWS = 6

function printTable(columns, rows) {
  const cells = rows.slice(0, SHOWN_ROWS).map((row) => row.map(shown))
  const widths = columns.map((name, c) => Math.max(name.length, ...cells.map((row) => row[c].length)))
  const line = (texts) => texts.map((text, c) => text.padStart(widths[c])).join('  ')
  console.log([line(columns), ...cells.map(line)].join('\n'))
  if (rows.length > SHOWN_ROWS) console.log(`… ${rows.length - SHOWN_ROWS} more`)
}

function shown(value) {
  if (value === null) return '-'
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : String(value)
}

const FIRST_PORT = 8080
const PORTS = 100

async function serveUntilStopped(db, options, stop) {
  const server = await listenNear(db, options)
  const example = (path) => `  ${server.url}${path}`
  console.log(`\nserving on ${server.url} (Ctrl-C ends it)\n`)
  console.log(example('/v1/tables'))
  console.log(example('/v1/tables/flights/scan?prefix.origin=JFK&from=2013-07-04&to=2013-07-05&limit=5'))
  console.log(
    example(
      '/v1/tables/weather/aggregate?prefix.origin=JFK&every=1d&timeZone=America/New_York&from=2013-07-01&to=2013-07-08&select=mean:avg(temp)&select=hours:count(*)',
    ),
  )
  if (!stop.signal.aborted)
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
  log('stopping')
  await server.stop()
}

async function listenNear(db, options) {
  if (options.port !== undefined) return serve(db, { port: Number(options.port) })
  for (let port = FIRST_PORT; ; port++) {
    try {
      return await serve(db, { port })
    } catch (error) {
      const busy =
        error.code === 'EADDRINUSE' ||
        error.cause?.code === 'EADDRINUSE' ||
        error.where?.errno === 'EADDRINUSE'
      if (!busy || port >= FIRST_PORT + PORTS) throw error
    }
  }
}
