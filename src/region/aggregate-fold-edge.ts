import { slotAt } from '../model/run-vector.js'
import { type Fold, type FoldData, type FoldInput, grownF64 } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

type Slot = number | bigint | string

/** The value of the earliest or latest row that has one; rows of one time go by key. */
export class EdgeFold implements Fold {
  readonly #isLast: boolean
  /** NaN where there is no value yet. */
  #times: Float64Array = new Float64Array(0)
  readonly #values: Slot[] = []

  constructor(kind: 'first' | 'last') {
    this.#isLast = kind === 'last'
  }

  consume(segments: Segments, { vector, use, useAt, times }: FoldInput, groupCount: number): void {
    this.#times = grownF64(this.#times, groupCount, Number.NaN)
    const isLast = this.#isLast
    for (let s = 0; s < segments.count; s++) {
      const id = segments.ids[s]!
      const end = segments.to[s]!
      let time = this.#times[id]!
      let found = -1
      for (let row = segments.from[s]!; row < end; row++) {
        if (use !== null && use[useAt + row] === 0) continue
        const t = times!.numbers[times!.at + row]!
        // a later row of the same time is the last one, but not the first
        if (isLast ? t < time : t >= time) continue
        time = t
        found = row
      }
      if (found < 0) continue
      this.#times[id] = time
      this.#values[id] = slotAt(vector!, found)
    }
  }

  /** Undefined where the group has no value. */
  valueOf(group: number): Slot | undefined {
    return this.#values[group]
  }

  data(groupCount: number): FoldData {
    return { times: this.#times.slice(0, groupCount), values: [...this.#values] }
  }

  merge(data: FoldData, ids: Int32Array, groupCount: number): void {
    const times = data['times'] as Float64Array
    const values = data['values'] as Slot[]
    this.#times = grownF64(this.#times, groupCount, Number.NaN)
    for (let g = 0; g < times.length; g++) {
      const time = this.#times[ids[g]!]!
      if (Number.isNaN(times[g]!) || (this.#isLast ? times[g]! < time : times[g]! >= time)) continue
      this.#times[ids[g]!] = times[g]!
      this.#values[ids[g]!] = values[g]!
    }
  }
}
