/** One field of typed rows, a row-key part or a column: its slots in a run → values as people see them, in a Lane. */
import type { AlignedRun } from './aligned-run.js'
import type { Scalar } from './api.js'
import { groupOfRow, NO_BYTES } from './row-block.js'
import { Lane } from './row-factory.js'
import type { RowKeyCodec } from './row-key.js'
import { type RunVector, slotAt, textAt } from './run-vector.js'
import { type SubjectReader, subjectReader } from './subject-reader.js'
import type { ColumnRef, TableSchema } from './table-schema.js'
import { DAY_MS, HOUR_MS } from './time-zone.js'
import { fromSlot, type LongsAs } from './value-codec.js'
import type { ValueType } from './value-type.js'

export class FieldReader {
  readonly name: string
  readonly type: ValueType
  readonly lane: Lane = new Lane()
  readonly #reader: SubjectReader
  readonly #longs: LongsAs
  readonly #key: RowKeyCodec | null
  /** The row-key part that lies in the groups' prefixes, or -1. */
  readonly #groupPart: number
  #numbers: Float64Array = new Float64Array(0)
  #scalars: Scalar[] = []

  constructor(schema: TableSchema, name: string, ref: ColumnRef, longs: LongsAs) {
    this.#reader = subjectReader(schema, ref)
    this.name = name
    this.type = this.#reader.type
    this.#longs = longs
    this.#key = ref.kind === 'key' ? schema.key : null
    const inSuffix =
      ref.kind === 'key' && schema.key.suffixBytes === 4 && ref.part === schema.key.parts.length - 1
    this.#groupPart = ref.kind === 'key' && !inSuffix ? ref.part : -1
  }

  /** The slots as they are; valid until the next call. */
  readSlots(run: AlignedRun): RunVector {
    return this.#reader.read(run)
  }

  /** Fills the lane with the values of the whole run. */
  readLane(run: AlignedRun): void {
    if (this.#groupPart >= 0) {
      this.#readGroups(run)
      return
    }
    const vector = this.#reader.read(run)
    const lane = this.lane
    lane.valid = vector.valid
    lane.validAt = vector.validAt
    switch (this.type.name) {
      case 'double':
      case 'int':
        lane.values = vector.numbers
        lane.at = vector.at
        return
      case 'hour':
        this.#scale(vector, run.count, HOUR_MS)
        return
      case 'day':
        this.#scale(vector, run.count, DAY_MS)
        return
      default:
        lane.values = this.#scalars
        lane.at = 0
        this.#fill(vector, run.count, this.#scalars, 0)
    }
  }

  /** One value a key group, null among them. */
  #readGroups(run: AlignedRun): void {
    const { keyBlock: block, keyFrom, count } = run
    const out = this.#scalars
    const end = keyFrom + count
    let group = groupOfRow(block, keyFrom)
    for (let row = keyFrom; row < end; group++) {
      const slot = this.#key!.readGroupPart(this.#groupPart, block, group)
      const value = slot === null ? null : fromSlot(this.type, slot, this.#longs)
      const stop = block.suffixBytes === 0 ? row + 1 : Math.min(end, block.groupStarts[group + 1]!)
      for (; row < stop; row++) out[row - keyFrom] = value
    }
    this.lane.values = out
    this.lane.at = 0
    this.lane.valid = null
  }

  /** Values as people see them into out[at…], for a type that is no number; a placeholder where there is none. */
  readScalars(run: AlignedRun, out: Scalar[], at: number): RunVector {
    const vector = this.#reader.read(run)
    this.#fill(vector, run.count, out, at)
    return vector
  }

  #fill(vector: RunVector, count: number, out: Scalar[], at: number): void {
    if (this.type.name === 'string') fillTexts(vector, count, out, at)
    else if (this.type.name === 'bytes') fillBytes(vector, count, out, at)
    else fillScalars(this.type, this.#longs, vector, count, out, at)
  }

  #scale(vector: RunVector, count: number, factor: number): void {
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count * 2)
    scaleNumbers(vector.numbers, vector.at, count, factor, this.#numbers)
    this.lane.values = this.#numbers
    this.lane.at = 0
  }
}

export function scaleNumbers(
  numbers: Float64Array,
  at: number,
  count: number,
  factor: number,
  out: Float64Array,
  outAt = 0,
): void {
  for (let i = 0; i < count; i++) out[outAt + i] = numbers[at + i]! * factor
}

/** Rows of one key group share their text: it is looked up once a stretch. */
function fillTexts(vector: RunVector, count: number, out: Scalar[], at: number): void {
  const { stretchEnds, stretchCount, valid, validAt } = vector
  if (stretchCount > 0) {
    for (let s = 0, i = 0; s < stretchCount; s++) {
      const text = textAt(vector, i)
      for (const end = stretchEnds[s]!; i < end; i++) out[at + i] = text
    }
    return
  }
  for (let i = 0; i < count; i++) {
    out[at + i] = valid === null || valid[validAt + i] === 1 ? textAt(vector, i) : ''
  }
}

function fillBytes(vector: RunVector, count: number, out: Scalar[], at: number): void {
  const { valid, validAt } = vector
  for (let i = 0; i < count; i++) {
    const isThere = valid === null || valid[validAt + i] === 1
    out[at + i] = isThere ? Uint8Array.from(Buffer.from(textAt(vector, i), 'latin1')) : NO_BYTES
  }
}

function fillScalars(
  type: ValueType,
  longs: LongsAs,
  vector: RunVector,
  count: number,
  out: Scalar[],
  at: number,
): void {
  const { valid, validAt } = vector
  for (let i = 0; i < count; i++) {
    const isThere = valid === null || valid[validAt + i] === 1
    out[at + i] = isThere ? fromSlot(type, slotAt(vector, i), longs) : ''
  }
}
