/**
 * One MySQL connection as the import needs it: text protocol, rows as arrays, every value exact, session zone UTC, and one
 * consistent snapshot for all that it reads.
 */
import { readFileSync } from 'node:fs'
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  escape as escapeValue,
  type FieldPacket,
  type QueryError,
} from 'mysql2'
import { mysqlError } from './mysql-errors.js'
import type { RawRow } from './source.js'

export interface MysqlAddress {
  readonly host: string
  readonly port: number
  /** Path of a Unix socket; then host and port are unused. */
  readonly socket: string | null
  readonly user: string
  readonly database: string
  /** 'require': encrypted, any certificate; 'verify': checked against `sslCa` or the system's authorities. */
  readonly sslMode: 'off' | 'require' | 'verify'
  readonly sslCa: string | null
}

const CONNECT_MS = 15_000
/** Without these six the driver rounds, shifts or parses what it reads. */
const EXACT: ConnectionOptions = {
  rowsAsArray: true,
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  jsonStrings: true,
  decimalNumbers: false,
}
// An empty sql_mode: zero dates may be compared with, quotes and backslashes mean what our literals assume.
const SESSION = [
  "SET SESSION sql_mode = ''",
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION net_write_timeout = 3600',
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
]

export function escapeText(text: string): string {
  return escapeValue(text)
}

export class MysqlSession {
  readonly #address: MysqlAddress
  readonly #connection: Connection

  private constructor(address: MysqlAddress, connection: Connection) {
    this.#address = address
    this.#connection = connection
    // An error without a query in flight shows in the next query.
    connection.on('error', () => {})
  }

  /** @throws SOURCE_UNREACHABLE, SOURCE_DENIED, SOURCE_INVALID */
  static async open(address: MysqlAddress, password: string | null): Promise<MysqlSession> {
    const connection = createConnection({
      ...EXACT,
      ...(address.socket === null
        ? { host: address.host, port: address.port }
        : { socketPath: address.socket }),
      ...(address.sslMode === 'off' ? {} : { ssl: sslOptions(address) }),
      user: address.user,
      database: address.database,
      charset: 'utf8mb4',
      connectTimeout: CONNECT_MS,
      ...(password === null ? {} : { password }),
    })
    const session = new MysqlSession(address, connection)
    try {
      await new Promise<void>((resolve, reject) => {
        connection.connect((error) => (error === null ? resolve() : reject(error)))
      })
      for (const statement of SESSION) await session.rows(statement)
    } catch (error) {
      session.destroy()
      throw mysqlError(error, address)
    }
    return session
  }

  startSnapshot(): Promise<RawRow[]> {
    return this.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT')
  }

  async rows(sql: string): Promise<RawRow[]> {
    return (await this.query(sql)).rows
  }

  query(sql: string): Promise<{ rows: RawRow[]; fields: FieldPacket[] }> {
    return new Promise((resolve, reject) => {
      this.#connection.query(
        { sql, rowsAsArray: true },
        (error: QueryError | null, rows: unknown, fields: FieldPacket[]) => {
          if (error !== null) reject(mysqlError(error, this.#address))
          else resolve({ rows: rows as RawRow[], fields })
        },
      )
    })
  }

  /** The rows of one long answer in batches; the server is held back while a batch is worked on. */
  async *stream(sql: string, batchRows: number): AsyncGenerator<RawRow[]> {
    const connection = this.#connection
    let batch: RawRow[] = []
    let state: 'open' | 'ended' | { error: unknown } = 'open'
    let wake = (): void => {}
    const query = connection.query({ sql, rowsAsArray: true })
    query.on('result', (row: unknown) => {
      batch.push(row as RawRow)
      if (batch.length < batchRows) return
      connection.pause()
      wake()
    })
    query.on('error', (error) => {
      state = { error }
      wake()
    })
    query.on('end', () => {
      if (state === 'open') state = 'ended'
      wake()
    })
    const isOpen = (): boolean => state === 'open'
    try {
      for (;;) {
        if (isOpen() && batch.length < batchRows) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        const full = batch
        batch = []
        if (full.length > 0) yield full
        if (typeof state === 'object') throw mysqlError((state as { error: unknown }).error, this.#address)
        if (!isOpen() && batch.length === 0) return
        connection.resume()
      }
    } finally {
      // Leaving early: the rest of the answer is not worth reading.
      if (isOpen()) connection.destroy()
    }
  }

  /** Says goodbye; a connection that is broken already is no error. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.end(() => resolve())
      this.#connection.once('error', () => resolve())
    })
  }

  destroy(): void {
    this.#connection.destroy()
  }
}

function sslOptions({ sslMode, sslCa }: MysqlAddress): { ca?: string; rejectUnauthorized: boolean } {
  return {
    rejectUnauthorized: sslMode === 'verify',
    ...(sslCa === null ? {} : { ca: readFileSync(sslCa, 'utf8') }),
  }
}
