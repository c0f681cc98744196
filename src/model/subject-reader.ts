/** Reads one column or row-key part of a run into a RunVector, without a copy where the block holds it as it is needed. */
import { assert } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import type { AlignedRun } from './aligned-run.js'
import { cellSlot } from './cell-access.js'
import { decimalFromBytes } from './decimal.js'
import { KeyPartReader } from './key-part-reader.js'
import { type Column, Kind, NO_NUMBERS, NO_UINTS, type RowBlock } from './row-block.js'
import { RunVector, Texts, zeros } from './run-vector.js'
import { fitsNumber, readLong, readNumber } from './slot-bytes.js'
import type { ColumnRef, TableSchema } from './table-schema.js'
import type { ValueType } from './value-type.js'

export interface SubjectReader {
  readonly type: ValueType
  /** The vector is reused by the next call. */
  read(run: AlignedRun): RunVector
}

export function subjectReader(schema: TableSchema, ref: ColumnRef): SubjectReader {
  return ref.kind === 'key'
    ? new KeyPartReader(schema.key, ref.part)
    : new ColumnReader(schema, ref.family, ref.column)
}

class ColumnReader implements SubjectReader {
  readonly type: ValueType
  readonly #family: number
  readonly #qualifier: Uint8Array
  readonly #vector = new RunVector()
  #block: RowBlock | null = null
  #index = -1
  #textsOf: Column | null = null
  #numbers: Float64Array = NO_NUMBERS
  #slots: Uint32Array = NO_UINTS
  #valid: Uint8Array = new Uint8Array(0)

  constructor(schema: TableSchema, family: number, column: number) {
    const { type, qualifier } = schema.columns[family]![column]!
    this.type = type
    this.#family = family
    this.#qualifier = qualifier
  }

  read(run: AlignedRun): RunVector {
    const vector = this.#vector
    const block = run.blocks[this.#family]!
    const from = run.froms[this.#family]!
    if (block !== this.#block) {
      this.#block = block
      this.#index = block === null ? -1 : columnIndex(block, this.#qualifier)
    }
    if (block === null || this.#index < 0) return this.#readNothing(run.count)
    const column = block.columns[this.#index]!.ready()
    if (block.flat) {
      vector.valid = column.valid
      vector.validAt = from
      this.#readSlots(column, NO_UINTS, from, run.count)
    } else {
      const slots = this.#findSlots(block, from, run.count)
      vector.valid = this.#valid
      vector.validAt = 0
      this.#readSlots(column, slots, 0, run.count)
    }
    return vector
  }

  #readNothing(count: number): RunVector {
    const vector = this.#vector
    vector.form = this.type.name === 'string' || this.type.name === 'bytes' ? 'texts' : 'numbers'
    vector.valid = zeros(count)
    vector.validAt = 0
    return vector
  }

  /** General layout: a row's slot is that of its first cell in the column. */
  #findSlots(block: RowBlock, from: number, count: number): Uint32Array {
    if (this.#slots.length < count) {
      this.#slots = new Uint32Array(count * 2)
      this.#valid = new Uint8Array(count * 2)
    }
    for (let i = 0; i < count; i++) {
      const slot = cellSlot(block, from + i, this.#index)
      this.#slots[i] = Math.max(slot, 0)
      this.#valid[i] = slot < 0 ? 0 : 1
    }
    return this.#slots
  }

  /** Row i has slot slots[from + i], or from + i where `slots` is empty. */
  #readSlots(column: Column, slots: Uint32Array, from: number, count: number): void {
    const vector = this.#vector
    if (column.kind === Kind.F64) {
      vector.form = 'numbers'
      vector.numbers = slots.length === 0 ? column.numbers : this.#gather(column.numbers, slots, count)
      vector.at = from
    } else if (column.kind === Kind.I64) {
      const isUnsigned = this.type.name === 'ulong'
      this.#readBigints(count, slots, from, (slot) => {
        const bits = column.longs[slot]!
        return isUnsigned ? BigInt.asUintN(64, bits) : bits
      })
    } else if (this.type.name === 'string' || this.type.name === 'bytes') {
      this.#readTexts(column, slots, from, count)
    } else {
      this.#readEncoded(column, slots, from, count)
    }
  }

  #gather(numbers: Float64Array, slots: Uint32Array, count: number): Float64Array {
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count * 2)
    for (let i = 0; i < count; i++) this.#numbers[i] = numbers[slots[i]!]!
    return this.#numbers
  }

  #readBigints(count: number, slots: Uint32Array, from: number, bigintOf: (slot: number) => bigint): void {
    const { valid, validAt, bigints } = this.#vector
    this.#vector.form = 'bigints'
    bigints.length = count
    for (let i = 0; i < count; i++) {
      const slot = slots.length === 0 ? from + i : slots[i]!
      bigints[i] = valid === null || valid[validAt + i] === 1 ? bigintOf(slot) : 0n
    }
  }

  #readTexts(column: Column, slots: Uint32Array, from: number, count: number): void {
    const vector = this.#vector
    vector.form = 'texts'
    if (this.#textsOf !== column) {
      this.#textsOf = column
      vector.texts = new Texts(this.type, column.offsets, column.data, column.codes.length === 0 ? null : [])
    }
    if (slots.length > 0 && column.codes.length > 0) {
      for (let i = 0; i < count; i++) slots[i] = column.codes[slots[i]!]!
    }
    vector.codes = slots.length === 0 ? column.codes : slots
    vector.at = from
  }

  /** A number's bytes kept as they are, because one of the column's values does not fit a number. Rare. */
  #readEncoded(column: Column, slots: Uint32Array, from: number, count: number): void {
    const { type } = this
    const { offsets, data, codes } = column
    const { valid, validAt } = this.#vector
    const numbers = new Float64Array(count)
    let allFit = true
    for (let i = 0; i < count && allFit; i++) {
      if (valid !== null && valid[validAt + i] !== 1) continue
      const slot = slots.length === 0 ? from + i : slots[i]!
      const entry = codes.length === 0 ? slot : codes[slot]!
      allFit = fitsNumber(type, data, offsets[entry]!, offsets[entry + 1]!)
      if (allFit) numbers[i] = readNumber(type, data, offsets[entry]!, offsets[entry + 1]!)
    }
    if (allFit) {
      this.#vector.form = 'numbers'
      this.#vector.numbers = numbers
      this.#vector.at = 0
      return
    }
    this.#readBigints(count, slots, from, (slot) => {
      const entry = codes.length === 0 ? slot : codes[slot]!
      return encodedBigint(type, data, offsets[entry]!, offsets[entry + 1]!)
    })
  }
}

function encodedBigint(type: ValueType, data: Uint8Array, from: number, to: number): bigint {
  if (type.name === 'decimal') {
    const unscaled = decimalFromBytes(data.subarray(from, to), type.scale)
    assert(unscaled !== null, `bytes of length ${to - from} are no ${type.text}`)
    return unscaled
  }
  assert(to - from === 8, `bytes of length ${to - from} are no ${type.text}`)
  const bits = readLong(data, from)
  return type.name === 'ulong' ? BigInt.asUintN(64, bits) : bits
}

/** Index of the column in the block, -1 where the block has no cell in it. */
function columnIndex(block: RowBlock, qualifier: Uint8Array): number {
  return block.columns.findIndex((column) => compareBytes(column.qualifier, qualifier) === 0)
}
