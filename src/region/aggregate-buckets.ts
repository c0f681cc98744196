/** What parts rows into time buckets. */
import type { TimeSpec } from '../model/aggregate-plan.js'
import type { AlignedRun } from '../model/aligned-run.js'
import type { Bucketizer } from '../model/bucket.js'
import { RunVector } from '../model/run-vector.js'
import { type SubjectReader, subjectReader } from '../model/subject-reader.js'
import type { TableSchema } from '../model/table-schema.js'
import { DAY_MS, HOUR_MS } from '../model/time-zone.js'
import type { ValueType } from '../model/value-type.js'
import type { Dimension } from './aggregate-dimension.js'
import type { GroupTreeLevel } from './aggregate-groups.js'
import type { Segments } from './aggregate-segments.js'

/** Hours or days whose bucket is kept at most: 16 MiB, 478 years of hours. */
const KEPT_SLOTS_MAX = 4_194_304
const UNKNOWN = -2
const NO_BUCKET = -1

/** Rows without a time, or with one outside [min, max), belong to no bucket. */
export class BucketDimension implements Dimension {
  readonly #reader: TimeReader
  readonly #bucketizer: Bucketizer
  readonly #min: number
  readonly #max: number
  /** Hours and days are asked for again and again: code of slot #keptFrom + i, or NO_BUCKET, or UNKNOWN. */
  #kept: Int32Array = new Int32Array(0)
  #keptFrom = 0

  constructor(schema: TableSchema, time: TimeSpec, bucketizer: Bucketizer, min: number, max: number) {
    this.#reader = new TimeReader(schema, time)
    this.#bucketizer = bucketizer
    this.#min = min
    this.#max = max
  }

  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void {
    const vector = this.#reader.read(run)
    out.clear()
    const isKept = this.#reader.msPerSlot > 1 && this.#keep(vector, input)
    for (let s = 0; s < input.count; s++) {
      if (isKept) this.#partKept(vector, input.from[s]!, input.to[s]!, input.ids[s]!, level, out)
      else this.#partTimes(vector, input.from[s]!, input.to[s]!, input.ids[s]!, level, out)
    }
  }

  #partKept(
    vector: RunVector,
    from: number,
    to: number,
    parent: number,
    level: GroupTreeLevel,
    out: Segments,
  ): void {
    const { numbers, at, valid, validAt } = vector
    const kept = this.#kept
    const shift = this.#keptFrom
    for (let row = from; row < to; ) {
      const start = row++
      if (valid !== null && valid[validAt + start] === 0) continue
      const slot = numbers[at + start]!
      let code = kept[slot - shift]!
      if (code === UNKNOWN) {
        code = this.#codeOf(slot * this.#reader.msPerSlot, level)
        kept[slot - shift] = code
      }
      if (code === NO_BUCKET) continue
      row = keptStretchEnd(kept, shift, code, numbers, at, row, to, valid, validAt)
      out.add(start, row, level.child(parent, code))
    }
  }

  #partTimes(
    vector: RunVector,
    from: number,
    to: number,
    parent: number,
    level: GroupTreeLevel,
    out: Segments,
  ): void {
    const { numbers, at, valid, validAt } = vector
    const { msPerSlot } = this.#reader
    for (let row = from; row < to; ) {
      const start = row++
      if (valid !== null && valid[validAt + start] === 0) continue
      const code = this.#codeOf(numbers[at + start]! * msPerSlot, level)
      if (code === NO_BUCKET) continue
      const low = Math.max(this.#bucketizer.from, this.#min) / msPerSlot
      const high = Math.min(this.#bucketizer.to, this.#max) / msPerSlot
      row = stretchEnd(numbers, at, row, to, low, high, valid, validAt)
      out.add(start, row, level.child(parent, code))
    }
  }

  #codeOf(ms: number, level: GroupTreeLevel): number {
    if (ms < this.#min || ms >= this.#max) return NO_BUCKET
    return level.codes.codeOf(this.#bucketizer.locate(ms))
  }

  /** Makes room for the run's times. False: they lie too far apart. */
  #keep(vector: RunVector, input: Segments): boolean {
    let low = Infinity
    let high = -Infinity
    const { numbers, at, valid, validAt } = vector
    for (let s = 0; s < input.count; s++) {
      const end = input.to[s]!
      for (let row = input.from[s]!; row < end; row++) {
        if (valid !== null && valid[validAt + row] === 0) continue
        const slot = numbers[at + row]!
        if (slot < low) low = slot
        if (slot > high) high = slot
      }
    }
    if (low > high) return true
    const isEmpty = this.#kept.length === 0
    const from = isEmpty ? low : Math.min(low, this.#keptFrom)
    const to = isEmpty ? high + 1 : Math.max(high + 1, this.#keptFrom + this.#kept.length)
    if (to - from > KEPT_SLOTS_MAX) return false
    if (to - from > this.#kept.length) {
      // grown at both ends, so that times that creep either way do not copy it each time
      const spare = Math.min(KEPT_SLOTS_MAX - (to - from), to - from)
      const next = new Int32Array(to - from + spare).fill(UNKNOWN)
      const nextFrom = from - Math.floor(spare / 2)
      if (!isEmpty) next.set(this.#kept, this.#keptFrom - nextFrom)
      this.#kept = next
      this.#keptFrom = nextFrom
    }
    return true
  }
}

/** The first row from `row` on that has no value, or one whose code is not known to be `code`. */
function keptStretchEnd(
  kept: Int32Array,
  shift: number,
  code: number,
  numbers: Float64Array,
  at: number,
  row: number,
  end: number,
  valid: Uint8Array | null,
  validAt: number,
): number {
  let next = row
  if (valid === null) while (next < end && kept[numbers[at + next]! - shift] === code) next++
  else while (next < end && valid[validAt + next] === 1 && kept[numbers[at + next]! - shift] === code) next++
  return next
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
