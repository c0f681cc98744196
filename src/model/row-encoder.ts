/**
 * A batch of rows → one unsorted RowBlock a family, in the order given, as the WAL and the MemStore take it. All rows are
 * checked before anything is handed out. Every row of a block has a cell in that family; where a row has none, it is left
 * out and the block's sequences are explicit.
 */
import { HourbaseError } from '../util/errors.js'
import type { FamilyValues, RowInput, RowKeyLike } from './api.js'
import { type BatchRows, buildBlock, existenceColumn } from './batch-block.js'
import { type BatchKeys, encodeKeys } from './batch-keys.js'
import { type FilledColumn, fillColumn, Presence } from './column-filler.js'
import { encodeMutations } from './mutation-encoder.js'
import { putValuesMutation } from './raw-mutation.js'
import type { RowBlock } from './row-block.js'
import {
  checkNames,
  mixedSources,
  type RowSources,
  rowsAreMixed,
  type Source,
  sourcesOf,
} from './row-input.js'
import type { SchemaColumn, TableSchema } from './table-schema.js'
import { rowInvalid } from './value-error.js'

export interface EncodeOptions {
  /** Judges TTL. */
  readonly now: number
  /** Stamps rows without event time; default now. */
  readonly timestamp?: number | undefined
  /** 'delete': a null deletes its column. */
  readonly nulls: 'skip' | 'delete'
  /** Row i of the call gets sequenceBase + i. */
  readonly sequenceBase: number
  /** Cell TTL of every cell. */
  readonly ttlMs?: number
}

export interface EncodedBatch {
  readonly rowCount: number
  /** By family; null where no row has a cell. */
  readonly blocks: (RowBlock | null)[]
}

/** @throws ROW_INVALID, VALUE_INVALID, COLUMN_NOT_FOUND, FAMILY_NOT_FOUND, EXPIRED_WRITE, each naming the row's index. */
export function encodeRows(
  schema: TableSchema,
  rows: readonly RowInput[],
  options: EncodeOptions,
): EncodedBatch {
  if (rows.length === 0) return { rowCount: 0, blocks: schema.descriptor.families.map(() => null) }
  if (!schema.isTyped) return encodeRawRows(schema, rows, options)
  if (options.ttlMs !== undefined && !(Number.isSafeInteger(options.ttlMs) && options.ttlMs >= 0)) {
    throw new HourbaseError('INVALID_ARGUMENT', `ttlMs is ${options.ttlMs}`, {
      hint: 'give whole milliseconds ≥ 0',
    })
  }
  try {
    return (
      encode(schema, sourcesOf(schema, rows), options) ?? encode(schema, mixedSources(schema, rows), options)!
    )
  } catch (error) {
    if (!rowsAreMixed(rows)) throw error
    return encode(schema, mixedSources(schema, rows), options)!
  }
}

/** Null where a flat row names a column in another way than typed rows do. */
function encode(schema: TableSchema, sources: RowSources, options: EncodeOptions): EncodedBatch | null {
  const rowCount = sources.rowCount
  const keys = encodeKeys(schema, sources.keys, options.timestamp ?? options.now)
  const seen = new Uint32Array(rowCount).fill(schema.key.parts.length)
  const filled = schema.columnsByQualifier.map((columns, family) =>
    fillFamily(columns, sources, family, seen),
  )
  if (!checkNames(schema, sources, seen)) return null
  const present = filled.map((columns) => rowsPresent(columns, rowCount, options.nulls === 'delete'))
  const empty = rowsWithoutValue(filled, rowCount)
  if (empty !== null) addExistence(filled, present, empty)
  for (let family = 0; family < filled.length; family++) {
    checkExpiry(schema, family, keys, filled[family]!, options)
  }
  const blocks = filled.map((columns, family) => {
    const rowsHere = present[family]!
    if (rowsHere !== null && rowsHere.length === 0) return null
    return blockOf(schema, sources, keys, columns, rowsHere, options)
  })
  return { rowCount, blocks }
}

/** Columns with any value or null, ascending by qualifier. */
function fillFamily(
  columns: readonly SchemaColumn[],
  sources: RowSources,
  family: number,
  seen: Uint32Array,
): FilledColumn[] {
  const filled: FilledColumn[] = []
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!
    const name = sources.isFlat ? column.name : column.columnName
    const one = fillColumn(column, sources.families[family]!, name, seen)
    if (one.values + one.nulls > 0) filled.push(one)
  }
  return filled
}

/** The rows that have a cell (or a marker, if nulls delete) in these columns; null = all. */
function rowsPresent(
  columns: readonly FilledColumn[],
  rowCount: number,
  markers: boolean,
): Uint32Array | null {
  for (const { values, nulls } of columns) if (values + (markers ? nulls : 0) === rowCount) return null
  const rows = new Uint32Array(rowCount)
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < columns.length; c++) {
      const presence = columns[c]!.presence[row]
      if (presence !== Presence.Value && !(markers && presence === Presence.Null)) continue
      rows[count++] = row
      break
    }
  }
  return count === rowCount ? null : rows.slice(0, count)
}

/** 1 for every row without a value in any family: it is kept by an empty cell. Null = there is none. */
function rowsWithoutValue(filled: readonly (readonly FilledColumn[])[], rowCount: number): Uint8Array | null {
  for (const columns of filled) for (const { values } of columns) if (values === rowCount) return null
  const empty = new Uint8Array(rowCount).fill(1)
  let left = rowCount
  for (const columns of filled) {
    for (const { presence } of columns) {
      for (let row = 0; row < rowCount; row++) {
        if (presence[row] !== Presence.Value || empty[row] === 0) continue
        empty[row] = 0
        left--
      }
    }
  }
  return left === 0 ? null : empty
}

/** The empty cells lie in the first family, under the empty qualifier, which sorts first. */
function addExistence(filled: FilledColumn[][], present: (Uint32Array | null)[], empty: Uint8Array): void {
  const rowCount = empty.length
  const column = existenceColumn(empty)
  filled[0]!.unshift(column)
  if (present[0] === null) return
  const rows: number[] = []
  const before = new Set(present[0])
  for (let row = 0; row < rowCount; row++) if (empty[row] === 1 || before.has(row)) rows.push(row)
  present[0] = rows.length === rowCount ? null : Uint32Array.from(rows)
}

function blockOf(
  schema: TableSchema,
  sources: RowSources,
  keys: BatchKeys,
  columns: readonly FilledColumn[],
  rows: Uint32Array | null,
  options: EncodeOptions,
): RowBlock {
  const batch: BatchRows = {
    suffixBytes: schema.key.suffixBytes,
    keys:
      rows === null ? keys : encodeKeys(schema, pick(sources.keys, rows), options.timestamp ?? options.now),
    columns,
    rows,
  }
  return buildBlock(batch, options)
}

function pick(sources: readonly Source[], rows: Uint32Array): Source[] {
  const picked = new Array<Source>(rows.length)
  for (let i = 0; i < rows.length; i++) picked[i] = sources[rows[i]!]!
  return picked
}

/** A write that no read would ever show is an error. MIN_VERSIONS keeps the newest cells beyond the TTL. */
function checkExpiry(
  schema: TableSchema,
  family: number,
  keys: BatchKeys,
  columns: readonly FilledColumn[],
  options: EncodeOptions,
): void {
  const { ttlMs, minVersions, name } = schema.descriptor.families[family]!
  const familyLimit = minVersions > 0 ? -Infinity : options.now - ttlMs
  const limit = Math.max(familyLimit, options.now - (options.ttlMs ?? Infinity))
  if (limit === -Infinity) return
  for (let row = 0; row < keys.timestamps.length; row++) {
    if (keys.timestamps[row]! >= limit) continue
    if (!columns.some(({ presence }) => presence[row] === Presence.Value)) continue
    const stamp = new Date(keys.timestamps[row]!).toISOString()
    throw new HourbaseError(
      'EXPIRED_WRITE',
      `row ${row}: its time ${stamp} is past the TTL of family '${name}'`,
      {
        where: { table: schema.name, family: name, row, timestamp: keys.timestamps[row]! },
        hint: 'leave rows out that are older than the TTL, or raise ttlMs',
      },
    )
  }
}

/** Raw rows come as { row: bytes or text, values: { family: { qualifier: bytes or text } } }. */
function encodeRawRows(schema: TableSchema, rows: readonly RowInput[], options: EncodeOptions): EncodedBatch {
  const mutations = rows.map((input, i) => {
    const { row, values } = input as { row: RowKeyLike; values: FamilyValues }
    if (typeof values !== 'object' || values === null) {
      throw rowInvalid(
        i,
        `table '${schema.name}' is raw: give { row, values }`,
        "e.g. { row: 'r1', values: { f: { q: 'v' } } }",
      )
    }
    return putValuesMutation(schema, row, values, {
      now: options.now,
      timestamp: options.timestamp,
      ttlMs: options.ttlMs,
      nulls: options.nulls,
      index: i,
    })
  })
  return {
    rowCount: rows.length,
    blocks: encodeMutations(schema, mutations, options.sequenceBase),
  }
}
