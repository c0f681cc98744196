/** Runs → ColumnBatches: typed arrays by field name, filled run by run. */
import type { AlignedRun } from './aligned-run.js'
import type { ColumnBatch, ColumnVector, Scalar } from './api.js'
import { type FieldReader, scaleNumbers } from './field-reader.js'
import { roomForF64, roomForI64, roomForU8 } from './growable.js'
import { NO_BYTES, NO_LONGS, NO_NUMBERS } from './row-block.js'
import { partOfRun, type RowDecoder } from './row-decoder.js'
import type { RunVector } from './run-vector.js'
import { DAY_MS, HOUR_MS } from './time-zone.js'

type Form = 'numbers' | 'longs' | 'scalars'

/** One column of the batch. Arrays grow up to the largest batch and are used again. */
class Sink {
  readonly field: FieldReader
  readonly form: Form
  readonly #factor: number
  #numbers: Float64Array = NO_NUMBERS
  #longs: BigInt64Array = NO_LONGS
  #scalars: Scalar[] = []
  #valid: Uint8Array = NO_BYTES
  #hasNulls = false

  constructor(field: FieldReader) {
    const { name } = field.type
    this.field = field
    this.form =
      name === 'long' || name === 'ulong' || name === 'datetime'
        ? 'longs'
        : name === 'string' || name === 'bytes' || name === 'decimal'
          ? 'scalars'
          : 'numbers'
    this.#factor = name === 'hour' ? HOUR_MS : name === 'day' ? DAY_MS : 1
  }

  append(run: AlignedRun, at: number): void {
    if (this.form === 'scalars') {
      this.#appendScalars(run, at)
      return
    }
    const vector = this.field.readSlots(run)
    if (this.form === 'numbers') {
      this.#numbers = roomForF64(this.#numbers, at, run.count)
      copyNumbers(vector, run.count, this.#factor, this.#numbers, at)
    } else {
      this.#longs = roomForI64(this.#longs, at, run.count)
      copyLongs(vector, run.count, this.#longs, at)
    }
    this.#markValid(vector.valid, vector.validAt, run.count, at)
  }

  #appendScalars(run: AlignedRun, at: number): void {
    const vector = this.field.readScalars(run, this.#scalars, at)
    this.#markValid(vector.valid, vector.validAt, run.count, at)
  }

  /** The bitmap exists from the first run with a null on. */
  #markValid(valid: Uint8Array | null, validAt: number, count: number, at: number): void {
    if (valid === null && !this.#hasNulls) return
    const used = this.#hasNulls ? at : 0
    this.#valid = roomForU8(this.#valid, used, at + count - used)
    if (!this.#hasNulls) this.#valid.fill(1, 0, at)
    this.#hasNulls = true
    if (valid === null) this.#valid.fill(1, at, at + count)
    else this.#valid.set(valid.subarray(validAt, validAt + count), at)
  }

  finish(count: number): ColumnVector {
    const values =
      this.form === 'numbers'
        ? this.#numbers.subarray(0, count)
        : this.form === 'longs'
          ? this.#longsOf(count)
          : this.#scalars
    const valid = this.#hasNulls ? this.#valid.subarray(0, count) : null
    this.#hasNulls = false
    this.#scalars = []
    return { type: this.field.type.text, values: values as ColumnVector['values'], valid }
  }

  #longsOf(count: number): BigInt64Array | BigUint64Array {
    if (this.field.type.name !== 'ulong') return this.#longs.subarray(0, count)
    return new BigUint64Array(this.#longs.buffer, this.#longs.byteOffset, count)
  }
}

function copyNumbers(vector: RunVector, count: number, factor: number, out: Float64Array, at: number): void {
  if (factor === 1) out.set(vector.numbers.subarray(vector.at, vector.at + count), at)
  else scaleNumbers(vector.numbers, vector.at, count, factor, out, at)
}

/** Rows without a value get 0. */
function copyLongs(vector: RunVector, count: number, out: BigInt64Array, at: number): void {
  const { form, numbers, bigints, valid, validAt } = vector
  for (let i = 0; i < count; i++) {
    if (valid !== null && valid[validAt + i] !== 1) out[at + i] = 0n
    else out[at + i] = form === 'bigints' ? bigints[i]! : BigInt(numbers[vector.at + i]!)
  }
}

export class ColumnBatchBuilder {
  readonly #sinks: readonly Sink[]
  readonly #rowsMax: number
  #rowCount = 0

  constructor(decoder: RowDecoder, rowsMax: number) {
    this.#sinks = decoder.fields.map((field) => new Sink(field))
    this.#rowsMax = rowsMax
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** Takes rows [from, to) of the run, as far as the batch has room; answers how many. */
  append(run: AlignedRun, from: number, to: number): number {
    const count = Math.min(to - from, this.#rowsMax - this.#rowCount)
    if (count <= 0) return 0
    const part = partOfRun(run, from, from + count)
    for (const sink of this.#sinks) sink.append(part, this.#rowCount)
    this.#rowCount += count
    return count
  }

  /** The batch, and begins the next one in the same arrays: it is valid until the next append. */
  finish(): ColumnBatch {
    const rowCount = this.#rowCount
    this.#rowCount = 0
    const entries = this.#sinks.map((sink): [string, ColumnVector] => [
      sink.field.name,
      sink.finish(rowCount),
    ])
    return { rowCount, columns: Object.fromEntries(entries) }
  }
}
