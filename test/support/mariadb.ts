/**
 * Tests against a real MariaDB. Where there is none they are skipped, loudly; with HOURBASE_EXPECT_MARIADB=1 that is a
 * failure. One server a test file, started with the first test and stopped after the last.
 */
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, test } from 'vitest'
import { findMariadb, type MariadbServer, startMariadb } from '../../scripts/mariadb.mjs'
import type { MysqlSourceSpec } from '../../src/ingest/import-spec.js'

const START_MS = 60_000

export interface TestMysql {
  readonly server: MariadbServer
  /** The source's address, in a database of its own. */
  readonly address: MysqlSourceSpec
  readonly password: string
  /** Runs statements in that database. */
  run(...statements: string[]): Promise<void>
  /** Any connection, as root. */
  readonly connection: Connection
}

let starting: Promise<MariadbServer> | null = null
let databases = 0

/** A test with a server and an empty database. */
export function mariadbTest(name: string, body: (mysql: TestMysql) => Promise<void>): void {
  if (findMariadb() !== null) {
    test(name, { timeout: START_MS }, () => withDatabase(body))
    return
  }
  const reason = 'no MariaDB server here: node scripts/mariadb.mjs install'
  if (process.env['HOURBASE_EXPECT_MARIADB'] === '1') {
    test(name, () => {
      throw new Error(reason)
    })
    return
  }
  process.stderr.write(`SKIPPED '${name}': ${reason}\n`)
  test.skip(name)
}

async function withDatabase(body: (mysql: TestMysql) => Promise<void>): Promise<void> {
  starting ??= startMariadb()
  const server = await starting
  const { user, password, socket, host, port } = server
  const connection = await createConnection({
    socketPath: socket,
    user,
    password,
    multipleStatements: true,
    charset: 'utf8mb4',
  })
  const database = `t${++databases}`
  try {
    await connection.query(
      `CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}; SET sql_mode = ''; SET time_zone = '+00:00'`,
    )
    await body({
      server,
      address: { kind: 'mysql', host: host!, port: port!, user, database },
      password,
      connection,
      run: async (...statements) => {
        for (const statement of statements) await connection.query(statement)
      },
    })
  } finally {
    await connection.end()
  }
}

afterAll(async () => {
  if (starting !== null) await (await starting).stop()
})
