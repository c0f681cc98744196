/** The other half of column-encoder.ts: chunks back to a Column's arrays. */
import { type Column, Kind, type KindValue } from '../model/row-block.js'
import { damaged, VarintReader } from '../util/varint.js'
import { readByteStrings } from './bytes-codec.js'
import { ColumnForm } from './column-encoder.js'
import { readDoubles } from './double-codec.js'
import { readIntegers, readUints } from './integer-codec.js'
import { readValid } from './valid-codec.js'

/** Fills a flat block's column of `rowCount` rows. `chunk` answers the next of the column's chunks. */
export function decodeFlatColumn(column: Column, rowCount: number, chunk: () => Uint8Array): void {
  const reader = new VarintReader(chunk())
  const head = reader.u8()
  const valid = readValid(reader, rowCount)
  column.valid = valid
  let count = rowCount
  if (valid !== null) {
    count = 0
    for (let row = 0; row < rowCount; row++) count += valid[row]!
  }
  decodeValues(column, head, reader, count, valid, chunk)
}

/** Fills a general block's column of `count` slots. */
export function decodeSlotColumn(column: Column, count: number, chunk: () => Uint8Array): void {
  const reader = new VarintReader(chunk())
  decodeValues(column, reader.u8(), reader, count, null, chunk)
}

/** Rough heap bytes of a decoded column. */
export function columnSizeBytes(column: Column): number {
  const bytes = column.numbers.byteLength + column.longs.byteLength + column.data.byteLength
  return bytes + column.offsets.byteLength + column.codes.byteLength + (column.valid?.byteLength ?? 0)
}

function decodeValues(
  column: Column,
  head: number,
  reader: VarintReader,
  count: number,
  valid: Uint8Array | null,
  chunk: () => Uint8Array,
): void {
  const kind = head & 3
  const form = head >>> 2
  if (kind > Kind.Bytes || form > ColumnForm.Halves) throw damaged(`column kind ${kind}, form ${form}`)
  column.kind = kind as KindValue
  if (kind === Kind.F64) {
    const dense = new Float64Array(count)
    if (form === ColumnForm.Raw) fillRaw(dense, chunk())
    else if (count > 0) readDoubles(reader, count, dense)
    column.numbers = valid === null ? dense : scatterNumbers(dense, valid)
  } else if (kind === Kind.I64) {
    const dense = decodeLongs(form, reader, count, chunk)
    column.longs = valid === null ? dense : scatterLongs(dense, valid)
  } else {
    decodeBytes(column, form, reader, count, valid, chunk)
  }
  reader.expectEnd('a column')
}

function fillRaw(dense: Float64Array | BigInt64Array, bytes: Uint8Array): void {
  if (bytes.length !== dense.byteLength)
    throw damaged(`${bytes.length} raw bytes, expected ${dense.byteLength}`)
  new Uint8Array(dense.buffer).set(bytes)
}

function scatterNumbers(dense: Float64Array, valid: Uint8Array): Float64Array {
  const numbers = new Float64Array(valid.length)
  let next = 0
  for (let row = 0; row < valid.length; row++) if (valid[row] === 1) numbers[row] = dense[next++]!
  return numbers
}

function scatterLongs(dense: BigInt64Array, valid: Uint8Array): BigInt64Array {
  const longs = new BigInt64Array(valid.length)
  let next = 0
  for (let row = 0; row < valid.length; row++) if (valid[row] === 1) longs[row] = dense[next++]!
  return longs
}

function decodeLongs(
  form: number,
  reader: VarintReader,
  count: number,
  chunk: () => Uint8Array,
): BigInt64Array {
  const longs = new BigInt64Array(count)
  if (form === ColumnForm.Raw) {
    fillRaw(longs, chunk())
    return longs
  }
  const halves = new Int32Array(longs.buffer)
  const high = readIntegers(reader, count, new Float64Array(count))
  if (form === ColumnForm.Halves) {
    const low = readIntegers(reader, count, new Float64Array(count))
    for (let i = 0; i < count; i++) {
      halves[2 * i] = low[i]!
      halves[2 * i + 1] = high[i]!
    }
    return longs
  }
  for (let i = 0; i < count; i++) {
    const top = Math.floor(high[i]! / 4294967296)
    halves[2 * i] = high[i]! - top * 4294967296
    halves[2 * i + 1] = top
  }
  return longs
}

function decodeBytes(
  column: Column,
  form: number,
  reader: VarintReader,
  count: number,
  valid: Uint8Array | null,
  chunk: () => Uint8Array,
): void {
  if (count === 0) {
    column.offsets = new Uint32Array((valid?.length ?? 0) + 1)
    return
  }
  if (form === ColumnForm.Plain) {
    const strings = readByteStrings(reader, count, valid, chunk)
    column.offsets = strings.offsets
    column.data = strings.data
    return
  }
  if (form !== ColumnForm.Dictionary) throw damaged(`bytes form ${form}`)
  const entryCount = reader.bounded(count, 'number of dictionary entries')
  const codes = readUints(reader, count, entryCount - 1, 'dictionary code')
  const strings = readByteStrings(reader, entryCount, null, chunk)
  column.offsets = strings.offsets
  column.data = strings.data
  column.codes = valid === null ? codes : scatterCodes(codes, valid)
}

function scatterCodes(dense: Uint32Array, valid: Uint8Array): Uint32Array {
  const codes = new Uint32Array(valid.length)
  let next = 0
  for (let row = 0; row < valid.length; row++) if (valid[row] === 1) codes[row] = dense[next++]!
  return codes
}
