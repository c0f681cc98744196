/** A fold keeps, for each group, what one measure needs of its rows. Groups are dense ids; arrays grow with them. */
import type { RunVector } from '../model/run-vector.js'
import type { Segments } from './aggregate-segments.js'

export interface FoldInput {
  /** The subject's values; null for counts of rows. */
  vector: RunVector | null
  /** Rows to take: use[useAt + row] = 1; null = every row. Values that are null are left out already. */
  use: Uint8Array | null
  useAt: number
  /** first and last: the event times, of rows that are taken never null. */
  times: RunVector | null
}

/** Plain data: may go to another thread. */
export type FoldData = Readonly<Record<string, unknown>>

export interface Fold {
  /** Groups in `segments` are below `groupCount`. */
  consume(segments: Segments, input: FoldInput, groupCount: number): void
  data(groupCount: number): FoldData
  /** Adds what another fold of the same kind kept of later rows (in key order); ids[g] is its group g here. */
  merge(data: FoldData, ids: Int32Array, groupCount: number): void
}

/** Shared by the folds that keep values. */
export interface ValueBudget {
  /** Throws LIMIT_EXCEEDED when the answer would keep too many. */
  take(count: number): void
}

export function grownF64(array: Float64Array, count: number, fill: number): Float64Array {
  if (count <= array.length) return array
  const next = new Float64Array(Math.max(count, array.length * 2, 64))
  if (fill !== 0) next.fill(fill, array.length)
  next.set(array)
  return next
}
