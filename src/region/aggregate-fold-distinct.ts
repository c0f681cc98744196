import { slotAt } from '../model/run-vector.js'
import { narrow } from '../model/value-codec.js'
import type { Fold, FoldData, FoldInput, ValueBudget } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

type Slot = number | bigint | string

/** The different values, exactly: each is kept once. NaN is one value, and 0 is -0. */
export class DistinctFold implements Fold {
  readonly #sets: (Set<Slot> | undefined)[] = []
  readonly #budget: ValueBudget

  constructor(budget: ValueBudget) {
    this.#budget = budget
  }

  consume(segments: Segments, { vector, use, useAt }: FoldInput): void {
    for (let s = 0; s < segments.count; s++) {
      const set = this.#setOf(segments.ids[s]!)
      const before = set.size
      let last: Slot | undefined
      for (let row = segments.from[s]!; row < segments.to[s]!; row++) {
        if (use !== null && use[useAt + row] === 0) continue
        const slot = slotAt(vector!, row)
        if (slot === last) continue
        last = slot
        set.add(typeof slot === 'bigint' ? narrow(slot) : slot)
      }
      this.#budget.take(set.size - before)
    }
  }

  countOf(group: number): number {
    return this.#sets[group]?.size ?? 0
  }

  data(): FoldData {
    return { sets: [...this.#sets] }
  }

  merge(data: FoldData, ids: Int32Array): void {
    const sets = data['sets'] as readonly (ReadonlySet<Slot> | undefined)[]
    sets.forEach((other, g) => {
      const set = this.#setOf(ids[g]!)
      const before = set.size
      for (const slot of other ?? []) set.add(slot)
      this.#budget.take(set.size - before)
    })
  }

  #setOf(group: number): Set<Slot> {
    let set = this.#sets[group]
    if (set === undefined) {
      set = new Set()
      this.#sets[group] = set
    }
    return set
  }
}
