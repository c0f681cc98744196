import { type RunVector, slotAt } from '../model/run-vector.js'
import { compareSlots } from '../model/where-kernels.js'
import { type Fold, type FoldData, type FoldInput, grownF64 } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

type Slot = number | bigint | string

/** The least or greatest value. NaN is greater than every number. */
export class ExtremeFold implements Fold {
  readonly kind: 'min' | 'max'
  readonly #sign: 1 | -1
  /** Of values held as numbers: NaN where there is none, or none but NaN (see #seen). */
  #numbers: Float64Array = new Float64Array(0)
  /** 1 where #numbers holds a value. */
  #seen: Uint8Array = new Uint8Array(0)
  /** Of texts and bigints. */
  readonly #others = new Map<number, Slot>()

  constructor(kind: 'min' | 'max') {
    this.kind = kind
    this.#sign = kind === 'min' ? 1 : -1
  }

  consume(segments: Segments, { vector, use, useAt }: FoldInput, groupCount: number): void {
    if (vector!.form !== 'numbers') {
      this.#consumeOthers(segments, vector!, use, useAt)
      return
    }
    this.#grow(groupCount)
    const fold = this.#sign === 1 ? leastNumbers : greatestNumbers
    fold(segments, vector!.numbers, vector!.at, use, useAt, this.#numbers, this.#seen)
  }

  add(group: number, value: Slot, groupCount: number): void {
    if (typeof value === 'number') {
      this.#grow(groupCount)
      const isBetter = this.#seen[group] === 0 || compareSlots(value, this.#numbers[group]!) * this.#sign < 0
      if (isBetter) this.#numbers[group] = value
      this.#seen[group] = 1
      return
    }
    const best = this.#others.get(group)
    if (best === undefined || compareSlots(value, best) * this.#sign < 0) this.#others.set(group, value)
  }

  /** Undefined where the group has no value. */
  valueOf(group: number): Slot | undefined {
    const number = this.#seen[group] === 1 ? this.#numbers[group]! : undefined
    const other = this.#others.get(group)
    if (number === undefined || other === undefined) return number ?? other
    return compareSlots(number, other) * this.#sign < 0 ? number : other
  }

  data(groupCount: number): FoldData {
    return {
      numbers: this.#numbers.slice(0, groupCount),
      seen: this.#seen.slice(0, groupCount),
      others: new Map(this.#others),
    }
  }

  merge(data: FoldData, ids: Int32Array, groupCount: number): void {
    const numbers = data['numbers'] as Float64Array
    const seen = data['seen'] as Uint8Array
    for (let g = 0; g < numbers.length; g++) if (seen[g] === 1) this.add(ids[g]!, numbers[g]!, groupCount)
    for (const [g, value] of data['others'] as Map<number, Slot>) this.add(ids[g]!, value, groupCount)
  }

  #consumeOthers(segments: Segments, vector: RunVector, use: Uint8Array | null, useAt: number): void {
    for (let s = 0; s < segments.count; s++) {
      const id = segments.ids[s]!
      let best = this.#others.get(id)
      for (let row = segments.from[s]!; row < segments.to[s]!; row++) {
        if (use !== null && use[useAt + row] === 0) continue
        const value = slotAt(vector, row)
        if (best === undefined || compareSlots(value, best) * this.#sign < 0) best = value
      }
      if (best !== undefined) this.#others.set(id, best)
    }
  }

  #grow(groupCount: number): void {
    if (groupCount <= this.#seen.length) return
    this.#numbers = grownF64(this.#numbers, groupCount, Number.NaN)
    const seen = new Uint8Array(this.#numbers.length)
    seen.set(this.#seen)
    this.#seen = seen
  }
}

type NumberFold = (
  segments: Segments,
  values: Float64Array,
  at: number,
  use: Uint8Array | null,
  useAt: number,
  best: Float64Array,
  seen: Uint8Array,
) => void

/** A NaN in `best` (none yet, or none but NaN) gives way to any number. */
const leastNumbers: NumberFold = (segments, values, at, use, useAt, best, seen) => {
  const shift = useAt - at
  for (let s = 0; s < segments.count; s++) {
    const id = segments.ids[s]!
    const end = at + segments.to[s]!
    let least = best[id]!
    let found = seen[id]!
    for (let i = at + segments.from[s]!; i < end; i++) {
      if (use !== null && use[i + shift] === 0) continue
      const value = values[i]!
      found = 1
      if (value < least || Number.isNaN(least)) least = value
    }
    best[id] = least
    seen[id] = found
  }
}

const greatestNumbers: NumberFold = (segments, values, at, use, useAt, best, seen) => {
  const shift = useAt - at
  for (let s = 0; s < segments.count; s++) {
    const id = segments.ids[s]!
    const end = at + segments.to[s]!
    let found = seen[id]!
    let greatest = found === 0 ? -Infinity : best[id]!
    for (let i = at + segments.from[s]!; i < end; i++) {
      if (use !== null && use[i + shift] === 0) continue
      const value = values[i]!
      found = 1
      if (value > greatest || Number.isNaN(value)) greatest = value
    }
    if (found === 1) best[id] = greatest
    seen[id] = found
  }
}
