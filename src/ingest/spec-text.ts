/** The words of a command line → an ImportSpec. Sqoop's names where Sqoop has the option. */
import { HourbaseError } from '../util/errors.js'
import {
  BULK_ROWS,
  type ImportSpec,
  type LookupSpec,
  type MysqlSourceSpec,
  type SourceSpec,
  type TransformSpec,
} from './import-spec.js'
import { LOCAL_TIME_POLICIES, type LocalTimePolicy } from './local-time.js'
import type { ZeroDates } from './mysql-types.js'

/** Options as the CLI reads them; lists are written with commas, repeatable options are arrays. */
export interface ImportTextOptions {
  readonly connect?: string
  readonly username?: string
  readonly socket?: string
  readonly sslMode?: string
  readonly sslCa?: string
  readonly passwordFile?: string
  readonly passwordEnv?: string
  readonly table?: string
  readonly query?: string
  readonly fromCsv?: string
  readonly delimiter?: string
  readonly encoding?: string
  readonly columns?: string
  readonly where?: string
  readonly splitBy?: string
  readonly targetTable?: string
  readonly columnFamily?: string
  readonly rowKey?: string
  readonly time?: string
  readonly createTable?: boolean
  readonly mapColumnFamily?: string
  readonly mapColumnType?: string
  readonly nullIf?: string
  readonly trim?: boolean
  readonly rename?: string
  readonly derive?: readonly string[]
  readonly lookup?: readonly string[]
  readonly drop?: string
  readonly zeroDates?: string
  readonly sourceTimezone?: string
  readonly localTime?: string
  readonly tinyint1AsBoolean?: boolean
  readonly job?: string
  readonly bulk?: boolean | string
  readonly pageRows?: string
  readonly maxErrors?: string
  readonly quarantine?: string
}

/** @throws INVALID_ARGUMENT naming the option */
export function specFromOptions(options: ImportTextOptions): ImportSpec {
  const source = sourceOf(options)
  const table = options.targetTable ?? options.table
  if (table === undefined) throw invalid('--target-table', 'it is missing', 'say which table the rows go to')
  return defined({
    job: options.job,
    source,
    table,
    family: options.columnFamily,
    rowKey: options.rowKey,
    time: options.time === 'none' ? null : options.time,
    createTable: options.createTable,
    columnFamilies:
      options.mapColumnFamily === undefined
        ? undefined
        : pairs(options.mapColumnFamily, '--map-column-family'),
    columnTypes:
      options.mapColumnType === undefined ? undefined : pairs(options.mapColumnType, '--map-column-type'),
    transforms: transformsOf(options),
    zeroDates: oneOf<ZeroDates>(options.zeroDates, ['keep', 'null', 'reject'], '--zero-dates'),
    sourceTimeZone: options.sourceTimezone,
    localTime: oneOf<LocalTimePolicy>(options.localTime, LOCAL_TIME_POLICIES, '--local-time'),
    tinyint1AsBoolean: options.tinyint1AsBoolean,
    maxErrors: options.maxErrors,
    quarantine:
      options.quarantine ??
      (options.maxErrors === undefined ? undefined : `${options.job ?? table}.rejected.jsonl`),
    bulkRows:
      options.bulk === true ? BULK_ROWS : options.bulk === false ? undefined : count(options.bulk, '--bulk'),
    pageRows: count(options.pageRows, '--page-rows'),
  })
}

function sourceOf(options: ImportTextOptions): SourceSpec {
  const { fromCsv, connect, socket } = options
  if (fromCsv !== undefined) {
    if (connect !== undefined)
      throw invalid('--from-csv', 'it cannot stand beside --connect', 'give one source')
    const delimiter = options.delimiter === '\\t' ? '\t' : options.delimiter
    if (delimiter !== undefined && delimiter.length !== 1)
      throw invalid('--delimiter', 'it is one character', "e.g. ';' or '\\t'")
    return defined({
      kind: 'csv',
      file: fromCsv,
      delimiter,
      encoding: oneOf(options.encoding, ['utf-8', 'latin1'] as const, '--encoding'),
    })
  }
  if (connect === undefined && socket === undefined) {
    throw invalid(
      '--connect',
      'the source is missing',
      'give --connect mysql://user@host/database or --from-csv file.csv.gz',
    )
  }
  return defined({
    ...(connect === undefined ? { kind: 'mysql' as const } : parseConnect(connect)),
    ...defined({
      user: options.username,
      socket,
      table: options.query === undefined ? options.table : undefined,
    }),
    ...defined({ query: options.query, where: options.where, sslCa: options.sslCa }),
    ...defined({ passwordFile: options.passwordFile, passwordEnv: options.passwordEnv }),
    columns: options.columns === undefined ? undefined : list(options.columns),
    splitBy: options.splitBy === undefined ? undefined : list(options.splitBy),
    sslMode: oneOf(options.sslMode, ['off', 'require', 'verify'] as const, '--ssl-mode'),
  })
}

/** `mysql://user@host:3306/database`, also as Sqoop writes it, with `jdbc:` before. */
export function parseConnect(text: string): MysqlSourceSpec {
  let url: URL
  try {
    url = new URL(text.replace(/^jdbc:/, ''))
  } catch {
    throw invalid(
      '--connect',
      `'${hidePassword(text)}' is no address`,
      'write mysql://user@host:3306/database',
    )
  }
  if (!['mysql:', 'mariadb:'].includes(url.protocol)) {
    throw invalid('--connect', `'${url.protocol}' is unknown`, 'write mysql://user@host:3306/database')
  }
  if (url.password !== '') {
    throw invalid(
      '--connect',
      'it holds a password, which everybody on this machine can see',
      'use --password-file, --password-env or -P',
    )
  }
  if (url.search !== '')
    throw invalid(
      '--connect',
      `parameters such as '${url.search}' are not understood`,
      'use --ssl-mode and --ssl-ca',
    )
  const database = decodeURIComponent(url.pathname.slice(1))
  return defined({
    kind: 'mysql',
    host: url.hostname === '' ? undefined : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    database: database === '' ? undefined : database,
  })
}

function hidePassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ':…@')
}

function transformsOf(options: ImportTextOptions): TransformSpec[] | undefined {
  const transforms: TransformSpec[] = []
  if (options.trim === true) transforms.push({ trim: true })
  if (options.nullIf !== undefined) transforms.push({ nullIf: options.nullIf.split(',') })
  if (options.rename !== undefined) transforms.push({ rename: pairs(options.rename, '--rename') })
  const lookups = (options.lookup ?? []).map(parseLookup)
  const derives = (options.derive ?? []).map(parseDerive)
  // What is made of a lookup's columns comes after the lookups.
  const isLate = (text: string): boolean => lookups.some(({ as }) => text.includes(`${as}:`))
  transforms.push(...derives.filter(({ derive }) => !isLate(derive)))
  transforms.push(...lookups.map((lookup) => ({ lookup })))
  transforms.push(...derives.filter(({ derive }) => isLate(derive)))
  if (options.drop !== undefined) transforms.push({ drop: list(options.drop) })
  return transforms.length === 0 ? undefined : transforms
}

function parseDerive(text: string): { as: string; derive: string } {
  const match = /^\s*([^=()]+?)\s*=\s*(.+)$/s.exec(text)
  if (match === null) throw invalid('--derive', `'${text}' is no column`, 'write name=function(column, …)')
  return { as: match[1]!, derive: match[2]!.trim() }
}

/** `w=weather.csv.gz on origin,time_hour take * miss null`; the source may be `mysql:table`, `mysql:(SELECT …)` or `store:table`. */
export function parseLookup(text: string): LookupSpec {
  const match = /^\s*([^=\s]+)\s*=\s*(.+?)\s+on\s+(\S.*?)\s+take\s+(.+?)(?:\s+miss\s+(\w+))?\s*$/is.exec(text)
  if (match === null) {
    throw invalid(
      '--lookup',
      `'${text}' is no lookup`,
      "write 'name=file.csv.gz on ours=theirs,both take a,b' or '… take *'",
    )
  }
  const [, as, source, on, take, miss] = match
  return defined({
    as: as!,
    from: lookupSource(source!),
    on: list(on!).map((pair): readonly [string, string] => {
      const [ours, theirs] = pair.split('=').map((part) => part.trim())
      return [ours!, theirs ?? ours!]
    }),
    take: take!.trim() === '*' ? '*' : list(take!),
    miss: oneOf(miss?.toLowerCase(), ['null', 'reject', 'skip'] as const, '--lookup … miss'),
  })
}

function lookupSource(text: string): SourceSpec {
  if (text.startsWith('store:')) return { kind: 'store', table: text.slice('store:'.length) }
  if (!text.startsWith('mysql:')) return { kind: 'csv', file: text }
  const name = text.slice('mysql:'.length)
  const query = /^\((.*)\)$/s.exec(name)?.[1]
  return query === undefined ? { kind: 'mysql', table: name } : { kind: 'mysql', query }
}

/** Commas inside parentheses do not part. */
function list(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function pairs(text: string, option: string): Record<string, string> {
  const found = list(text).map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1 || at === pair.length - 1) throw invalid(option, `'${pair}' is no pair`, 'write a=b,c=d')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
  return Object.fromEntries(found) as Record<string, string>
}

function count(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw invalid(option, `'${text}' is no number of rows`, 'give a whole number from 1')
}

function oneOf<T extends string>(
  text: string | undefined,
  known: readonly T[],
  option: string,
): T | undefined {
  if (text === undefined || (known as readonly string[]).includes(text)) return text as T | undefined
  throw invalid(option, `'${text}' is unknown`, `use ${known.join(', ')}`)
}

/** Without the properties that are undefined. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

function invalid(option: string, why: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `${option}: ${why}`, { where: { option }, hint })
}
