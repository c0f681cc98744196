/** Enough bits of a quotient that one more rounding, with the rest marked by a last bit, is the only one. */
const QUOTIENT_BITS = 66

/** The double nearest to dividend / divisor (divisor > 0): rounded once, however large they are. */
export function quotient(dividend: bigint, divisor: bigint): number {
  const a = Number(dividend)
  const b = Number(divisor)
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a / b
  const magnitude = dividend < 0n ? -dividend : dividend
  const shift = Math.max(0, QUOTIENT_BITS - bitLength(magnitude) + bitLength(divisor))
  const shifted = magnitude << BigInt(shift)
  const whole = shifted / divisor
  const marked = whole * divisor === shifted ? whole : whole | 1n
  const result = Number(marked) / 2 ** shift
  return dividend < 0n ? -result : result
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4
}
