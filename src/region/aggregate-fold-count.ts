import { type Fold, type FoldData, type FoldInput, grownF64 } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

/** Rows, or values that are not null. */
export class CountFold implements Fold {
  #counts: Float64Array = new Float64Array(0)

  consume(segments: Segments, { use, useAt }: FoldInput, groupCount: number): void {
    this.#counts = grownF64(this.#counts, groupCount, 0)
    if (use === null) countAll(segments, this.#counts)
    else countUsed(segments, use, useAt, this.#counts)
  }

  add(group: number, count: number, groupCount: number): void {
    this.#counts = grownF64(this.#counts, groupCount, 0)
    this.#counts[group] = this.#counts[group]! + count
  }

  countOf(group: number): number {
    return this.#counts[group] ?? 0
  }

  data(groupCount: number): FoldData {
    return { counts: this.#counts.slice(0, groupCount) }
  }

  merge(data: FoldData, ids: Int32Array, groupCount: number): void {
    const counts = data['counts'] as Float64Array
    for (let g = 0; g < counts.length; g++) this.add(ids[g]!, counts[g]!, groupCount)
  }
}

function countAll(segments: Segments, counts: Float64Array): void {
  const { count, from, to, ids } = segments
  for (let s = 0; s < count; s++) counts[ids[s]!] = counts[ids[s]!]! + to[s]! - from[s]!
}

function countUsed(segments: Segments, use: Uint8Array, useAt: number, counts: Float64Array): void {
  const { count, from, to, ids } = segments
  for (let s = 0; s < count; s++) {
    let used = 0
    const end = useAt + to[s]!
    for (let i = useAt + from[s]!; i < end; i++) used += use[i]!
    counts[ids[s]!] = counts[ids[s]!]! + used
  }
}
