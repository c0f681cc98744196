/** What parts rows into groups: the values of a column or key part, or classes of a number. */
import type { GroupSpec } from '../model/aggregate-plan.js'
import type { AlignedRun } from '../model/aligned-run.js'
import { hasValue, type RunVector, slotAt, textAt } from '../model/run-vector.js'
import { type SubjectReader, subjectReader } from '../model/subject-reader.js'
import type { TableSchema } from '../model/table-schema.js'
import type { GroupTreeLevel } from './aggregate-groups.js'
import { partByCodes, type Segments } from './aggregate-segments.js'

/** Parts stretches by one dimension. */
export interface Dimension {
  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void
}

const SMALL_MIN = -1024
const SMALL_COUNT = 8192

export class GroupDimension implements Dimension {
  readonly #spec: GroupSpec
  readonly #reader: SubjectReader
  #codes: Int32Array = new Int32Array(0)
  /** Code by entry of #texts, -1 where not asked yet. */
  #entryCodes: Int32Array = new Int32Array(0)
  #texts: unknown = null
  /** Code of integer SMALL_MIN + i, -1 where not asked yet. */
  readonly #smallCodes: Int32Array = new Int32Array(SMALL_COUNT).fill(-1)

  constructor(schema: TableSchema, spec: GroupSpec) {
    this.#spec = spec
    this.#reader = subjectReader(schema, spec.ref)
  }

  part(run: AlignedRun, input: Segments, level: GroupTreeLevel, out: Segments): void {
    const vector = this.#reader.read(run)
    if (this.#codes.length < run.count) this.#codes = new Int32Array(run.count * 2)
    if (vector.stretchCount > 0) this.#fillStretches(vector, level)
    else if (this.#spec.classes === null && vector.form === 'texts') this.#fillTexts(vector, input, level)
    else if (this.#spec.classes === null && vector.form === 'numbers') this.#fillNumbers(vector, input, level)
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

  #fillNumbers(vector: RunVector, input: Segments, level: GroupTreeLevel): void {
    const { numbers, at, valid, validAt } = vector
    const known = this.#smallCodes
    for (let s = 0; s < input.count; s++) {
      const end = input.to[s]!
      for (let row = input.from[s]!; row < end; row++) {
        if (valid !== null && valid[validAt + row] === 0) {
          this.#codes[row] = level.codes.codeOf(null)
          continue
        }
        const value = numbers[at + row]!
        const index = value - SMALL_MIN
        const isSmall = (index | 0) === index && index >= 0 && index < SMALL_COUNT
        let code = isSmall ? known[index]! : -1
        if (code < 0) {
          code = level.codes.codeOf(value)
          if (isSmall) known[index] = code
        }
        this.#codes[row] = code
      }
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
