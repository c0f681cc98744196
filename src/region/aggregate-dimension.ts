/** What parts rows into groups: time buckets, the values of a column or key part, or classes of a number. */
import type { GroupSpec, TimeSpec } from '../model/aggregate-plan.js'
import type { AlignedRun } from '../model/aligned-run.js'
import type { Bucketizer } from '../model/bucket.js'
import { hasValue, RunVector, slotAt, textAt } from '../model/run-vector.js'
import { type SubjectReader, subjectReader } from '../model/subject-reader.js'
import type { TableSchema } from '../model/table-schema.js'
import { DAY_MS, HOUR_MS } from '../model/time-zone.js'
import type { ValueType } from '../model/value-type.js'
import type { GroupTreeLevel } from './aggregate-groups.js'
import { partByCodes, type Segments } from './aggregate-segments.js'

/** Parts stretches by one dimension. */
export interface Dimension {
  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void
}

export class GroupDimension implements Dimension {
  readonly #spec: GroupSpec
  readonly #reader: SubjectReader
  #codes: Int32Array = new Int32Array(0)
  /** Code by entry of #texts, -1 where not asked yet. */
  #entryCodes: Int32Array = new Int32Array(0)
  #texts: unknown = null

  constructor(schema: TableSchema, spec: GroupSpec) {
    this.#spec = spec
    this.#reader = subjectReader(schema, spec.ref)
  }

  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void {
    const vector = this.#reader.read(run)
    if (this.#codes.length < run.count) this.#codes = new Int32Array(run.count * 2)
    if (vector.stretchCount > 0) this.#fillStretches(vector, level)
    else if (this.#spec.classes === null && vector.form === 'texts') this.#fillTexts(vector, input, level)
    else this.#fillRows(vector, input, level)
    partByCodes(input, this.#codes, level, out)
  }

  #fillStretches(vector: RunVector, level: GroupTreeLevel): void {
    for (let s = 0, from = 0; s < vector.stretchCount; s++) {
      const to = vector.stretchEnds[s]!
      this.#codes.fill(this.#codeAt(vector, from, level), from, to)
      from = to
    }
  }

  #fillRows(vector: RunVector, input: Segments, level: GroupTreeLevel): void {
    for (let s = 0; s < input.count; s++) {
      const end = input.to[s]!
      for (let row = input.from[s]!; row < end; row++) this.#codes[row] = this.#codeAt(vector, row, level)
    }
  }

  #codeAt(vector: RunVector, row: number, level: GroupTreeLevel): number {
    const { classes, type } = this.#spec
    if (!hasValue(vector, row)) return level.codes.codeOf(null)
    const slot = slotAt(vector, row)
    if (classes === null) return level.codes.codeOf(slot)
    return level.codes.codeOf(
      classOf(classes.edges, type.scale === 0 ? Number(slot) : Number(slot) / 10 ** type.scale),
    )
  }

  #fillTexts(vector: RunVector, input: Segments, level: GroupTreeLevel): void {
    const { codes, at, texts } = vector
    if (texts !== this.#texts) {
      this.#texts = texts
      this.#entryCodes.fill(-1)
    }
    for (let s = 0; s < input.count; s++) {
      const end = input.to[s]!
      for (let row = input.from[s]!; row < end; row++) {
        if (!hasValue(vector, row)) this.#codes[row] = level.codes.codeOf(null)
        else if (codes.length === 0) this.#codes[row] = level.codes.codeOf(textAt(vector, row))
        else this.#codes[row] = this.#entryCode(vector, codes[at + row]!, level)
      }
    }
  }

  #entryCode(vector: RunVector, entry: number, level: GroupTreeLevel): number {
    const known = entry < this.#entryCodes.length ? this.#entryCodes[entry]! : -1
    if (known >= 0) return known
    if (entry >= this.#entryCodes.length) {
      const next = new Int32Array((entry + 1) * 2).fill(-1)
      next.set(this.#entryCodes)
      this.#entryCodes = next
    }
    const code = level.codes.codeOf(vector.texts.at(entry))
    this.#entryCodes[entry] = code
    return code
  }
}

/** Number of edges ≤ value; NaN lies above all. */
function classOf(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value < edges[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/** Rows without a time, or with one outside [min, max), belong to no bucket. */
export class BucketDimension implements Dimension {
  readonly #reader: TimeReader
  readonly #bucketizer: Bucketizer
  readonly #min: number
  readonly #max: number

  constructor(schema: TableSchema, time: TimeSpec, bucketizer: Bucketizer, min: number, max: number) {
    this.#reader = new TimeReader(schema, time)
    this.#bucketizer = bucketizer
    this.#min = min
    this.#max = max
  }

  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void {
    const vector = this.#reader.read(run)
    const { numbers, at, valid, validAt } = vector
    const { msPerSlot } = this.#reader
    out.clear()
    for (let s = 0; s < input.count; s++) {
      const end = input.to[s]!
      const parent = input.ids[s]!
      let row = input.from[s]!
      while (row < end) {
        const slot = numbers[at + row]!
        const ms = Math.floor(slot * msPerSlot)
        const hasTime = (valid === null || valid[validAt + row] === 1) && ms >= this.#min && ms < this.#max
        if (!hasTime) {
          row++
          continue
        }
        const code = level.codes.codeOf(this.#bucketizer.locate(ms))
        const low = Math.max(this.#bucketizer.from, this.#min) / msPerSlot
        const high = Math.min(this.#bucketizer.to, this.#max) / msPerSlot
        const from = row++
        row = stretchEnd(numbers, at, row, end, low, high, valid, validAt)
        out.add(from, row, level.child(parent, code))
      }
    }
  }
}

/** The first row from `row` on that has no value in [low, high). */
function stretchEnd(
  numbers: Float64Array,
  at: number,
  row: number,
  end: number,
  low: number,
  high: number,
  valid: Uint8Array | null,
  validAt: number,
): number {
  let next = row
  if (valid === null) while (next < end && numbers[at + next]! < high && numbers[at + next]! >= low) next++
  else {
    while (
      next < end &&
      valid[validAt + next] === 1 &&
      numbers[at + next]! < high &&
      numbers[at + next]! >= low
    )
      next++
  }
  return next
}

/** A time column or key part as numbers: hours, days, or ms. */
export class TimeReader {
  readonly #reader: SubjectReader
  readonly #type: ValueType
  readonly #ms = new RunVector()

  constructor(schema: TableSchema, time: TimeSpec) {
    this.#reader = subjectReader(schema, time.ref)
    this.#type = time.type
  }

  /** 3,600,000, 86,400,000, or 1 where µs were made ms. */
  get msPerSlot(): number {
    if (this.#type.name === 'hour') return HOUR_MS
    return this.#type.name === 'day' ? DAY_MS : 1
  }

  read(run: AlignedRun): RunVector {
    const vector = this.#reader.read(run)
    if (this.#type.name !== 'datetime') return vector
    const ms = this.#ms
    if (ms.numbers.length < run.count) ms.numbers = new Float64Array(run.count * 2)
    if (vector.form === 'numbers') floorThousandths(vector.numbers, vector.at, run.count, ms.numbers)
    else for (let i = 0; i < run.count; i++) ms.numbers[i] = floorBigint(vector.bigints[i]!)
    ms.valid = vector.valid
    ms.validAt = vector.validAt
    return ms
  }
}

function floorThousandths(values: Float64Array, at: number, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = Math.floor(values[at + i]! / 1000)
}

function floorBigint(micros: bigint): number {
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)
}
