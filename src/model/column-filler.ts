/** One typed column of a batch: values of all rows checked and put into the arrays of a Column. */
import { HourbaseError } from '../util/errors.js'
import { decimalToBytes } from './decimal.js'
import { Column, Kind, NO_UINTS } from './row-block.js'
import { guarded, readProperty, type Source } from './row-input.js'
import type { SchemaColumn } from './table-schema.js'
import { TextEntries } from './text-entries.js'
import { toSlot, VALUE_BYTES_MAX } from './value-codec.js'
import { valueInvalid } from './value-error.js'
import type { ValueType } from './value-type.js'

export const Presence = { Absent: 0, Value: 1, Null: 2 } as const

export interface FilledColumn {
  /** Its slot r is row r's; `valid` is not set. */
  readonly column: Column
  /** A Presence a row. */
  readonly presence: Uint8Array
  readonly values: number
  readonly nulls: number
}

type Sources = readonly (Source | undefined)[]

/** Adds 1 to seen[row] for every property that is there. @throws VALUE_INVALID naming row and column. */
export function fillColumn(
  schemaColumn: SchemaColumn,
  sources: Sources,
  name: string,
  seen: Uint32Array,
): FilledColumn {
  const own = guarded(sources, name)
  const presence = new Uint8Array(sources.length)
  const read: Reading = { sources: own.sources, name: own.name, presence, seen, nulls: 0, values: 0 }
  const type = schemaColumn.type
  const column =
    type.name === 'double'
      ? fillDoubles(schemaColumn, read)
      : type.name === 'string' || type.name === 'bytes'
        ? fillBytes(schemaColumn, read)
        : fillNumbers(schemaColumn, read)
  return { column, presence, values: read.values, nulls: read.nulls }
}

interface Reading {
  readonly sources: Sources
  readonly name: string
  readonly presence: Uint8Array
  readonly seen: Uint32Array
  nulls: number
  values: number
}

/** The hot loop: doubles need no conversion. */
function fillDoubles(schemaColumn: SchemaColumn, read: Reading): Column {
  const { sources, name, presence, seen } = read
  const column = new Column(schemaColumn.qualifier, schemaColumn.type, Kind.F64)
  const numbers = new Float64Array(sources.length)
  let values = 0
  for (let row = 0; row < sources.length; row++) {
    const source = sources[row]
    if (source === undefined) continue
    const value = readProperty(source, name)
    if (typeof value === 'number') {
      numbers[row] = value
      presence[row] = Presence.Value
      seen[row] = seen[row]! + 1
      values++
    } else if (value !== undefined) {
      if (value !== null) throw invalid(schemaColumn, row, value)
      presence[row] = Presence.Null
      seen[row] = seen[row]! + 1
      read.nulls++
    }
  }
  read.values = values
  column.numbers = numbers
  return column
}

/** Every other type that is a number while it is exact; the rest is kept aside as bigints. */
function fillNumbers(schemaColumn: SchemaColumn, read: Reading): Column {
  const { sources, name, presence, seen } = read
  const type = schemaColumn.type
  const numbers = new Float64Array(sources.length)
  let wide: Map<number, bigint> | null = null
  for (let row = 0; row < sources.length; row++) {
    const source = sources[row]
    const value = source === undefined ? undefined : readProperty(source, name)
    if (value === undefined) continue
    seen[row] = seen[row]! + 1
    if (value === null) {
      presence[row] = Presence.Null
      read.nulls++
      continue
    }
    const slot = toSlot(type, value)
    if (typeof slot === 'number') numbers[row] = slot
    else if (typeof slot === 'bigint') {
      wide ??= new Map()
      wide.set(row, slot)
    } else throw invalid(schemaColumn, row, value)
    presence[row] = Presence.Value
    read.values++
  }
  const column = new Column(schemaColumn.qualifier, type, Kind.F64)
  if (wide === null) column.numbers = numbers
  else if (type.name === 'decimal') widenToBytes(column, type, numbers, wide, presence)
  else widenToLongs(column, numbers, wide)
  return column
}

function widenToLongs(column: Column, numbers: Float64Array, wide: ReadonlyMap<number, bigint>): void {
  const longs = new BigInt64Array(numbers.length)
  for (let row = 0; row < numbers.length; row++) longs[row] = wide.get(row) ?? BigInt(numbers[row]!)
  column.kind = Kind.I64
  column.longs = longs
}

function widenToBytes(
  column: Column,
  type: ValueType,
  numbers: Float64Array,
  wide: ReadonlyMap<number, bigint>,
  presence: Uint8Array,
): void {
  const entries = new TextEntries(numbers.length)
  for (let row = 0; row < numbers.length; row++) {
    if (presence[row] !== Presence.Value) entries.skip()
    else entries.addBytes(decimalToBytes(wide.get(row) ?? BigInt(numbers[row]!), type.scale))
  }
  setEntries(column, entries)
}

function fillBytes(schemaColumn: SchemaColumn, read: Reading): Column {
  const { sources, name, presence, seen } = read
  const type = schemaColumn.type
  const entries = new TextEntries(sources.length)
  for (let row = 0; row < sources.length; row++) {
    const source = sources[row]
    const value = source === undefined ? undefined : readProperty(source, name)
    if (value === undefined || value === null) {
      entries.skip()
      if (value === undefined) continue
      presence[row] = Presence.Null
      read.nulls++
    } else {
      const slot = toSlot(type, value)
      if (slot !== undefined && (slot as string).length > VALUE_BYTES_MAX) throw tooLong(schemaColumn, row)
      if (typeof slot === 'string') entries.addText(slot)
      else if (slot instanceof Uint8Array) entries.addBytes(slot)
      else throw invalid(schemaColumn, row, value)
      presence[row] = Presence.Value
      read.values++
    }
    seen[row] = seen[row]! + 1
  }
  const column = new Column(schemaColumn.qualifier, type, Kind.Bytes)
  setEntries(column, entries)
  return column
}

function setEntries(column: Column, entries: TextEntries): void {
  column.kind = Kind.Bytes
  column.offsets = entries.offsets()
  column.data = entries.data()
  column.codes = entries.isIdentity ? NO_UINTS : entries.codes
}

function invalid(column: SchemaColumn, row: number, value: unknown): Error {
  return valueInvalid({ column: column.qualifiedName, row }, column.type, value)
}

function tooLong(column: SchemaColumn, row: number): Error {
  const message = `row ${row}, column '${column.qualifiedName}': the value has more than ${VALUE_BYTES_MAX} bytes`
  return new HourbaseError('LIMIT_EXCEEDED', message, {
    where: { row, column: column.qualifiedName },
    hint: 'cut it into several cells, or keep it in a file',
  })
}
