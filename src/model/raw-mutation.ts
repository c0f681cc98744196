/**
 * Puts and deletes by HBase's rules → a Mutation. In typed tables a put is stamped by the row's event time and its values
 * must have a possible length; markers mask all that was written before them unless a timestamp is asked for.
 */
import { EMPTY, toBytes, utf8Decode } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { BytesLike, DeleteTarget, FamilyValues, PutCell, RowKeyLike, Scalar } from './api.js'
import { stampOf } from './batch-keys.js'
import { type Mutation, type MutationCell, TYPED_MARKER_TIMESTAMP } from './mutation.js'
import { CellType } from './row-block.js'
import type { TableSchema } from './table-schema.js'
import { impossibleLength, isValueLength, valueToBytes } from './value-bytes.js'
import { narrow, VALUE_BYTES_MAX } from './value-codec.js'
import { describeValue, rowInvalid, valueInvalid } from './value-error.js'
import { BYTES_TYPE } from './value-type.js'

export interface MutationOptions {
  readonly now: number
  /** Of cells that name none; default now. */
  readonly timestamp?: number | undefined
  readonly ttlMs?: number | undefined
  /** putValuesMutation only; default 'delete'. */
  readonly nulls?: 'skip' | 'delete' | undefined
  /** Of the row in its call, for errors. */
  readonly index?: number | undefined
}

/** Cells as HBase's clients give them. @throws ROW_INVALID when there is none. */
export function putMutation(
  schema: TableSchema,
  row: RowKeyLike,
  cells: readonly PutCell[],
  options: MutationOptions,
): Mutation {
  const key = schema.rowKey(row)
  const eventStamp = eventStampOf(schema, key)
  if (cells.length === 0) throw rowInvalid(options.index, 'there is nothing to put', 'give at least one cell')
  return {
    row: key,
    cells: cells.map((cell) => {
      const family = schema.familyIndex(cell.family)
      const qualifier = toBytes(cell.qualifier)
      const value = bytesOfCell(schema, family, qualifier, cell.value, options.index)
      checkBytes(schema, family, qualifier, value)
      return {
        family,
        qualifier,
        timestamp: eventStamp ?? checkTimestamp(cell.timestamp ?? options.timestamp ?? options.now),
        type: CellType.Put,
        ttlMs: checkTtl(cell.ttlMs ?? options.ttlMs),
        value,
      }
    }),
  }
}

/** Bytes are taken as they are; other values of a typed column by its type. */
function bytesOfCell(
  schema: TableSchema,
  family: number,
  qualifier: Uint8Array,
  value: Scalar,
  index: number | undefined,
): Uint8Array {
  if (value instanceof Uint8Array) return value
  const type = schema.stores[family]!.types.get(Buffer.from(qualifier).toString('latin1'))
  const place = { column: `${schema.descriptor.families[family]!.name}:${utf8Decode(qualifier)}`, row: index }
  if (type !== undefined && value !== null) return valueToBytes(type, value, place)
  if (typeof value === 'string') return toBytes(value)
  throw valueInvalid(place, type ?? BYTES_TYPE, value)
}

/** Values by family and column: bytes or text in a raw table, typed values in a typed one. Null deletes the column. */
export function putValuesMutation(
  schema: TableSchema,
  row: RowKeyLike,
  values: FamilyValues,
  options: MutationOptions,
): Mutation {
  const key = schema.rowKey(row)
  const stamp = eventStampOf(schema, key) ?? checkTimestamp(options.timestamp ?? options.now)
  const ttlMs = checkTtl(options.ttlMs)
  const cells: MutationCell[] = []
  for (const [familyName, columns] of Object.entries(values)) {
    const family = schema.familyIndex(familyName)
    for (const [name, value] of Object.entries(columns)) {
      if (value === undefined || (value === null && options.nulls === 'skip')) continue
      const qualifier = toBytes(name)
      if (value === null) {
        const timestamp = schema.isTyped ? TYPED_MARKER_TIMESTAMP : stamp
        cells.push({
          family,
          qualifier,
          timestamp,
          type: CellType.DeleteColumn,
          ttlMs: Number.NaN,
          value: EMPTY,
        })
        continue
      }
      const bytes = bytesOfValue(schema, familyName, name, value, options.index)
      cells.push({ family, qualifier, timestamp: stamp, type: CellType.Put, ttlMs, value: bytes })
    }
  }
  if (cells.length === 0)
    throw rowInvalid(options.index, 'there is nothing to put', 'give at least one value')
  return { row: key, cells }
}

function bytesOfValue(
  schema: TableSchema,
  family: string,
  name: string,
  value: Scalar,
  index: number | undefined,
): Uint8Array {
  const place = { column: `${family}:${name}`, row: index }
  let bytes: Uint8Array
  if (schema.isTyped) {
    const ref = schema.resolveColumn(`${family}:${name}`)
    if (ref.kind === 'key') throw rowInvalid(index, `'${name}' is a row-key part`)
    bytes = valueToBytes(schema.columns[ref.family]![ref.column]!.type, value, place)
  } else if (typeof value === 'string' || value instanceof Uint8Array) bytes = toBytes(value)
  else throw valueInvalid(place, BYTES_TYPE, value)
  checkSize(bytes, place.column)
  return bytes
}

export interface DeleteMutationOptions {
  readonly now: number
  /** Of markers that name none; default now, in typed tables above every time. */
  readonly timestamp?: number | undefined
  /**
   * For 'column' without timestamp: the timestamp of the column's nth newest version (0 = the newest), null = there is none.
   * The n-th such target of one column in one delete asks for n.
   */
  readonly newest?: (family: number, qualifier: Uint8Array, nth: number) => number | null
}

/** HBase's Delete: without targets the whole row. A 'family' discards what was listed before it for that family. */
export function deleteMutation(
  schema: TableSchema,
  row: RowKeyLike,
  what: readonly DeleteTarget[] | undefined,
  options: DeleteMutationOptions,
): Mutation {
  const key = schema.rowKey(row)
  const fallback = options.timestamp ?? (schema.isTyped ? TYPED_MARKER_TIMESTAMP : options.now)
  const marker = (family: number, qualifier: Uint8Array, type: number, timestamp: number): MutationCell => ({
    family,
    qualifier,
    timestamp: checkTimestamp(timestamp, type === CellType.Delete && schema.isTyped),
    type,
    ttlMs: Number.NaN,
    value: EMPTY,
  })
  if (what === undefined || what.length === 0) {
    const families = schema.descriptor.families
    return {
      row: key,
      cells: families.map((_, family) => marker(family, EMPTY, CellType.DeleteFamily, fallback)),
    }
  }
  let cells: MutationCell[] = []
  const asked = new Map<string, number>()
  for (const target of what) {
    const family = schema.familyIndex(target.family)
    if (target.kind === 'family') {
      cells = cells.filter((cell) => cell.family !== family)
      cells.push(marker(family, EMPTY, CellType.DeleteFamily, target.timestamp ?? fallback))
    } else if (target.kind === 'familyVersion') {
      cells.push(marker(family, EMPTY, CellType.DeleteFamilyVersion, target.timestamp))
    } else if (target.kind === 'columns') {
      const qualifier = targetQualifier(schema, target)
      cells.push(marker(family, qualifier, CellType.DeleteColumn, target.timestamp ?? fallback))
    } else if (target.kind === 'column') {
      const qualifier = targetQualifier(schema, target)
      const timestamp = target.timestamp ?? options.timestamp ?? nextNewest(options, asked, family, qualifier)
      cells.push(marker(family, qualifier, CellType.Delete, timestamp))
    } else {
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `a delete target is column, columns, family or familyVersion`,
        {
          where: { table: schema.name },
        },
      )
    }
  }
  return { row: key, cells }
}

function nextNewest(
  options: DeleteMutationOptions,
  asked: Map<string, number>,
  family: number,
  qualifier: Uint8Array,
): number {
  const id = `${family}:${Buffer.from(qualifier).toString('latin1')}`
  const nth = asked.get(id) ?? 0
  asked.set(id, nth + 1)
  return options.newest?.(family, qualifier, nth) ?? options.now
}

/** In a typed table a text names a known column; bytes, as HBase's doors give them, may be anything. */
function targetQualifier(schema: TableSchema, target: { family: string; qualifier: BytesLike }): Uint8Array {
  if (schema.isTyped && typeof target.qualifier === 'string') {
    schema.resolveColumn(`${target.family}:${target.qualifier}`)
  }
  return toBytes(target.qualifier)
}

/** The row's event time in ms; null where the table or the row has none. */
export function eventStampOf(schema: TableSchema, key: Uint8Array): number | null {
  if (schema.time === null) return null
  const slot = schema.key.readPart(schema.time.part, key)
  return slot === null ? null : stampOf(schema.time, typeof slot === 'bigint' ? narrow(slot) : slot)
}

function checkBytes(schema: TableSchema, family: number, qualifier: Uint8Array, value: Uint8Array): void {
  const column = `${schema.descriptor.families[family]!.name}:${utf8Decode(qualifier)}`
  checkSize(value, column)
  const type = schema.stores[family]!.types.get(Buffer.from(qualifier).toString('latin1'))
  if (type !== undefined && !isValueLength(type, value.length))
    throw impossibleLength(type, value.length, { column })
}

export function checkSize(value: Uint8Array, column: string): void {
  if (value.length <= VALUE_BYTES_MAX) return
  throw new HourbaseError(
    'LIMIT_EXCEEDED',
    `column '${column}': the value has ${value.length} bytes, ${VALUE_BYTES_MAX} at most`,
    {
      where: { column, bytes: value.length },
      hint: 'cut it into several cells, or keep it in a file',
    },
  )
}

/** HBase refuses negative timestamps; event times before 1970 (`mayBeNegative`) are typed tables' own. */
function checkTimestamp(timestamp: number, mayBeNegative = false): number {
  if (Number.isSafeInteger(timestamp) && (timestamp >= 0 || mayBeNegative)) return timestamp
  throw new HourbaseError('INVALID_ARGUMENT', `timestamp is ${describeValue(timestamp)}`, {
    hint: 'give whole milliseconds since 1970',
  })
}

export function checkTtl(ttlMs: number | undefined): number {
  if (ttlMs === undefined) return Number.NaN
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 0) return ttlMs
  throw new HourbaseError('INVALID_ARGUMENT', `ttlMs is ${ttlMs}`, { hint: 'give whole milliseconds ≥ 0' })
}
