/** A table definition as people write it (api.ts TableOptions) → the descriptor, checked whole and with every default filled in. */
import { compareBytes, utf8 } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { FamilyOptions, TableOptions } from './api.js'
import type { FamilyDescriptor, RowKeyPart, TableDescriptor } from './descriptor.js'
import { checkColumnName, checkFamilyName, checkPartName, checkTableName, nearestHint } from './names.js'
import { parseSplitPolicy } from './split-policy-text.js'
import { parseValueType } from './value-type.js'

export interface TableIds {
  readonly tableId: number
  /** In ascending order of the families' names. */
  readonly familyIds: readonly number[]
  /** A hidden table of the store itself: may lie in namespace hbase. */
  readonly system?: boolean
}

const DURABILITIES = ['SKIP_WAL', 'ASYNC_WAL', 'SYNC_WAL', 'FSYNC_WAL'] as const
const KEEP_DELETED = ['FALSE', 'TRUE', 'TTL'] as const
const COMPACTIONS = ['EXPLORING', 'DATE_TIERED', 'FIFO'] as const
const BLOOM_FILTERS = ['NONE', 'ROW'] as const
const COMPRESSIONS = ['LZ4', 'NONE'] as const
const TABLE_OPTIONS = [
  'rowKey',
  'time',
  'families',
  'durability',
  'regionBytesMax',
  'readOnly',
  'splitPolicy',
  'bytesMax',
  'splits',
]
const FAMILY_OPTIONS = [
  'columns',
  'versions',
  'minVersions',
  'ttlMs',
  'keepDeletedCells',
  'newVersionBehavior',
  'bloomFilter',
  'compression',
  'blockBytesMax',
  'compaction',
]

const MIB = 1024 * 1024
const RAW_BLOCK_BYTES = 65_536
/** Typed rows are narrow: this holds some thousand of them, where the encoding pays. */
const TYPED_BLOCK_BYTES = 262_144
const BLOCK_BYTES_MIN = 1024
const BLOCK_BYTES_MAX = 16 * MIB
const REGION_BYTES_DEFAULT = 10 * 1024 * MIB
const REGION_BYTES_MIN = MIB
const FAMILIES_MAX = 64

/** @throws INVALID_ARGUMENT naming the option that is wrong. Splits are row keys: see TableSchema.splitKeys. */
export function defineTable(name: string, options: TableOptions, ids: TableIds): TableDescriptor {
  const table = checkTableName(name, ids.system === true)
  checkOptions(options, TABLE_OPTIONS, `table '${table}'`)
  const rowKey =
    options.rowKey === undefined || options.rowKey === null ? null : parseRowKey(table, options.rowKey)
  const names = familyNames(table, options)
  if (names.length !== ids.familyIds.length) {
    throw new HourbaseError('INTERNAL', `${names.length} families but ${ids.familyIds.length} ids`)
  }
  return {
    id: ids.tableId,
    name: table,
    families: names.map((family, i) =>
      defineFamily(table, family, options.families[family]!, ids.familyIds[i]!, rowKey !== null),
    ),
    rowKey,
    time: eventTimePart(table, options.time, rowKey),
    durability: oneOf(options.durability ?? 'FSYNC_WAL', DURABILITIES, `${table}.durability`),
    regionBytesMax: integer(
      options.regionBytesMax ?? REGION_BYTES_DEFAULT,
      REGION_BYTES_MIN,
      Number.MAX_SAFE_INTEGER,
      `${table}.regionBytesMax`,
    ),
    readOnly: flag(options.readOnly ?? false, `${table}.readOnly`),
    ...(options.splitPolicy === undefined ? {} : { splitPolicy: parseSplitPolicy(options.splitPolicy).text }),
    ...(options.bytesMax === undefined
      ? {}
      : { bytesMax: integer(options.bytesMax, 1, Number.MAX_SAFE_INTEGER, `${table}.bytesMax`) }),
  }
}

function familyNames(table: string, options: TableOptions): string[] {
  if (typeof options.families !== 'object' || options.families === null || Array.isArray(options.families)) {
    throw invalid(`${table}.families`, 'it is missing', 'name at least one, e.g. families: { d: {} }')
  }
  const names = Object.keys(options.families)
  if (names.length === 0)
    throw invalid(`${table}.families`, 'it is empty', 'name at least one, e.g. families: { d: {} }')
  if (names.length > FAMILIES_MAX) {
    throw invalid(
      `${table}.families`,
      `there are ${names.length}, ${FAMILIES_MAX} at most`,
      'few families: columns cost nothing, families do',
    )
  }
  names.forEach(checkFamilyName)
  return names.sort((a, b) => compareBytes(utf8(a), utf8(b)))
}

function defineFamily(
  table: string,
  name: string,
  options: FamilyOptions,
  id: number,
  typed: boolean,
): FamilyDescriptor {
  const at = `${table}.families.${name}`
  checkOptions(options, FAMILY_OPTIONS, `family '${name}' of table '${table}'`)
  const versions =
    options.versions === Infinity
      ? Infinity
      : integer(options.versions ?? 1, 1, 2 ** 31 - 1, `${at}.versions`)
  const minVersions = integer(options.minVersions ?? 0, 0, 2 ** 31 - 1, `${at}.minVersions`)
  const ttlMs =
    options.ttlMs === Infinity
      ? Infinity
      : integer(options.ttlMs ?? Infinity, 1, Number.MAX_SAFE_INTEGER, `${at}.ttlMs`)
  const compaction = oneOf(options.compaction ?? 'EXPLORING', COMPACTIONS, `${at}.compaction`)
  const newVersionBehavior = flag(options.newVersionBehavior ?? typed, `${at}.newVersionBehavior`)
  if (minVersions > versions)
    throw invalid(`${at}.minVersions`, `${minVersions} is above versions = ${versions}`, 'raise versions')
  if (typed && !newVersionBehavior) {
    throw invalid(
      `${at}.newVersionBehavior`,
      'a typed table goes by the order of writes',
      'leave it out, or leave out rowKey',
    )
  }
  if (compaction === 'FIFO' && (ttlMs === Infinity || minVersions > 0)) {
    throw invalid(
      `${at}.compaction`,
      'FIFO drops whole files by age',
      'give ttlMs and no minVersions, or take another policy',
    )
  }
  return {
    id,
    name,
    versions,
    minVersions,
    ttlMs,
    keepDeletedCells: oneOf(options.keepDeletedCells ?? 'FALSE', KEEP_DELETED, `${at}.keepDeletedCells`),
    newVersionBehavior,
    bloomFilter: oneOf(options.bloomFilter ?? 'ROW', BLOOM_FILTERS, `${at}.bloomFilter`),
    compression: oneOf(options.compression ?? 'LZ4', COMPRESSIONS, `${at}.compression`),
    blockBytesMax: integer(
      options.blockBytesMax ?? (typed ? TYPED_BLOCK_BYTES : RAW_BLOCK_BYTES),
      BLOCK_BYTES_MIN,
      BLOCK_BYTES_MAX,
      `${at}.blockBytesMax`,
    ),
    compaction,
    columns: defineColumns(at, name, options, typed),
  }
}

function defineColumns(
  at: string,
  family: string,
  options: FamilyOptions,
  typed: boolean,
): FamilyDescriptor['columns'] {
  const columns = Object.entries(options.columns ?? {})
  if (columns.length > 0 && !typed) {
    throw invalid(
      `${at}.columns`,
      'typed columns need typed row keys',
      "add rowKey, e.g. rowKey: ['id:long']",
    )
  }
  return columns.map(([name, type]) => {
    checkColumnName(family, name)
    return { name, type: parseTypeAt(`${at}.columns.${name}`, type) }
  })
}

function parseRowKey(table: string, texts: readonly string[]): RowKeyPart[] {
  const at = `${table}.rowKey`
  if (!Array.isArray(texts) || texts.length === 0) {
    throw invalid(
      at,
      'it names no part',
      "e.g. rowKey: ['station:string', 'hour:hour']; leave it out for a raw table",
    )
  }
  const seen = new Set<string>()
  return texts.map((text: unknown) => {
    const colon = typeof text === 'string' ? text.indexOf(':') : -1
    if (typeof text !== 'string' || colon < 0)
      throw invalid(at, `'${String(text)}' has no type`, "write name:type, e.g. 'station:string'")
    const name = text.slice(0, colon)
    checkPartName(name)
    if (seen.has(name)) throw invalid(at, `part '${name}' is named twice`, 'every part has its own name')
    seen.add(name)
    const nullable = text.endsWith('?')
    return { name, type: parseTypeAt(at, text.slice(colon + 1, nullable ? -1 : undefined)), nullable }
  })
}

function parseTypeAt(at: string, type: unknown): ReturnType<typeof parseValueType> {
  if (typeof type !== 'string')
    throw invalid(at, `its type is ${typeof type}`, "a type is a text, e.g. 'double'")
  return parseValueType(type)
}

const TIME_TYPES = ['datetime', 'hour', 'day']

/** Given by name; by default the only part that is a time; null: none. */
function eventTimePart(
  table: string,
  time: string | null | undefined,
  rowKey: readonly RowKeyPart[] | null,
): string | null {
  const times = (rowKey ?? []).filter((part) => TIME_TYPES.includes(part.type.name)).map((part) => part.name)
  if (time === undefined) return times.length === 1 ? times[0]! : null
  if (time === null || times.includes(time)) return time
  const known =
    times.length === 0 ? 'the row key has no datetime, hour or day part' : nearestHint(time, times)
  throw invalid(`${table}.time`, `'${time}' is no datetime, hour or day part of the row key`, known)
}

function checkOptions(options: unknown, known: readonly string[], what: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(what, 'its options are no object', `options: ${known.join(', ')}`)
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(what, `there is no option '${name}'`, nearestHint(name, known))
  }
}

function oneOf<const T extends string>(value: unknown, known: readonly T[], at: string): T {
  if (known.includes(value as T)) return value as T
  throw invalid(at, `'${String(value)}' is not known`, nearestHint(String(value), known))
}

function integer(value: number, min: number, max: number, at: string): number {
  if (value === Infinity && at.endsWith('.ttlMs')) return value
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw invalid(
    at,
    `${String(value)} is not a whole number from ${min} to ${max}`,
    'mind the unit: it ends the name',
  )
}

function flag(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(at, `${String(value)} is neither true nor false`, 'give true or false')
}

function invalid(at: string, why: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `${at}: ${why}`, { where: { option: at }, hint })
}
