/**
 * The rows of a run as stretches of one group each. A step makes finer stretches of coarser ones; rows that belong to no
 * group lie in none. Folds then run one tight loop over each stretch.
 */
import type { RunVector } from '../model/run-vector.js'

/** Stretch s holds rows [from[s], to[s]) of the run, in group ids[s]. Ascending, without overlap. */
export class Segments {
  count = 0
  from: Int32Array = new Int32Array(64)
  to: Int32Array = new Int32Array(64)
  ids: Int32Array = new Int32Array(64)

  clear(): void {
    this.count = 0
  }

  add(from: number, to: number, id: number): void {
    const at = this.count++
    if (at === this.from.length) this.#grow()
    this.from[at] = from
    this.to[at] = to
    this.ids[at] = id
  }

  /** One stretch of all rows. */
  reset(rowCount: number): void {
    this.count = 0
    if (rowCount > 0) this.add(0, rowCount, 0)
  }

  #grow(): void {
    this.from = doubled(this.from)
    this.to = doubled(this.to)
    this.ids = doubled(this.ids)
  }
}

function doubled(array: Int32Array): Int32Array {
  const next = new Int32Array(array.length * 2)
  next.set(array)
  return next
}

/** Keeps the rows where mask is 1. */
export function keepMasked(input: Segments, mask: Uint8Array, out: Segments): void {
  out.clear()
  for (let s = 0; s < input.count; s++) {
    const end = input.to[s]!
    let row = input.from[s]!
    while (row < end) {
      while (row < end && mask[row] === 0) row++
      const from = row
      while (row < end && mask[row] === 1) row++
      if (from < row) out.add(from, row, input.ids[s]!)
    }
  }
}

/** Keeps the rows that have a value in [min, max). The vector holds numbers. */
export function keepRange(input: Segments, vector: RunVector, min: number, max: number, out: Segments): void {
  const { numbers, at, valid, validAt } = vector
  out.clear()
  for (let s = 0; s < input.count; s++) {
    const end = input.to[s]!
    let from = input.from[s]!
    for (let row = from; row < end; row++) {
      const value = numbers[at + row]!
      if (value >= min && value < max && (valid === null || valid[validAt + row] === 1)) continue
      if (from < row) out.add(from, row, input.ids[s]!)
      from = row + 1
    }
    if (from < end) out.add(from, end, input.ids[s]!)
  }
}

/** Gives the group below a stretch's group for a code of the next dimension. */
export interface GroupLevel {
  child(parent: number, code: number): number
}

/** Parts stretches where the code changes; codes[row] < 0 is no group. */
export function partByCodes(input: Segments, codes: Int32Array, level: GroupLevel, out: Segments): void {
  out.clear()
  for (let s = 0; s < input.count; s++) {
    const end = input.to[s]!
    const parent = input.ids[s]!
    let row = input.from[s]!
    while (row < end) {
      const code = codes[row]!
      const from = row++
      while (row < end && codes[row] === code) row++
      if (code >= 0) out.add(from, row, level.child(parent, code))
    }
  }
}
