/**
 * A column's values as chunks. The first chunk:
 *  1 byte   kind + 4 × form
 *  flat blocks only: which rows have the cell (validity)
 *  by form, of the values that are there, in row order:
 *   F64    Packed (doubles) · Raw (chunk of 8-byte doubles)
 *   I64    Whole (integers) · Halves (high 32 bits signed, low 32 bits: integers both) · Raw (chunk of 8 bytes each)
 *   Bytes  Plain (byte strings) · Dictionary (number of entries (varint), codes (integers), entries (byte strings))
 * "chunk of" means: in the next chunk of the column.
 */
import { type Column, Kind } from '../model/row-block.js'
import { VarintWriter } from '../util/varint.js'
import { writeByteStrings } from './bytes-codec.js'
import { type ColumnStats, columnStats } from './column-stats.js'
import { writeDoubles } from './double-codec.js'
import { writeIntegers, writeUints } from './integer-codec.js'
import type { SectionWriter } from './section-writer.js'
import { writeValid } from './valid-codec.js'
import { buildDictionary } from './value-dictionary.js'

/** Do not change these: they are on disk. */
export const ColumnForm = { Packed: 0, Raw: 1, Halves: 2, Plain: 0, Dictionary: 1 } as const

export interface EncodedColumn {
  /** Cells. */
  readonly count: number
  readonly stats: ColumnStats | null
}

const writer = new VarintWriter(65_536)

/** Encodes rows [0, rowCount) of a flat block's column. */
export function encodeFlatColumn(column: Column, rowCount: number, sections: SectionWriter): EncodedColumn {
  column.ready()
  writer.length = 0
  writer.u8(0)
  const count = writeValid(writer, column.valid, rowCount)
  const slots = count === rowCount ? null : validRows(column.valid!, rowCount, count)
  return encodeSlots(column, slots, count, sections)
}

/** Encodes the values in `slots` of a general block's column. */
export function encodeSlotColumn(column: Column, slots: Uint32Array, sections: SectionWriter): EncodedColumn {
  column.ready()
  writer.length = 0
  writer.u8(0)
  return encodeSlots(column, slots, slots.length, sections)
}

function validRows(valid: Uint8Array, rowCount: number, count: number): Uint32Array {
  const rows = new Uint32Array(count)
  let at = 0
  for (let row = 0; row < rowCount; row++) if (valid[row] !== 0) rows[at++] = row
  return rows
}

/** `slots` null: slots 0…count - 1. */
function encodeSlots(
  column: Column,
  slots: Uint32Array | null,
  count: number,
  sections: SectionWriter,
): EncodedColumn {
  let raw: Uint8Array | null = null
  let stats: ColumnStats | null = null
  const extras: Uint8Array[] = []
  if (column.kind === Kind.F64) {
    const values = gatherNumbers(column.numbers, slots, count)
    stats = columnStats(values, count, column.type.name !== 'double')
    raw = encodeNumbers(values, count)
  } else if (column.kind === Kind.I64) {
    const whole = new Float64Array(count)
    raw = encodeLongs(gatherLongs(column.longs, slots, count), count, whole)
    // The bits of an unsigned long above 2^63 look like a negative number, which is no value of it.
    const isUnsigned = column.type.name === 'ulong'
    if (isWhole(whole, isUnsigned ? 0 : Number.MIN_SAFE_INTEGER)) stats = columnStats(whole, count, true)
  } else {
    encodeBytes(column, slots, count, extras)
  }
  sections.add(writer.finish())
  if (raw !== null) sections.add(raw, true)
  for (const extra of extras) sections.add(extra)
  return { count, stats }
}

function setForm(kind: number, form: number): void {
  writer.bytes[0] = kind + 4 * form
}

function gatherNumbers(numbers: Float64Array, slots: Uint32Array | null, count: number): Float64Array {
  if (slots === null) return numbers
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = numbers[slots[i]!]!
  return values
}

function encodeNumbers(values: Float64Array, count: number): Uint8Array | null {
  setForm(Kind.F64, ColumnForm.Packed)
  if (count === 0 || writeDoubles(writer, values, count)) return null
  setForm(Kind.F64, ColumnForm.Raw)
  return new Uint8Array(values.buffer, values.byteOffset, count * 8).slice()
}

/** Longs as pairs of 32-bit halves, low first: their bytes in memory. */
function gatherLongs(longs: BigInt64Array, slots: Uint32Array | null, count: number): Int32Array {
  const halves = new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2)
  if (slots === null) return halves
  const values = new Int32Array(count * 2)
  for (let i = 0; i < count; i++) {
    values[2 * i] = halves[2 * slots[i]!]!
    values[2 * i + 1] = halves[2 * slots[i]! + 1]!
  }
  return values
}

/** Fills `whole` with the values as numbers, rounded where they are no safe integers. */
function encodeLongs(halves: Int32Array, count: number, whole: Float64Array): Uint8Array | null {
  setForm(Kind.I64, ColumnForm.Packed)
  if (count === 0) return null
  const high = new Float64Array(count)
  const low = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    low[i] = halves[2 * i]! >>> 0
    high[i] = halves[2 * i + 1]!
    whole[i] = high[i]! * 4294967296 + low[i]!
  }
  const mark = writer.length
  if (isWhole(whole, Number.MIN_SAFE_INTEGER)) writeIntegers(writer, whole, count)
  else {
    setForm(Kind.I64, ColumnForm.Halves)
    writeIntegers(writer, high, count)
    writeIntegers(writer, low, count)
  }
  if (writer.length - mark < count * 8) return null
  writer.length = mark
  setForm(Kind.I64, ColumnForm.Raw)
  return new Uint8Array(halves.buffer, halves.byteOffset, count * 8).slice()
}

function isWhole(values: Float64Array, min: number): boolean {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < min || values[i]! > Number.MAX_SAFE_INTEGER) return false
  }
  return true
}

function encodeBytes(column: Column, slots: Uint32Array | null, count: number, extras: Uint8Array[]): void {
  setForm(Kind.Bytes, ColumnForm.Plain)
  if (count === 0) return
  const { codes } = column
  const entries = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const slot = slots === null ? i : slots[i]!
    entries[i] = codes.length === 0 ? slot : codes[slot]!
  }
  const chunk = (bytes: Uint8Array): void => {
    extras.push(bytes)
  }
  const dictionary = buildDictionary(column, entries, count)
  if (dictionary === null) {
    writeByteStrings(writer, column, entries, count, chunk)
    return
  }
  setForm(Kind.Bytes, ColumnForm.Dictionary)
  writer.varint(dictionary.entries.length)
  writeUints(writer, dictionary.codes, count)
  writeByteStrings(writer, column, dictionary.entries, dictionary.entries.length, chunk)
}
