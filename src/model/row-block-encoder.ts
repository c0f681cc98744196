import { assert } from '../util/assert.js'
import { copyF64, copyI64, copyU8, copyU32 } from './growable.js'
import { type Column, Kind, type RowBlock } from './row-block.js'
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

const BYTE_LENGTH_MAX = 2 ** 30

/** Views of all widths on the one buffer, and the place of the next part. */
interface Target {
  readonly u8: Uint8Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly i64: BigInt64Array
  at: number
}

/** The block's bytes on a SharedArrayBuffer of their own. */
export function encodeRowBlock(block: RowBlock): Uint8Array {
  for (const column of block.columns) column.ready()
  const nameBytes = nameBytesOf(block)
  const byteLength = measure(block, nameBytes)
  assert(byteLength <= BYTE_LENGTH_MAX, 'a row block is larger than 1 GiB')
  const buffer = new SharedArrayBuffer(byteLength)
  const target: Target = {
    u8: new Uint8Array(buffer),
    u32: new Uint32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
    at: HEADER_BYTES + COLUMN_BYTES * block.columns.length,
  }
  writeHeader(block, target, byteLength, nameBytes)
  writeNames(block, target)
  writeRows(block, target)
  for (let c = 0; c < block.columns.length; c++) writeColumn(block, c, target)
  if (!block.flat) writeCells(block, target)
  assert(target.at === byteLength, 'an encoded row block has another length than measured')
  return target.u8
}

function cellCountOf(block: RowBlock): number {
  return block.flat ? 0 : block.rowStarts[block.rowCount]!
}

/** How many timestamps (and sequences) there are. */
function stampCountOf(block: RowBlock): number {
  return block.flat ? block.rowCount : block.rowStarts[block.rowCount]!
}

function slotCountOf(block: RowBlock, column: Column): number {
  if (block.flat) return block.rowCount
  if (column.kind === Kind.F64) return column.numbers.length
  if (column.kind === Kind.I64) return column.longs.length
  return column.codes.length > 0 ? column.codes.length : entryCountOf(column)
}

function entryCountOf(column: Column): number {
  return column.kind === Kind.Bytes ? column.offsets.length - 1 : 0
}

function nameBytesOf(block: RowBlock): number {
  let bytes = 0
  for (const column of block.columns) bytes += column.qualifier.length + column.type.text.length
  return bytes
}

function measure(block: RowBlock, nameBytes: number): number {
  const stamps = stampCountOf(block)
  let bytes = HEADER_BYTES + COLUMN_BYTES * block.columns.length + aligned(nameBytes)
  bytes += 8 * stamps * (block.sequences === null ? 1 : 2)
  bytes += aligned(4 * (block.groupCount + 1)) + aligned(block.prefixOffsets[block.groupCount]!)
  if (block.suffixBytes === 4) bytes += aligned(4 * (block.groupCount + 1)) + aligned(4 * block.rowCount)
  for (const column of block.columns) {
    if (column.kind === Kind.Bytes) {
      bytes += aligned(4 * column.offsets.length) + aligned(column.offsets[entryCountOf(column)]!)
      bytes += aligned(4 * column.codes.length)
    } else {
      bytes += 8 * slotCountOf(block, column)
    }
    if (column.valid !== null) bytes += aligned(block.rowCount)
  }
  if (!block.flat) {
    const cells = cellCountOf(block)
    bytes += aligned(4 * (block.rowCount + 1)) + 2 * aligned(4 * cells) + aligned(cells)
    if (block.ttls !== null) bytes += 8 * cells
  }
  return bytes
}

function writeHeader(block: RowBlock, target: Target, byteLength: number, nameBytes: number): void {
  const { u32, f64 } = target
  u32[Header32.magic] = BLOCK_MAGIC
  u32[Header32.version] = BLOCK_VERSION
  u32[Header32.flags] = flagsOf(block)
  u32[Header32.byteLength] = byteLength
  u32[Header32.rowCount] = block.rowCount
  u32[Header32.groupCount] = block.groupCount
  u32[Header32.columnCount] = block.columns.length
  u32[Header32.cellCount] = cellCountOf(block)
  u32[Header32.prefixBytes] = block.prefixOffsets[block.groupCount]!
  u32[Header32.nameBytes] = nameBytes
  f64[Header64.sequenceBase] = block.sequenceBase
  f64[Header64.minTimestamp] = block.minTimestamp
  f64[Header64.maxTimestamp] = block.maxTimestamp
  f64[Header64.maxSequence] = block.maxSequence
  for (let c = 0; c < block.columns.length; c++) {
    const column = block.columns[c]!
    const at = (HEADER_BYTES + COLUMN_BYTES * c) / 4
    const entries = entryCountOf(column)
    u32[at + Column32.qualifierBytes] = column.qualifier.length
    u32[at + Column32.typeBytes] = column.type.text.length
    u32[at + Column32.kind] = column.kind
    u32[at + Column32.hasValid] = column.valid === null ? 0 : 1
    u32[at + Column32.slotCount] = slotCountOf(block, column)
    u32[at + Column32.entryCount] = entries
    u32[at + Column32.dataBytes] = column.kind === Kind.Bytes ? column.offsets[entries]! : 0
    u32[at + Column32.codeCount] = column.kind === Kind.Bytes ? column.codes.length : 0
  }
}

function flagsOf(block: RowBlock): number {
  let flags = 0
  if (block.flat) flags |= Flag.flat
  if (block.sorted) flags |= Flag.sorted
  if (block.hasMarkers) flags |= Flag.hasMarkers
  if (block.sequences !== null) flags |= Flag.hasSequences
  if (block.ttls !== null) flags |= Flag.hasTtls
  if (block.suffixBytes === 4) flags |= Flag.hasSuffixes
  return flags
}

function writeNames(block: RowBlock, target: Target): void {
  let at = target.at
  for (const { qualifier, type } of block.columns) {
    copyU8(qualifier, 0, qualifier.length, target.u8, at)
    at += qualifier.length
    for (let i = 0; i < type.text.length; i++) target.u8[at++] = type.text.charCodeAt(i)
  }
  target.at = aligned(at)
}

function writeRows(block: RowBlock, target: Target): void {
  const stamps = stampCountOf(block)
  putF64(target, block.timestamps, stamps)
  if (block.sequences !== null) putF64(target, block.sequences, stamps)
  putU32(target, block.prefixOffsets, block.groupCount + 1)
  putU8(target, block.prefixData, block.prefixOffsets[block.groupCount]!)
  if (block.suffixBytes === 4) {
    putU32(target, block.groupStarts, block.groupCount + 1)
    putU32(target, block.suffixes, block.rowCount)
  }
}

function writeColumn(block: RowBlock, c: number, target: Target): void {
  const column = block.columns[c]!
  const slots = slotCountOf(block, column)
  if (column.kind === Kind.F64) {
    putF64(target, column.numbers, slots)
  } else if (column.kind === Kind.I64) {
    copyI64(column.longs, 0, slots, target.i64, target.at / 8)
    target.at += 8 * slots
  } else {
    const entries = entryCountOf(column)
    putU32(target, column.offsets, entries + 1)
    putU8(target, column.data, column.offsets[entries]!)
    putU32(target, column.codes, column.codes.length)
  }
  if (column.valid !== null) putU8(target, column.valid, block.rowCount)
}

function writeCells(block: RowBlock, target: Target): void {
  const cells = cellCountOf(block)
  putU32(target, block.rowStarts, block.rowCount + 1)
  putU32(target, block.cellColumns, cells)
  putU32(target, block.slots, cells)
  putU8(target, block.types, cells)
  if (block.ttls !== null) putF64(target, block.ttls, cells)
}

function putF64(target: Target, values: Float64Array, count: number): void {
  copyF64(values, 0, count, target.f64, target.at / 8)
  target.at += 8 * count
}

function putU32(target: Target, values: Uint32Array, count: number): void {
  copyU32(values, 0, count, target.u32, target.at / 4)
  target.at = aligned(target.at + 4 * count)
}

function putU8(target: Target, values: Uint8Array, count: number): void {
  copyU8(values, 0, count, target.u8, target.at)
  target.at = aligned(target.at + count)
}
