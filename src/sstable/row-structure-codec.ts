/** Row keys and column headings of a block, as the chunks COLUMNS, KEYS and KEY_RESTS. */
import type { Column, RowBlock } from '../model/row-block.js'
import { NO_UINTS } from '../model/row-block.js'
import { parseValueType, VALUE_TYPE_NAMES, type ValueType } from '../model/value-type.js'
import { damaged, VarintReader, VarintWriter } from '../util/varint.js'
import { readUints, writeUints } from './integer-codec.js'
import { type KeyList, readKeyList, writeKeyList } from './key-list-codec.js'

/** Qualifiers (key list), number of distinct types, those, then the type of each column (integers). */
export function encodeColumnHeadings(columns: readonly Column[]): Uint8Array {
  const writer = new VarintWriter()
  const count = columns.length
  const offsets = new Uint32Array(count + 1)
  for (let c = 0; c < count; c++) offsets[c + 1] = offsets[c]! + columns[c]!.qualifier.length
  const data = new Uint8Array(offsets[count]!)
  const types: ValueType[] = []
  const codes: number[] = []
  for (let c = 0; c < count; c++) {
    data.set(columns[c]!.qualifier, offsets[c]!)
    let code = types.indexOf(columns[c]!.type)
    if (code < 0) code = types.push(columns[c]!.type) - 1
    codes.push(code)
  }
  const rests = writeKeyList(writer, { offsets, data }, count)
  writer.raw(rests)
  writer.varint(types.length)
  for (const type of types) writeType(writer, type)
  writeUints(writer, codes, count)
  return writer.finish()
}

export interface ColumnHeadings {
  readonly qualifiers: KeyList
  readonly types: readonly ValueType[]
}

export function decodeColumnHeadings(bytes: Uint8Array, columnCount: number): ColumnHeadings {
  const reader = new VarintReader(bytes)
  const qualifiers = readKeyList(reader, columnCount, null)
  const distinct: ValueType[] = []
  const typeCount = reader.bounded(columnCount, 'column types')
  for (let i = 0; i < typeCount; i++) distinct.push(readType(reader))
  const codes = readUints(reader, columnCount, typeCount - 1, 'type of a column')
  reader.expectEnd('the column headings')
  return { qualifiers, types: Array.from(codes, (code) => distinct[code]!) }
}

/** The type's place in VALUE_TYPE_NAMES (1 byte); decimal: precision and scale (1 byte each). */
export function writeType(writer: VarintWriter, type: ValueType): void {
  writer.u8(VALUE_TYPE_NAMES.indexOf(type.name))
  if (type.name !== 'decimal') return
  writer.u8(type.precision)
  writer.u8(type.scale)
}

export function readType(reader: VarintReader): ValueType {
  const code = reader.u8()
  const name = VALUE_TYPE_NAMES[code]
  if (name === undefined) throw damaged(`value type ${code}`)
  if (name !== 'decimal') return parseValueType(name)
  const precision = reader.u8()
  const scale = reader.u8()
  if (precision < 1 || precision > 38 || scale > precision) throw damaged(`decimal(${precision},${scale})`)
  return parseValueType(`decimal(${precision},${scale})`)
}

/**
 * With suffixes: number of groups (varint), their prefixes (key list), rows of each (integers), suffixes (integers).
 * Without: the keys (key list). The rests of the key list are the chunk KEY_RESTS.
 */
export function encodeKeys(block: RowBlock): { keys: Uint8Array; rests: Uint8Array } {
  const writer = new VarintWriter()
  const list = { offsets: block.prefixOffsets, data: block.prefixData }
  if (block.suffixBytes === 0) {
    const rests = writeKeyList(writer, list, block.rowCount)
    return { keys: writer.finish(), rests }
  }
  const groups = block.groupCount
  writer.varint(groups)
  const rests = writeKeyList(writer, list, groups)
  const rows = new Uint32Array(groups)
  for (let group = 0; group < groups; group++)
    rows[group] = block.groupStarts[group + 1]! - block.groupStarts[group]!
  writeUints(writer, rows, groups)
  writeUints(writer, block.suffixes, block.rowCount)
  return { keys: writer.finish(), rests }
}

export interface DecodedKeys {
  readonly prefixes: KeyList
  readonly groupStarts: Uint32Array
  readonly suffixes: Uint32Array
}

export function decodeKeys(
  bytes: Uint8Array,
  rests: Uint8Array,
  rowCount: number,
  hasSuffix: boolean,
): DecodedKeys {
  const reader = new VarintReader(bytes)
  if (!hasSuffix) {
    const prefixes = readKeyList(reader, rowCount, rests)
    reader.expectEnd('row keys')
    return { prefixes, groupStarts: NO_UINTS, suffixes: NO_UINTS }
  }
  const groups = reader.bounded(rowCount, 'key groups')
  const prefixes = readKeyList(reader, groups, rests)
  const rows = readUints(reader, groups, rowCount, 'rows of a group')
  const groupStarts = new Uint32Array(groups + 1)
  for (let group = 0; group < groups; group++) groupStarts[group + 1] = groupStarts[group]! + rows[group]!
  if (groupStarts[groups] !== rowCount)
    throw damaged(`groups of ${groupStarts[groups]} rows, expected ${rowCount}`)
  const suffixes = readUints(reader, rowCount, 4294967295, 'key suffix')
  reader.expectEnd('row keys')
  return { prefixes, groupStarts, suffixes }
}
