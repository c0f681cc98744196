/** Typed rows as the aligned runs a region scan would hand on, made without the engine. */
import type { AlignedRun } from '../../src/model/aligned-run.js'
import type { Scalar } from '../../src/model/api.js'
import { buildColumn } from '../../src/model/cell-access.js'
import { decimalToBytes } from '../../src/model/decimal.js'
import { Column, Kind, RowBlock } from '../../src/model/row-block.js'
import { isBytesType, numberByteLength, writeLong, writeNumber } from '../../src/model/slot-bytes.js'
import type { TableSchema } from '../../src/model/table-schema.js'
import { toSlot } from '../../src/model/value-codec.js'
import type { ValueType } from '../../src/model/value-type.js'
import { BYTES_TYPE } from '../../src/model/value-type.js'
import { compareBytes, EMPTY, utf8 } from '../../src/util/bytes.js'
import { blockOf, type CellLiteral } from './blocks.js'

/** Row-key parts and columns by the names of typed rows; a missing column is null. */
export type TypedLiteral = Readonly<Record<string, Scalar | undefined>>

export interface RunOptions {
  /** Rows a block, default 4,096. */
  blockRows?: number
  /** Texts as entries that rows share. */
  dictionary?: boolean
  layout?: 'flat' | 'general'
}

interface KeyedRow {
  key: Uint8Array
  row: TypedLiteral
}

/** Runs in key order; rows are sorted, keys must be unique. */
export function typedRuns(
  schema: TableSchema,
  rows: readonly TypedLiteral[],
  options: RunOptions = {},
): AlignedRun[] {
  const { blockRows = 4096 } = options
  const parts = schema.key.parts.map((part) => part.name)
  const keyed = rows.map((row): KeyedRow => {
    return { key: schema.key.encode(Object.fromEntries(parts.map((name) => [name, row[name] ?? null]))), row }
  })
  keyed.sort((a, b) => compareBytes(a.key, b.key))
  const runs: AlignedRun[] = []
  for (let i = 0; i < keyed.length; i += blockRows)
    runs.push(...chunkRuns(schema, keyed.slice(i, i + blockRows), options))
  return runs
}

function chunkRuns(schema: TableSchema, rows: readonly KeyedRow[], options: RunOptions): AlignedRun[] {
  const families = schema.columns.map((columns, family) => {
    const present = rows.map(({ row }) => columns.some(({ name }) => (row[name] ?? null) !== null))
    return family > 0 ? present : present.map((has, i) => has || isEmptyRow(schema, rows[i]!.row))
  })
  const blocks = families.map((present, family) =>
    familyBlock(
      schema,
      family,
      rows.filter((_, i) => present[i]),
      options,
    ),
  )
  const froms = families.map(() => 0)
  const runs: AlignedRun[] = []
  for (let from = 0; from < rows.length; ) {
    let to = from + 1
    while (to < rows.length && families.every((present) => present[to] === present[from])) to++
    const has = families.map((present) => present[from]!)
    const keyFamily = has.indexOf(true)
    runs.push({
      count: to - from,
      keyBlock: blocks[keyFamily]!,
      keyFrom: froms[keyFamily]!,
      blocks: blocks.map((block, family) => (has[family] ? block : null)),
      froms: [...froms],
    })
    for (let f = 0; f < froms.length; f++) if (has[f]) froms[f] = froms[f]! + to - from
    from = to
  }
  return runs
}

function isEmptyRow(schema: TableSchema, row: TypedLiteral): boolean {
  return schema.columns.flat().every(({ name }) => (row[name] ?? null) === null)
}

function familyBlock(
  schema: TableSchema,
  family: number,
  rows: readonly KeyedRow[],
  options: RunOptions,
): RowBlock | null {
  if (rows.length === 0) return null
  const columns = schema.columns[family]!
  if (options.layout === 'general') {
    const literals = rows.map(({ key, row }) => {
      const cells = columns.flatMap(({ name, type, qualifier }): CellLiteral[] => {
        const value = row[name] ?? null
        return value === null ? [] : [{ column: qualifier, value: bytesOf(type, value) }]
      })
      return { key, cells: cells.length === 0 ? [{ column: '', value: EMPTY }] : cells }
    })
    return blockOf(schema.stores[family]!, literals, { general: true })
  }
  const built = columns.flatMap(({ name, type }) => flatColumn(name, columns, type, rows, options) ?? [])
  if (rows.some(({ row }) => columns.every(({ name }) => (row[name] ?? null) === null)))
    built.push(existence(rows, columns))
  built.sort((a, b) => compareBytes(a.qualifier, b.qualifier))
  return new RowBlock({
    rowCount: rows.length,
    suffixBytes: schema.stores[family]!.suffixBytes,
    ...keyArrays(rows, schema.stores[family]!.suffixBytes),
    columns: built,
    flat: true,
    timestamps: new Float64Array(rows.length),
    sequences: null,
    sequenceBase: 1,
    minTimestamp: 0,
    maxTimestamp: 0,
    maxSequence: rows.length,
    hasMarkers: false,
    sizeBytes: 0,
  })
}

type SchemaColumns = TableSchema['columns'][number]

function flatColumn(
  name: string,
  columns: SchemaColumns,
  type: ValueType,
  rows: readonly KeyedRow[],
  options: RunOptions,
): Column | null {
  const { qualifier } = columns.find((column) => column.name === name)!
  const values = rows.map(({ row }) => row[name] ?? null)
  if (values.every((value) => value === null)) return null
  if (isBytesType(type) && options.dictionary === true) return dictionaryColumn(qualifier, type, values)
  const slots = values.map((value) => (value === null ? 0 : toSlot(type, value)))
  if (!slots.every((slot) => typeof slot === 'number')) {
    return buildColumn(
      qualifier,
      type,
      values.map((value) => (value === null ? null : bytesOf(type, value))),
    )
  }
  const column = new Column(qualifier, type, Kind.F64)
  column.numbers = Float64Array.from(slots)
  column.valid = validOf(values)
  return column
}

function dictionaryColumn(qualifier: Uint8Array, type: ValueType, values: readonly Scalar[]): Column {
  const entries = new Map<string, number>()
  const bytes: Uint8Array[] = []
  const codes = values.map((value) => {
    if (value === null) return 0
    const known = entries.get(String(value))
    if (known !== undefined) return known
    entries.set(String(value), bytes.length)
    return bytes.push(bytesOf(type, value)) - 1
  })
  const column = buildColumn(qualifier, type, bytes)
  column.codes = Uint32Array.from(codes)
  column.valid = validOf(values)
  return column
}

function existence(rows: readonly KeyedRow[], columns: SchemaColumns): Column {
  const empty = rows.map(({ row }) =>
    columns.every(({ name }) => (row[name] ?? null) === null) ? EMPTY : null,
  )
  return buildColumn(utf8(''), BYTES_TYPE, empty)
}

function validOf(values: readonly Scalar[]): Uint8Array | null {
  return values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 0 : 1)) : null
}

function keyArrays(
  rows: readonly KeyedRow[],
  suffixBytes: 0 | 4,
): { groupStarts: Uint32Array; prefixOffsets: Uint32Array; prefixData: Uint8Array; suffixes: Uint32Array } {
  const starts: number[] = []
  const prefixes: Uint8Array[] = []
  const suffixes: number[] = []
  rows.forEach(({ key }, i) => {
    const prefix = key.subarray(0, key.length - suffixBytes)
    if (suffixBytes === 4) suffixes.push(Buffer.from(key).readUInt32BE(key.length - 4))
    if (prefixes.length > 0 && suffixBytes === 4 && compareBytes(prefixes.at(-1)!, prefix) === 0) return
    starts.push(i)
    prefixes.push(prefix)
  })
  const prefixOffsets = new Uint32Array(prefixes.length + 1)
  prefixes.forEach((prefix, i) => {
    prefixOffsets[i + 1] = prefixOffsets[i]! + prefix.length
  })
  return {
    groupStarts: Uint32Array.from([...starts, rows.length]),
    prefixOffsets,
    prefixData: Buffer.concat(prefixes),
    suffixes: Uint32Array.from(suffixes),
  }
}

function bytesOf(type: ValueType, value: Scalar): Uint8Array {
  const slot = toSlot(type, value)
  if (slot instanceof Uint8Array) return slot
  if (typeof slot === 'string') return utf8(slot)
  if (typeof slot === 'bigint' && type.name === 'decimal') return decimalToBytes(slot, type.scale)
  if (slot === undefined) throw new Error(`${String(value)} is no ${type.text}`)
  const bytes = new Uint8Array(typeof slot === 'bigint' ? 8 : numberByteLength(type, slot))
  if (typeof slot === 'bigint') writeLong(slot, bytes, 0)
  else writeNumber(type, slot, bytes, 0)
  return bytes
}
