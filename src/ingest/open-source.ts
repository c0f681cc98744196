/** A source's spec → the source. */
import type { Database } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import { CsvSource } from './csv-source.js'
import {
  type ImportSpec,
  type MysqlSourceSpec,
  nullTextsOf,
  PAGE_ROWS,
  type SourceSpec,
} from './import-spec.js'
import { MysqlSource } from './mysql-source.js'
import type { RowSource } from './source.js'
import { StoreSource } from './store-source.js'

export interface SourceContext {
  readonly db: Database
  readonly spec: ImportSpec
  readonly password: string | null
}

const MYSQL_PORT = 3306

/** `source`: the import's own, or a lookup's; a MySQL lookup goes where the import goes unless it says otherwise. */
export function openSource(source: SourceSpec, { db, spec, password }: SourceContext): RowSource {
  const pageRows = spec.pageRows ?? PAGE_ROWS
  switch (source.kind) {
    case 'csv':
      return new CsvSource({
        file: source.file,
        delimiter: source.delimiter ?? null,
        encoding: source.encoding ?? 'utf-8',
        nullTexts: nullTextsOf(spec),
        pageRows,
      })
    case 'store':
      return new StoreSource(db, source.table)
    case 'mysql':
      return openMysql(source, spec, password, pageRows)
  }
}

function openMysql(
  own: MysqlSourceSpec,
  spec: ImportSpec,
  password: string | null,
  pageRows: number,
): RowSource {
  const main = spec.source.kind === 'mysql' ? spec.source : own
  const database = own.database ?? main.database
  if ((own.table === undefined) === (own.query === undefined)) {
    throw new HourbaseError('INVALID_ARGUMENT', 'a MySQL source is a table or a query, one of them', {
      hint: 'give --table or --query',
    })
  }
  if (database === undefined || database === '') {
    throw new HourbaseError('INVALID_ARGUMENT', 'the MySQL database is missing', {
      hint: 'write --connect mysql://host/database',
    })
  }
  return new MysqlSource({
    address: {
      host: own.host ?? main.host ?? '127.0.0.1',
      port: own.port ?? main.port ?? MYSQL_PORT,
      socket: own.socket ?? main.socket ?? null,
      user: own.user ?? main.user ?? 'root',
      database,
      sslMode: own.sslMode ?? main.sslMode ?? 'off',
      sslCa: own.sslCa ?? main.sslCa ?? null,
    },
    password,
    table: own.table ?? null,
    query: own.query ?? null,
    columns: own.columns ?? null,
    where: own.where ?? null,
    splitBy: own.splitBy ?? [],
    pageRows,
    zeroDates: spec.zeroDates ?? 'reject',
    tinyint1AsBoolean: spec.tinyint1AsBoolean ?? false,
  })
}
