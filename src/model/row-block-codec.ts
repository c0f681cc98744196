import { HourbaseError, isHourbaseError } from '../util/errors.js'
import {
  Column,
  Kind,
  type KindValue,
  NO_BYTES,
  NO_LONGS,
  NO_NUMBERS,
  NO_UINTS,
  RowBlock,
} from './row-block.js'
import { checkCells, checkColumn, checkKeys, corrupt } from './row-block-checks.js'
import {
  aligned,
  BLOCK_MAGIC,
  BLOCK_VERSION,
  COLUMN_BYTES,
  Column32,
  Flag,
  HEADER_BYTES,
  Header32,
  Header64,
} from './row-block-format.js'
import { isBytesType, isLongType } from './slot-bytes.js'
import { parseValueType, type ValueType } from './value-type.js'

export { encodeRowBlock } from './row-block-encoder.js'

/** Rough heap size of the objects around the arrays. */
const BLOCK_OBJECT_BYTES = 1000
const COLUMN_OBJECT_BYTES = 350

/** A block that knows the bytes it was decoded from, so that it can be handed on without encoding it again. */
export class EncodedRowBlock extends RowBlock {
  readonly encoded: Uint8Array

  constructor(parts: ConstructorParameters<typeof RowBlock>[0], encoded: Uint8Array) {
    super(parts)
    this.encoded = encoded
  }
}

/** Takes parts from the front; every length is checked before a view is made. */
class PartReader {
  at: number
  readonly #buffer: ArrayBufferLike
  readonly #base: number
  readonly #end: number

  constructor(bytes: Uint8Array, at: number) {
    this.#buffer = bytes.buffer
    this.#base = bytes.byteOffset
    this.#end = bytes.length
    this.at = at
  }

  #take(byteLength: number): number {
    const start = this.at
    this.at = start + aligned(byteLength)
    if (this.at > this.#end) throw corrupt('it is cut short')
    return this.#base + start
  }

  u8(count: number): Uint8Array {
    return count === 0 ? NO_BYTES : new Uint8Array(this.#buffer, this.#take(count), count)
  }

  u32(count: number): Uint32Array {
    return count === 0 ? NO_UINTS : new Uint32Array(this.#buffer, this.#take(4 * count), count)
  }

  f64(count: number): Float64Array {
    return count === 0 ? NO_NUMBERS : new Float64Array(this.#buffer, this.#take(8 * count), count)
  }

  i64(count: number): BigInt64Array {
    return count === 0 ? NO_LONGS : new BigInt64Array(this.#buffer, this.#take(8 * count), count)
  }
}

/**
 * The block in these bytes: its arrays are views on them, or on one copy when they do not start at a multiple of 8.
 * @throws CORRUPTION, FORMAT_UNKNOWN (a newer version)
 */
export function decodeRowBlock(bytes: Uint8Array): EncodedRowBlock {
  const source = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  const head = readHeader(source)
  const flags = head[Header32.flags]!
  const flat = (flags & Flag.flat) !== 0
  const suffixBytes = (flags & Flag.hasSuffixes) === 0 ? 0 : 4
  const rowCount = head[Header32.rowCount]!
  const cellCount = head[Header32.cellCount]!
  const groupCount = head[Header32.groupCount]!
  const columnCount = head[Header32.columnCount]!
  const stampCount = flat ? rowCount : cellCount
  const directory = new Uint32Array(source.buffer, source.byteOffset + HEADER_BYTES, 8 * columnCount)
  const doubles = new Float64Array(source.buffer, source.byteOffset, HEADER_BYTES / 8)
  const reader = new PartReader(source, HEADER_BYTES + COLUMN_BYTES * columnCount)
  const columns = readColumnNames(reader, directory, columnCount, head[Header32.nameBytes]!)
  const timestamps = reader.f64(stampCount)
  const sequences = (flags & Flag.hasSequences) === 0 ? null : reader.f64(stampCount)
  const prefixOffsets = reader.u32(groupCount + 1)
  const prefixData = reader.u8(head[Header32.prefixBytes]!)
  const groupStarts = suffixBytes === 4 ? reader.u32(groupCount + 1) : NO_UINTS
  const suffixes = suffixBytes === 4 ? reader.u32(rowCount) : NO_UINTS
  const slotCounts = new Uint32Array(columnCount)
  for (let c = 0; c < columnCount; c++) {
    slotCounts[c] = directory[8 * c + Column32.slotCount]!
    readColumn(reader, columns[c]!, directory, 8 * c, rowCount)
    checkColumn(columns[c]!, flat, slotCounts[c]!, rowCount)
  }
  const block = new EncodedRowBlock(
    {
      rowCount,
      sorted: (flags & Flag.sorted) !== 0,
      suffixBytes,
      groupStarts,
      prefixOffsets,
      prefixData,
      suffixes,
      columns,
      flat,
      timestamps,
      sequences,
      sequenceBase: doubles[Header64.sequenceBase]!,
      rowStarts: flat ? NO_UINTS : reader.u32(rowCount + 1),
      cellColumns: flat ? NO_UINTS : reader.u32(cellCount),
      slots: flat ? NO_UINTS : reader.u32(cellCount),
      types: flat ? NO_BYTES : reader.u8(cellCount),
      ttls: (flags & Flag.hasTtls) === 0 ? null : reader.f64(cellCount),
      minTimestamp: doubles[Header64.minTimestamp]!,
      maxTimestamp: doubles[Header64.maxTimestamp]!,
      maxSequence: doubles[Header64.maxSequence]!,
      hasMarkers: (flags & Flag.hasMarkers) !== 0,
      sizeBytes: source.length + BLOCK_OBJECT_BYTES + COLUMN_OBJECT_BYTES * columnCount,
    },
    source,
  )
  if (reader.at !== source.length) throw corrupt('there are bytes behind its end')
  checkKeys(block)
  if (flat && cellCount !== 0) throw corrupt('a flat block has cells')
  if (!flat) checkCells(block, slotCounts)
  return block
}

/** Length of the encoded block that starts at `at`, so that several can lie back to back. @throws CORRUPTION */
export function encodedByteLength(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < HEADER_BYTES) throw corrupt('it is shorter than its header')
  const field = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES)
  const byteLength = field.getUint32(4 * Header32.byteLength, true)
  if (byteLength < HEADER_BYTES || byteLength > bytes.length - at) throw corrupt('it is cut short')
  return byteLength
}

function readHeader(bytes: Uint8Array): Uint32Array {
  if (bytes.length < HEADER_BYTES) throw corrupt('it is shorter than its header')
  const head = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER_BYTES / 4)
  if (head[Header32.magic] !== BLOCK_MAGIC) throw corrupt('it does not begin as one')
  if (head[Header32.version] !== BLOCK_VERSION) {
    throw new HourbaseError('FORMAT_UNKNOWN', `row block: version ${head[Header32.version]} is not known`, {
      where: { version: head[Header32.version]! },
      hint: 'it was written by a newer Hourbase: open it with that one',
    })
  }
  if (head[Header32.byteLength] !== bytes.length) throw corrupt('it has another length than it says')
  if (HEADER_BYTES + COLUMN_BYTES * head[Header32.columnCount]! > bytes.length)
    throw corrupt('it is cut short')
  return head
}

function readColumnNames(
  reader: PartReader,
  directory: Uint32Array,
  columnCount: number,
  nameBytes: number,
): Column[] {
  const names = reader.u8(nameBytes)
  const columns: Column[] = []
  let at = 0
  for (let c = 0; c < columnCount; c++) {
    const typeAt = at + directory[8 * c + Column32.qualifierBytes]!
    const end = typeAt + directory[8 * c + Column32.typeBytes]!
    if (end > nameBytes) throw corrupt('a column name is cut short')
    const kind = directory[8 * c + Column32.kind]! as KindValue
    const type = readType(Buffer.prototype.latin1Slice.call(names, typeAt, end))
    checkKind(kind, type)
    columns.push(new Column(names.subarray(at, typeAt), type, kind))
    at = end
  }
  return columns
}

function readType(text: string): ValueType {
  try {
    return parseValueType(text)
  } catch (cause) {
    if (!isHourbaseError(cause)) throw cause
    throw new HourbaseError('CORRUPTION', 'row block: a column has an unknown type', { cause })
  }
}

function checkKind(kind: number, type: ValueType): void {
  const isPossible =
    kind === Kind.Bytes ||
    (kind === Kind.I64 && isLongType(type)) ||
    (kind === Kind.F64 && !isBytesType(type))
  if (!isPossible) throw corrupt(`a column of type ${type.text} is of kind ${kind}`)
}

function readColumn(
  reader: PartReader,
  column: Column,
  directory: Uint32Array,
  at: number,
  rowCount: number,
): void {
  const slots = directory[at + Column32.slotCount]!
  if (column.kind === Kind.F64) {
    column.numbers = reader.f64(slots)
  } else if (column.kind === Kind.I64) {
    column.longs = reader.i64(slots)
  } else {
    column.offsets = reader.u32(directory[at + Column32.entryCount]! + 1)
    column.data = reader.u8(directory[at + Column32.dataBytes]!)
    column.codes = reader.u32(directory[at + Column32.codeCount]!)
  }
  if (directory[at + Column32.hasValid] !== 0) column.valid = reader.u8(rowCount)
}
