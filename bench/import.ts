/**
 * Import against the bare mysql2 stream of the same query, in one process, on a private MariaDB: NYC flights (16 columns), with
 * the UTC hour computed; smoke: the weather table. Prints JSON; null where no MariaDB can be had.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { open } from 'hourbase'
import { type ImportSpec, importTable } from 'hourbase/ingest'
import { createConnection } from 'mysql2'
import { createConnection as connect } from 'mysql2/promise'

export interface ImportFigures {
  readonly table: string
  readonly rows: number
  readonly bareMs: number
  readonly importMs: number
}

interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

interface Scripts {
  startMariadb(
    options: object,
  ): Promise<{ host: string; port: number; user: string; password: string; stop(): Promise<void> }>
  findMariadb(): unknown
  fillNyc(address: Address, folder: string, log: (line: string) => void): Promise<void>
  nycImports(address: object, folder: string): Record<'flights' | 'weather', ImportSpec>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

async function scripts(): Promise<Scripts> {
  const files = ['mariadb', 'nyc-mysql', 'nyc-imports']
  const modules = await Promise.all(files.map((name) => import(join(ROOT, 'scripts', `${name}.mjs`))))
  return Object.assign({}, ...modules) as Scripts
}

export async function measureImport(size: 'full' | 'smoke', repeats: number): Promise<ImportFigures | null> {
  const { findMariadb, startMariadb, fillNyc, nycImports } = await scripts()
  if (findMariadb() === null) return null
  const folder = join(ROOT, 'examples', 'nyc')
  const server = await startMariadb({})
  const { host, port, user, password } = server
  const address = { host, port, user, password, database: 'nyc' }
  try {
    const admin = await connect({ host, port, user, password })
    await admin.query('CREATE DATABASE IF NOT EXISTS nyc CHARACTER SET utf8mb4')
    await admin.end()
    await fillNyc(address, folder, () => undefined)
    const table = size === 'full' ? 'flights' : 'weather'
    const { password: _, ...source } = address
    const spec = withoutLookup(nycImports(source, folder)[table])
    let rows = 0
    const bare: number[] = []
    const ours: number[] = []
    for (let i = 0; i < repeats; i++) {
      bare.push(await bareStream(address, table))
      const done = await oneImport(spec, password)
      ours.push(done.ms)
      rows = done.rows
    }
    return { table, rows, bareMs: Math.min(...bare), importMs: Math.min(...ours) }
  } finally {
    await server.stop()
  }
}

/** The join has no counterpart in the bare query. */
function withoutLookup(spec: ImportSpec): ImportSpec {
  const transforms = (spec.transforms ?? []).filter((t) => !('lookup' in t) && !('rename' in t))
  return { ...spec, transforms }
}

function bareStream(address: Address, table: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const connection = createConnection({
      ...address,
      rowsAsArray: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
    })
    const start = performance.now()
    connection
      .query(`SELECT * FROM ${table}`)
      .on('error', reject)
      .on('result', () => undefined)
      .on('end', () => {
        const ms = performance.now() - start
        connection.end(() => resolve(ms))
      })
  })
}

async function oneImport(spec: ImportSpec, password: string): Promise<{ ms: number; rows: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'hourbase-bench-import-'))
  const db = await open(directory)
  try {
    const start = performance.now()
    const report = await importTable(db, spec, { password })
    return { ms: performance.now() - start, rows: report.rows }
  } finally {
    await db.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** The share of the bare stream's rate that the import reaches, as a line. */
export function importLine(figures: ImportFigures | null): string {
  if (figures === null) return 'import: not measured, no MariaDB here (node scripts/mariadb.mjs install)\n'
  const { table, rows, bareMs, importMs } = figures
  const rate = (ms: number) => `${Math.round(rows / ms)} k rows/s`
  const share = ((100 * bareMs) / importMs).toFixed(0)
  return `import of ${table}, ${rows} rows: ${rate(importMs)}; bare mysql2 stream ${rate(bareMs)}: ${share} % of it (target ≥ 25 %)\n`
}
