/** A table's descriptor compiled once: what stores must know, names → columns, row keys, and how rows get their timestamps. */
import { compareBytes, EMPTY, keySuccessor, prefixSuccessor, toBytes, utf8 } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { KeyParts, RowKeyLike } from './api.js'
import type { FamilyDescriptor, StoreSchema, TableDescriptor } from './descriptor.js'
import { nearestHint } from './names.js'
import { KEY_BYTES_MAX, RowKeyCodec } from './row-key.js'
import { DAY_MS, HOUR_MS } from './time-zone.js'
import { rowInvalid } from './value-error.js'
import type { ValueType } from './value-type.js'

export type ColumnRef =
  | { readonly kind: 'key'; readonly part: number }
  | { readonly kind: 'column'; readonly family: number; readonly column: number }

export interface SchemaColumn {
  /** Indexes into TableDescriptor.families and FamilyDescriptor.columns. */
  readonly family: number
  readonly column: number
  /** As typed rows name it: the short name where it is unique and no row-key part has it, else `family:column`. */
  readonly name: string
  readonly qualifiedName: string
  /** As its family names it. */
  readonly columnName: string
  readonly qualifier: Uint8Array
  readonly type: ValueType
}

/** The row-key part that stamps the row. */
export interface EventTime {
  readonly part: number
  readonly type: ValueType
  readonly nullable: boolean
  /** ms of one unit of the part's slot: hour, day; a datetime's µs is a thousandth. */
  readonly msPerUnit: number
}

export class TableSchema {
  readonly descriptor: TableDescriptor
  readonly name: string
  readonly isTyped: boolean
  /** By family. */
  readonly stores: readonly StoreSchema[]
  /** By family, in the order of FamilyDescriptor.columns; empty lists in a raw table. */
  readonly columns: readonly (readonly SchemaColumn[])[]
  /** The same, ascending by qualifier: the order in blocks. */
  readonly columnsByQualifier: readonly (readonly SchemaColumn[])[]
  /** Null: rows are stamped with the write's clock. */
  readonly time: EventTime | null
  /** Whether every cell's timestamp is a function of its row key. */
  readonly stampsFollowKey: boolean
  readonly #key: RowKeyCodec | null
  readonly #refs: ReadonlyMap<string, ColumnRef>
  readonly #families: ReadonlyMap<string, number>

  constructor(descriptor: TableDescriptor) {
    this.descriptor = descriptor
    this.name = descriptor.name
    this.isTyped = descriptor.rowKey !== null
    this.#key = descriptor.rowKey === null ? null : new RowKeyCodec(descriptor.rowKey)
    this.#families = new Map(descriptor.families.map((family, index) => [family.name, index]))
    this.columns = compileColumns(descriptor)
    this.columnsByQualifier = this.columns.map((columns) =>
      columns.toSorted((a, b) => compareBytes(a.qualifier, b.qualifier)),
    )
    this.#refs = compileRefs(descriptor, this.columns)
    const suffixBytes = this.#key?.suffixBytes ?? 0
    this.stores = descriptor.families.map((family) => storeSchema(family, suffixBytes))
    this.time = compileTime(descriptor)
    this.stampsFollowKey = this.time !== null && !this.time.nullable
  }

  /** @throws INVALID_ARGUMENT on a raw table. */
  get key(): RowKeyCodec {
    if (this.#key !== null) return this.#key
    throw new HourbaseError('INVALID_ARGUMENT', `table '${this.name}' is raw: its row keys have no parts`, {
      where: { table: this.name },
      hint: 'give row keys as bytes or text',
    })
  }

  /** `d:temp`, a short name that is unique, or a row-key part. @throws COLUMN_NOT_FOUND */
  resolveColumn(name: string): ColumnRef {
    const ref = this.#refs.get(name)
    if (ref !== undefined) return ref
    const owners = this.columns.flat().filter((column) => column.qualifiedName.endsWith(`:${name}`))
    const hint =
      owners.length > 1
        ? `say which one: ${owners.map((column) => column.qualifiedName).join(', ')}`
        : nearestHint(name, this.columnNames())
    throw new HourbaseError('COLUMN_NOT_FOUND', `table '${this.name}' has no column '${name}'`, {
      where: { table: this.name, column: name },
      hint,
    })
  }

  /** Row-key parts and columns as typed rows name them. */
  columnNames(): string[] {
    const parts = (this.descriptor.rowKey ?? []).map((part) => part.name)
    return [...parts, ...this.columns.flat().map((column) => column.name)]
  }

  /** @throws FAMILY_NOT_FOUND */
  familyIndex(name: string): number {
    const index = this.#families.get(name)
    if (index !== undefined) return index
    throw new HourbaseError('FAMILY_NOT_FOUND', `table '${this.name}' has no family '${name}'`, {
      where: { table: this.name, family: name },
      hint: nearestHint(name, [...this.#families.keys()]),
    })
  }

  /** A whole row key. Bytes in a typed table are an encoded key and must decode. @throws ROW_INVALID, VALUE_INVALID */
  rowKey(row: RowKeyLike): Uint8Array {
    if (this.isTyped) {
      if (isParts(row)) return this.key.encode(row)
      this.key.decode(this.#bytesOf(row))
    }
    const key = this.#bytesOf(row)
    if (key.length === 0)
      throw rowInvalid(undefined, 'the row key is empty', 'a row key has at least one byte')
    return key
  }

  /** A bound of a scan: leading parts are enough, and any bytes will do. */
  rowBound(row: RowKeyLike): Uint8Array {
    return this.isTyped && isParts(row) ? this.key.encodePrefix(row) : this.#bytesOf(row)
  }

  /** The rows that begin with these parts or bytes: [start, stop), an empty stop is open. */
  prefixRange(prefix: RowKeyLike): { start: Uint8Array; stop: Uint8Array } {
    const start = this.rowBound(prefix)
    const whole = this.isTyped && isParts(prefix) && this.key.isComplete(prefix)
    return { start, stop: whole ? keySuccessor(start) : prefixSuccessor(start) }
  }

  /** Start keys of a pre-split, ascending. @throws INVALID_ARGUMENT where two are the same or one is empty. */
  splitKeys(splits: readonly RowKeyLike[]): Uint8Array[] {
    const keys = splits.map((split) => this.rowBound(split)).sort(compareBytes)
    for (let i = 0; i < keys.length; i++) {
      if (compareBytes(keys[i]!, keys[i - 1] ?? EMPTY) > 0) continue
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `table '${this.name}': a split key is empty or named twice`,
        {
          where: { table: this.name },
          hint: 'n different keys make n + 1 regions',
        },
      )
    }
    return keys
  }

  #bytesOf(row: RowKeyLike): Uint8Array {
    if (typeof row === 'string' && this.isTyped) {
      const parts = this.key.parts.map((part) => part.name).join(', ')
      throw rowInvalid(undefined, `a text is no row of '${this.name}'`, `give the parts: { ${parts} }`)
    }
    if (typeof row !== 'string' && !(row instanceof Uint8Array)) {
      throw rowInvalid(
        undefined,
        `table '${this.name}' is raw: a row is bytes or text`,
        'give a Uint8Array or a string',
      )
    }
    const key = toBytes(row)
    if (key.length > KEY_BYTES_MAX) {
      throw rowInvalid(
        undefined,
        `the row key has ${key.length} bytes, ${KEY_BYTES_MAX} at most`,
        'use a shorter key',
      )
    }
    return key
  }
}

function isParts(row: RowKeyLike): row is KeyParts {
  return typeof row === 'object' && row !== null && !(row instanceof Uint8Array)
}

function compileColumns(descriptor: TableDescriptor): SchemaColumn[][] {
  const uses = new Map<string, number>((descriptor.rowKey ?? []).map((part) => [part.name, 1]))
  for (const family of descriptor.families) {
    for (const { name } of family.columns) uses.set(name, (uses.get(name) ?? 0) + 1)
  }
  return descriptor.families.map((family, familyIndex) =>
    family.columns.map(({ name, type }, column) => {
      const qualifiedName = `${family.name}:${name}`
      // A short name with a colon could be taken for another family's column.
      const isShort = uses.get(name) === 1 && !name.includes(':')
      return {
        family: familyIndex,
        column,
        name: isShort ? name : qualifiedName,
        qualifiedName,
        columnName: name,
        qualifier: utf8(name),
        type,
      }
    }),
  )
}

function compileRefs(
  descriptor: TableDescriptor,
  columns: readonly (readonly SchemaColumn[])[],
): Map<string, ColumnRef> {
  const refs = new Map<string, ColumnRef>()
  for (const { family, column, name, qualifiedName } of columns.flat()) {
    const ref: ColumnRef = { kind: 'column', family, column }
    refs.set(qualifiedName, ref)
    refs.set(name, ref)
  }
  descriptor.rowKey?.forEach((part, index) => {
    refs.set(part.name, { kind: 'key', part: index })
  })
  return refs
}

function storeSchema(family: FamilyDescriptor, suffixBytes: 0 | 4): StoreSchema {
  const types = new Map(family.columns.map(({ name, type }) => [Buffer.from(name).toString('latin1'), type]))
  return { suffixBytes, types }
}

function compileTime(descriptor: TableDescriptor): EventTime | null {
  if (descriptor.time === null) return null
  const part = descriptor.rowKey!.findIndex(({ name }) => name === descriptor.time)
  const { type, nullable } = descriptor.rowKey![part]!
  const msPerUnit = type.name === 'hour' ? HOUR_MS : type.name === 'day' ? DAY_MS : 0.001
  return { part, type, nullable, msPerUnit }
}
