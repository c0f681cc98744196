/** Rows of a MySQL table or query, by keyset pages inside one snapshot, one page read ahead. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Scalar } from '../model/api.js'
import { nearestHint } from '../model/names.js'
import { utf8 } from '../util/bytes.js'
import { checksum } from '../util/checksum.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import { addressText } from './mysql-errors.js'
import {
  duplicateKeySql,
  type KeysetQuery,
  keyPositions,
  nullKeysSql,
  pageSql,
  streamSql,
} from './mysql-keyset.js'
import {
  chooseKey,
  type KeyChoice,
  type MysqlSchema,
  readQuerySchema,
  readTableSchema,
} from './mysql-schema.js'
import { escapeText, type MysqlAddress, MysqlSession } from './mysql-session.js'
import { type MysqlColumn, quoteName, sourceColumnOf, type ZeroDates } from './mysql-types.js'
import { bytesCut, PAGE_BYTES_MAX } from './page-cut.js'
import type { Cursor, Page, RawRow, RowSource, SourceDescription, SourceStatus } from './source.js'

export interface MysqlSourceOptions {
  readonly address: MysqlAddress
  readonly password: string | null
  /** One of table and query. */
  readonly table: string | null
  readonly query: string | null
  readonly columns: readonly string[] | null
  readonly where: string | null
  readonly splitBy: readonly string[]
  readonly pageRows: number
  readonly zeroDates: ZeroDates
  readonly tinyint1AsBoolean: boolean
}

const RECONNECTS_MAX = 6
const RECONNECT_FIRST_MS = 200
const RECONNECT_LAST_MS = 5_000
/** One answer of the server, before it is cut into pages. */
const ANSWER_BYTES_MAX = 4 * PAGE_BYTES_MAX
const ANSWER_ROWS_MIN = 50

/** The driver gives no bigints and no booleans. */
type KeyValues = readonly (string | number | Uint8Array | null)[]

interface Opened {
  readonly session: MysqlSession
  readonly query: KeysetQuery
  readonly choice: KeyChoice
  readonly positions: readonly number[]
  readonly rowBytes: number
  readonly description: SourceDescription
}

export class MysqlSource implements RowSource {
  readonly #options: MysqlSourceOptions
  #opened: Opened | null = null
  #session: MysqlSession | null = null
  #hasSnapshot = false
  #snapshotLost = false
  #reconnects = 0

  constructor(options: MysqlSourceOptions) {
    this.#options = options
  }

  async describe(): Promise<SourceDescription> {
    return (await this.#open()).description
  }

  async estimateRows(): Promise<number | null> {
    const { table, where, address } = this.#options
    if (table === null || where !== null) return null
    const { session } = await this.#open()
    const rows = await session.rows(
      'SELECT TABLE_ROWS FROM information_schema.TABLES ' +
        `WHERE TABLE_SCHEMA = ${escapeText(address.database)} AND TABLE_NAME = ${escapeText(table)}`,
    )
    const estimate = Number(rows[0]?.[0] ?? 0)
    return estimate > 0 ? estimate : null
  }

  async *pages(from: Cursor | null): AsyncGenerator<Page> {
    const { query, choice, positions } = await this.#open()
    await this.#startSnapshot()
    if (query.keys.length === 0) {
      yield* this.#stretch(streamSql(query))
      return
    }
    if (!choice.unique) await this.#checkUnique(query)
    yield* this.#keysetPages((from?.['after'] ?? null) as KeyValues | null, positions)
    if (query.nulls === 'apart' && query.keys.some((key) => key.nullable))
      yield* this.#stretch(nullKeysSql(query))
  }

  position(page: Page, row: number): Readonly<Record<string, Scalar>> {
    const { query, positions } = this.#opened!
    const values = page.rows[row]!
    return Object.fromEntries(query.keys.map((key, i) => [key.name, values[positions[i]!] ?? null]))
  }

  status(): SourceStatus {
    const snapshot = this.#snapshotLost ? 'lost' : this.#hasSnapshot ? 'kept' : 'none'
    return { snapshot, reconnects: this.#reconnects }
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    this.#opened = null
    await session?.close()
  }

  async #open(): Promise<Opened> {
    if (this.#opened !== null) return this.#opened
    const options = this.#options
    const session = await MysqlSession.open(options.address, options.password)
    this.#session = session
    const { database } = options.address
    const from =
      options.table === null
        ? derivedTable(options.query!)
        : `${quoteName(database)}.${quoteName(options.table)}`
    const schema =
      options.table === null
        ? await readQuerySchema(session, from)
        : await readTableSchema(session, database, options.table)
    const columns = selectColumns(schema, options.columns)
    const choice = chooseKey(
      schema,
      options.splitBy,
      options.table === null ? 'the query' : `table ${options.table}`,
    )
    const query: KeysetQuery = { from, columns, where: options.where, keys: choice.keys, nulls: choice.nulls }
    const description = describe(options, columns, choice)
    this.#opened = {
      session,
      query,
      choice,
      positions: keyPositions(query),
      rowBytes: schema.rowBytes,
      description,
    }
    return this.#opened
  }

  async #startSnapshot(): Promise<void> {
    if (this.#hasSnapshot) return
    await this.#session!.startSnapshot()
    this.#hasSnapshot = true
  }

  async *#keysetPages(after: KeyValues | null, positions: readonly number[]): AsyncGenerator<Page> {
    const { query, rowBytes } = this.#opened!
    const rowsMax = this.#options.pageRows
    let limit = rowBytes > 0 ? clampRows(ANSWER_BYTES_MAX / rowBytes, rowsMax) : rowsMax
    const fetch = (key: KeyValues | null, rows: number): Promise<RawRow[]> => {
      const answer = this.#rowsWithReconnect(pageSql(query, key, rows, escapeText))
      // it is awaited a page later; until then a failure must not count as unhandled
      answer.catch(() => {})
      return answer
    }
    let asked = limit
    let answer = fetch(after, asked)
    for (;;) {
      const rows = await answer
      const isLast = rows.length < asked
      const bytes = bytesCut(rows, 0, Number.MAX_SAFE_INTEGER).bytes
      if (rows.length > 0) limit = clampRows((ANSWER_BYTES_MAX * rows.length) / bytes, rowsMax)
      if (!isLast) {
        asked = limit
        answer = fetch(keyOf(rows.at(-1)!, positions), asked)
      }
      yield* cutPages(rows, (row) => ({ after: keyOf(row, positions) }))
      if (isLast) return
    }
  }

  /** Rows that can only be read from their beginning: no cursor, so a stopped run reads them again. */
  async *#stretch(sql: string): AsyncGenerator<Page> {
    for await (const rows of this.#session!.stream(sql, this.#options.pageRows))
      yield* cutPages(rows, () => null)
  }

  async #rowsWithReconnect(sql: string): Promise<RawRow[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.#session === null) await this.#reconnect()
        return await this.#session!.rows(sql)
      } catch (error) {
        if (
          !isHourbaseError(error, 'SOURCE_UNREACHABLE') ||
          attempt === RECONNECTS_MAX ||
          this.#opened === null
        )
          throw error
        this.#session?.destroy()
        this.#session = null
        await delay(Math.min(RECONNECT_LAST_MS, RECONNECT_FIRST_MS * 2 ** attempt))
      }
    }
  }

  async #reconnect(): Promise<void> {
    const session = await MysqlSession.open(this.#options.address, this.#options.password)
    await session.startSnapshot()
    this.#session = session
    this.#snapshotLost = true
    this.#reconnects++
  }

  async #checkUnique(query: KeysetQuery): Promise<void> {
    const twice = (await this.#session!.rows(duplicateKeySql(query)))[0]
    if (twice === undefined) return
    const names = query.keys.map((key) => key.name)
    throw new HourbaseError(
      'SOURCE_INVALID',
      `--split-by ${names.join(',')} is not unique: ${twice.join(', ')} occurs more than once`,
      {
        where: { columns: names.join(','), value: twice.join(', ') },
        hint: 'name columns that tell every row apart, or leave --split-by out',
      },
    )
  }
}

function clampRows(rows: number, max: number): number {
  return Math.max(Math.min(ANSWER_ROWS_MIN, max), Math.min(max, Math.floor(rows)))
}

function keyOf(row: RawRow, positions: readonly number[]): KeyValues {
  return positions.map((position) => row[position]) as unknown as KeyValues
}

function* cutPages(rows: readonly RawRow[], cursorOf: (last: RawRow) => Cursor | null): Generator<Page> {
  let from = 0
  while (from < rows.length) {
    const { to } = bytesCut(rows, from, PAGE_BYTES_MAX)
    const part = from === 0 && to === rows.length ? rows : rows.slice(from, to)
    yield { rows: part, lines: null, damaged: [], cursor: cursorOf(part.at(-1)!) }
    from = to
  }
}

/** Sqoop's $CONDITIONS may stand in a query; our own conditions go around it. */
function derivedTable(query: string): string {
  return `(${query.trim().replace(/;+$/, '').replaceAll('$CONDITIONS', '(1 = 1)')}) AS q`
}

function selectColumns(schema: MysqlSchema, names: readonly string[] | null): readonly MysqlColumn[] {
  if (names === null) return schema.columns
  return names.map((name) => {
    const column = schema.columns.find((candidate) => candidate.name === name)
    if (column !== undefined) return column
    throw new HourbaseError('SOURCE_INVALID', `there is no column '${name}' in the source`, {
      where: { column: name },
      hint: nearestHint(
        name,
        schema.columns.map((candidate) => candidate.name),
      ),
    })
  })
}

function describe(
  options: MysqlSourceOptions,
  columns: readonly MysqlColumn[],
  choice: KeyChoice,
): SourceDescription {
  const { address, table } = options
  const keyColumns = choice.keys.map((key) => key.name)
  const shape = [...columns.map((column) => `${column.name} ${column.sourceType}`), ...keyColumns].join('\n')
  return {
    name: `mysql ${addressText(address)} ${address.database}.${table ?? '(query)'}`,
    columns: columns.map((column) => sourceColumnOf(column, options)),
    keyColumns,
    fingerprint: `mysql:${checksum(1, utf8(shape)).toString(16)}`,
    notes: choice.note === null ? [] : [choice.note],
  }
}
