import { type Fold, type FoldData, type FoldInput, grownF64 } from './aggregate-fold.js'
import type { Segments } from './aggregate-segments.js'

const SAFE_MAX = Number.MAX_SAFE_INTEGER

/** Sum and count of integers: exact. A sum is kept as a safe integer, what does not fit goes over to a bigint. */
export class IntegerSumFold implements Fold {
  #sums: Float64Array = new Float64Array(0)
  #counts: Float64Array = new Float64Array(0)
  readonly #wide = new Map<number, bigint>()

  consume(segments: Segments, { vector, use, useAt }: FoldInput, groupCount: number): void {
    this.#grow(groupCount)
    const { form, numbers, at, bigints } = vector!
    if (form === 'numbers') {
      sumIntegers(segments, numbers, at, use, useAt, this.#sums, this.#counts, this.#wide)
      return
    }
    for (let s = 0; s < segments.count; s++) {
      for (let row = segments.from[s]!; row < segments.to[s]!; row++) {
        if (use === null || use[useAt + row] === 1) this.#addWide(segments.ids[s]!, bigints[row]!, 1)
      }
    }
  }

  /** `sum` of `count` values: a safe integer or a bigint. */
  add(group: number, sum: number | bigint, count: number, groupCount: number): void {
    this.#grow(groupCount)
    this.#addWide(group, BigInt(sum), count)
  }

  countOf(group: number): number {
    return this.#counts[group] ?? 0
  }

  sumOf(group: number): bigint {
    return BigInt(this.#sums[group] ?? 0) + (this.#wide.get(group) ?? 0n)
  }

  data(groupCount: number): FoldData {
    return {
      sums: this.#sums.slice(0, groupCount),
      counts: this.#counts.slice(0, groupCount),
      wide: new Map(this.#wide),
    }
  }

  merge(data: FoldData, ids: Int32Array, groupCount: number): void {
    const sums = data['sums'] as Float64Array
    const counts = data['counts'] as Float64Array
    const wide = data['wide'] as Map<number, bigint>
    this.#grow(groupCount)
    for (let g = 0; g < sums.length; g++)
      this.#addWide(ids[g]!, BigInt(sums[g]!) + (wide.get(g) ?? 0n), counts[g]!)
  }

  #addWide(group: number, sum: bigint, count: number): void {
    this.#counts[group] = this.#counts[group]! + count
    const total = this.sumOf(group) + sum
    const number = Number(total)
    const isSafe = Number.isSafeInteger(number)
    this.#sums[group] = isSafe ? number : 0
    if (isSafe) this.#wide.delete(group)
    else this.#wide.set(group, total)
  }

  #grow(groupCount: number): void {
    this.#sums = grownF64(this.#sums, groupCount, 0)
    this.#counts = grownF64(this.#counts, groupCount, 0)
  }
}

/** Rounding is monotone: a sum that is no safe integer is seen to be none, and then the sum before it is put aside. */
function sumIntegers(
  segments: Segments,
  values: Float64Array,
  at: number,
  use: Uint8Array | null,
  useAt: number,
  sums: Float64Array,
  counts: Float64Array,
  wide: Map<number, bigint>,
): void {
  const shift = useAt - at
  for (let s = 0; s < segments.count; s++) {
    const id = segments.ids[s]!
    const end = at + segments.to[s]!
    let sum = sums[id]!
    let n = 0
    for (let i = at + segments.from[s]!; i < end; i++) {
      if (use !== null && use[i + shift] === 0) continue
      const next = sum + values[i]!
      n++
      if (next <= SAFE_MAX && next >= -SAFE_MAX) {
        sum = next
        continue
      }
      wide.set(id, (wide.get(id) ?? 0n) + BigInt(sum))
      sum = values[i]!
    }
    sums[id] = sum
    counts[id] = counts[id]! + n
  }
}

/** Sum and count of doubles, with the rounding errors summed apart: the result is as good as in twice the precision. */
export class DoubleSumFold implements Fold {
  #sums: Float64Array = new Float64Array(0)
  #errors: Float64Array = new Float64Array(0)
  #counts: Float64Array = new Float64Array(0)

  consume(segments: Segments, { vector, use, useAt }: FoldInput, groupCount: number): void {
    this.#grow(groupCount)
    const { numbers, at } = vector!
    if (use === null) sumDoubles(segments, numbers, at, this.#sums, this.#errors, this.#counts)
    else sumUsedDoubles(segments, numbers, at, use, useAt, this.#sums, this.#errors, this.#counts)
  }

  add(group: number, sum: number, error: number, count: number, groupCount: number): void {
    this.#grow(groupCount)
    const before = this.#sums[group]!
    const next = before + sum
    this.#errors[group] = this.#errors[group]! + error + roundingError(before, sum, next)
    this.#sums[group] = next
    this.#counts[group] = this.#counts[group]! + count
  }

  countOf(group: number): number {
    return this.#counts[group] ?? 0
  }

  /** An infinite or NaN sum has no error to mend. */
  sumOf(group: number): number {
    const sum = this.#sums[group] ?? 0
    return Number.isFinite(sum) ? sum + this.#errors[group]! : sum
  }

  data(groupCount: number): FoldData {
    return {
      sums: this.#sums.slice(0, groupCount),
      errors: this.#errors.slice(0, groupCount),
      counts: this.#counts.slice(0, groupCount),
    }
  }

  merge(data: FoldData, ids: Int32Array, groupCount: number): void {
    const sums = data['sums'] as Float64Array
    const errors = data['errors'] as Float64Array
    const counts = data['counts'] as Float64Array
    for (let g = 0; g < sums.length; g++) this.add(ids[g]!, sums[g]!, errors[g]!, counts[g]!, groupCount)
  }

  #grow(groupCount: number): void {
    this.#sums = grownF64(this.#sums, groupCount, 0)
    this.#errors = grownF64(this.#errors, groupCount, 0)
    this.#counts = grownF64(this.#counts, groupCount, 0)
  }
}

/** What a + b lost by being rounded to `sum`: exact (Knuth's two-sum). */
function roundingError(a: number, b: number, sum: number): number {
  const bRounded = sum - a
  return a - (sum - bRounded) + (b - bRounded)
}

function sumDoubles(
  segments: Segments,
  values: Float64Array,
  at: number,
  sums: Float64Array,
  errors: Float64Array,
  counts: Float64Array,
): void {
  for (let s = 0; s < segments.count; s++) {
    const id = segments.ids[s]!
    const from = at + segments.from[s]!
    const end = at + segments.to[s]!
    let sum = sums[id]!
    let error = errors[id]!
    for (let i = from; i < end; i++) {
      const value = values[i]!
      const next = sum + value
      const rounded = next - sum
      error += sum - (next - rounded) + (value - rounded)
      sum = next
    }
    sums[id] = sum
    errors[id] = error
    counts[id] = counts[id]! + end - from
  }
}

function sumUsedDoubles(
  segments: Segments,
  values: Float64Array,
  at: number,
  use: Uint8Array,
  useAt: number,
  sums: Float64Array,
  errors: Float64Array,
  counts: Float64Array,
): void {
  const shift = useAt - at
  for (let s = 0; s < segments.count; s++) {
    const id = segments.ids[s]!
    const end = at + segments.to[s]!
    let sum = sums[id]!
    let error = errors[id]!
    let n = 0
    for (let i = at + segments.from[s]!; i < end; i++) {
      if (use[i + shift] === 0) continue
      const value = values[i]!
      const next = sum + value
      const rounded = next - sum
      error += sum - (next - rounded) + (value - rounded)
      sum = next
      n++
    }
    sums[id] = sum
    errors[id] = error
    counts[id] = counts[id]! + n
  }
}
