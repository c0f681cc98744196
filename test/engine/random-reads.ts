import type { KeyParts, ScanOptions } from '../../src/model/api.js'
import type { SeededRandom } from '../support/seeded-random.js'
import { randomWhere } from './random-where.js'
import { compareParts, type ModelRead } from './typed-model.js'
import {
  type ColumnShape,
  HOUR_MS,
  pick,
  randomKey,
  START,
  type TypedShape,
  toPublic,
  type Value,
} from './typed-shapes.js'

/** What to read of a typed table, by chance: columns, ranges, times, conditions, as options of a scan and for the model. */
export class RandomReads {
  readonly #random: SeededRandom
  readonly #shape: TypedShape

  constructor(random: SeededRandom, shape: TypedShape) {
    this.#random = random
    this.#shape = shape
  }

  keyParts(parts: readonly (Value | null)[]): KeyParts {
    return Object.fromEntries(
      parts.map((value, i) => [this.#shape.parts[i]!.name, toPublic(this.#shape.parts[i]!.type, value)]),
    )
  }

  // ------------------------------------------------------------------ writes
  selection(): { columns: string[]; shown: ColumnShape[]; read: string[] | null } | null {
    if (this.#random.coin()) return null
    const { columns: all, parts } = this.#shape
    const columns: string[] = []
    const read: string[] = []
    for (let i = 1 + this.#random.below(2); i > 0; i--) {
      const column = pick(this.#random, all)
      const dice = this.#random.below(6)
      if (dice === 0) columns.push(pick(this.#random, parts).name)
      else if (dice === 1) {
        columns.push(column.family)
        read.push(column.family)
      } else {
        columns.push(dice < 4 ? column.shown : `${column.family}:${column.name}`)
        read.push(`${column.family}:${column.name}`)
      }
    }
    const shown = all.filter(
      ({ family, name }) => read.includes(family) || read.includes(`${family}:${name}`),
    )
    return { columns, shown, read: read.length === 0 ? null : read }
  }

  range(): { options: ScanOptions; within: ModelRead['within'] } {
    const leading = () =>
      randomKey(this.#random, this.#shape).slice(0, 1 + this.#random.below(this.#shape.parts.length))
    const dice = this.#random.below(5)
    if (dice < 2) return { options: {}, within: () => true }
    if (dice === 2) {
      const prefix = leading()
      return {
        options: { prefix: this.keyParts(prefix) },
        within: (parts) => compareParts(this.#shape, parts, prefix) === 0,
      }
    }
    let [start, stop] = [leading(), leading()]
    if (compareParts(this.#shape, start, stop) > 0) [start, stop] = [stop, start]
    // A longer bound lies after a shorter one that it begins with.
    if (compareParts(this.#shape, start, stop) === 0 && start.length > stop.length)
      [start, stop] = [stop, start]
    const [startInclusive, stopInclusive] = [this.#random.below(3) > 0, this.#random.below(3) === 0]
    const options = {
      start: this.keyParts(start),
      stop: this.keyParts(stop),
      startInclusive,
      stopInclusive,
    }
    const within = (parts: readonly (Value | null)[]): boolean => {
      const [low, high] = [compareParts(this.#shape, parts, start), compareParts(this.#shape, parts, stop)]
      return (startInclusive ? low >= 0 : low > 0) && (stopInclusive ? high <= 0 : high < 0)
    }
    return { options, within }
  }

  times(): { options: ScanOptions; min: number; max: number } {
    const dice = this.#random.below(4)
    const from = START + (this.#random.below(60) - 2) * HOUR_MS
    const to = from + (1 + this.#random.below(40)) * HOUR_MS
    if (dice === 0) return { options: { timeRange: [from, to] }, min: from, max: to }
    if (dice === 1 && this.#random.coin())
      return { options: { timeRange: [null, to] }, min: Number.NEGATIVE_INFINITY, max: to }
    return { options: {}, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
  }

  readPlan(): { options: ScanOptions; read: ModelRead } {
    const { options: range, within } = this.range()
    const { options: times, min, max } = this.times()
    const selection = this.selection()
    const where = this.#random.below(3) === 0 ? randomWhere(this.#random, this.#shape) : null
    const options: ScanOptions = {
      ...range,
      ...times,
      ...(selection === null ? {} : { columns: selection.columns }),
      ...(where === null ? {} : { where: where.text }),
    }
    const read: ModelRead = {
      read:
        selection === null || selection.read === null ? null : [...selection.read, ...(where?.columns ?? [])],
      shown: selection?.shown ?? this.#shape.columns,
      min,
      max,
      within,
      where: (row) => where === null || where.test(row) === true,
    }
    return { options, read }
  }
}
