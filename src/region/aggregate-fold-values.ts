import type { RunVector } from '../model/run-vector.js'
import { compareSlots } from '../model/where-kernels.js'
import type { Fold, FoldData, FoldInput, ValueBudget } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

type Slot = number | bigint

/** Every value, in the order they came, with its group; sorted by group and size when quantiles are asked for. */
export class ValuesFold implements Fold {
  readonly #budget: ValueBudget
  #count = 0
  #ids: Int32Array = new Int32Array(256)
  #values: Float64Array = new Float64Array(256)
  /** Values that no number holds exactly, by group. */
  readonly #wide = new Map<number, bigint[]>()
  /** Group g's values are #sorted[#starts[g], #starts[g + 1]), ascending; made on demand. */
  #sorted: Float64Array | null = null
  #starts: Int32Array = new Int32Array(0)

  constructor(budget: ValueBudget) {
    this.#budget = budget
  }

  consume(segments: Segments, { vector, use, useAt }: FoldInput): void {
    this.#sorted = null
    if (vector!.form === 'bigints') {
      this.#consumeWide(segments, vector!, use, useAt)
      return
    }
    for (let s = 0; s < segments.count; s++) {
      const id = segments.ids[s]!
      const from = segments.from[s]!
      const to = segments.to[s]!
      this.#reserve(to - from)
      const before = this.#count
      this.#count = appendUsed(vector!.numbers, vector!.at, from, to, use, useAt, this.#values, before)
      this.#ids.fill(id, before, this.#count)
      this.#budget.take(this.#count - before)
    }
  }

  /** Values of the group. */
  countOf(group: number, groupCount: number): number {
    this.#sort(groupCount)
    return this.#starts[group + 1]! - this.#starts[group]! + (this.#wide.get(group)?.length ?? 0)
  }

  /** The value at 0-based `rank` of the group's values in ascending order. */
  valueAt(group: number, rank: number, groupCount: number): Slot {
    this.#sort(groupCount)
    const wide = this.#wide.get(group)
    const start = this.#starts[group]!
    if (wide === undefined) return this.#sorted![start + rank]!
    // rare: integers on both sides of ±2⁵³
    const all: Slot[] = [...this.#sorted!.subarray(start, this.#starts[group + 1]), ...wide]
    return all.sort(compareSlots)[rank]!
  }

  data(): FoldData {
    return {
      ids: this.#ids.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
      wide: new Map(this.#wide),
    }
  }

  merge(data: FoldData, ids: Int32Array): void {
    this.#sorted = null
    const otherIds = data['ids'] as Int32Array
    const values = data['values'] as Float64Array
    this.#reserve(values.length)
    this.#budget.take(values.length)
    for (let i = 0; i < values.length; i++) this.#append(ids[otherIds[i]!]!, values[i]!)
    for (const [group, wide] of data['wide'] as Map<number, bigint[]>) {
      for (const value of wide) this.#addWide(ids[group]!, value)
    }
  }

  #consumeWide(segments: Segments, vector: RunVector, use: Uint8Array | null, useAt: number): void {
    for (let s = 0; s < segments.count; s++) {
      for (let row = segments.from[s]!; row < segments.to[s]!; row++) {
        if (use === null || use[useAt + row] === 1) this.#addWide(segments.ids[s]!, vector.bigints[row]!)
      }
    }
  }

  #addWide(group: number, value: bigint): void {
    const number = Number(value)
    this.#budget.take(1)
    if (Number.isSafeInteger(number)) {
      this.#reserve(1)
      this.#append(group, number)
      return
    }
    const wide = this.#wide.get(group)
    if (wide === undefined) this.#wide.set(group, [value])
    else wide.push(value)
  }

  #append(group: number, value: number): void {
    this.#ids[this.#count] = group
    this.#values[this.#count++] = value
  }

  #reserve(more: number): void {
    if (this.#count + more <= this.#ids.length) return
    const capacity = Math.max(this.#count + more, this.#ids.length * 2)
    const ids = new Int32Array(capacity)
    const values = new Float64Array(capacity)
    ids.set(this.#ids.subarray(0, this.#count))
    values.set(this.#values.subarray(0, this.#count))
    this.#ids = ids
    this.#values = values
  }

  /** Counting sort by group, then each group by size (NaN last, as typed arrays sort). */
  #sort(groupCount: number): void {
    if (this.#sorted !== null) return
    const starts = new Int32Array(groupCount + 1)
    for (let i = 0; i < this.#count; i++) starts[this.#ids[i]! + 1] = starts[this.#ids[i]! + 1]! + 1
    for (let g = 0; g < groupCount; g++) starts[g + 1] = starts[g + 1]! + starts[g]!
    const sorted = new Float64Array(this.#count)
    const next = starts.slice()
    for (let i = 0; i < this.#count; i++) {
      const id = this.#ids[i]!
      sorted[next[id]!] = this.#values[i]!
      next[id] = next[id]! + 1
    }
    for (let g = 0; g < groupCount; g++) sorted.subarray(starts[g], starts[g + 1]).sort()
    this.#sorted = sorted
    this.#starts = starts
  }
}

function appendUsed(
  values: Float64Array,
  at: number,
  from: number,
  to: number,
  use: Uint8Array | null,
  useAt: number,
  out: Float64Array,
  outAt: number,
): number {
  let next = outAt
  for (let row = from; row < to; row++)
    if (use === null || use[useAt + row] === 1) out[next++] = values[at + row]!
  return next
}
