/** What the index keeps of a numeric column in one block. */
export interface ColumnStats {
  /** Cells. */
  readonly count: number
  /** Accurate to 1e-14 relative for doubles, exact for integers; NaN where that cannot be kept: decode the column. */
  readonly sum: number
  readonly min: number
  readonly max: number
}

/**
 * Of values[0, count), or null when a NaN or an infinity is among them: then only the values themselves can answer.
 * `integers`: all are safe integers, and the sum must be exact.
 */
export function columnStats(values: Float64Array, count: number, integers: boolean): ColumnStats | null {
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    if (value < min) min = value
    if (value > max) max = value
    if (Number.isNaN(value)) return null
  }
  if (count === 0 || min === -Infinity || max === Infinity) return null
  const largest = Math.max(Math.abs(min), Math.abs(max))
  if (!integers) return { count, sum: compensatedSum(values, count), min, max }
  const exact = largest * count <= Number.MAX_SAFE_INTEGER
  return { count, sum: exact ? plainSum(values, count) : NaN, min, max }
}

function plainSum(values: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]!
  return sum
}

/** Neumaier's summation: what each addition loses is summed apart. NaN when it overflows on the way. */
function compensatedSum(values: Float64Array, count: number): number {
  let sum = 0
  let lost = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return Number.isFinite(sum) ? sum + lost : NaN
}
