/** Column against column in a where expression. */
import { hasValue, type RunVector, slotAt } from './run-vector.js'
import type { ValueType } from './value-type.js'
import { isTextType, isTimeType, microsPerUnit } from './where-bound.js'
import { FALSE, holds, TRUE, UNKNOWN } from './where-kernels.js'
import type { CompareOp } from './where-parser.js'

type Slot = number | bigint | string

/** Null where values of these types cannot be compared. */
export function compileColumnPair(
  op: CompareOp,
  left: number,
  leftType: ValueType,
  right: number,
  rightType: ValueType,
): ((vectors: readonly RunVector[], count: number, mask: Uint8Array) => void) | null {
  const common = commonForm(leftType, rightType)
  if (common === null) return null
  const [leftOf, rightOf] = common
  return (vectors, count, mask) => {
    const a = vectors[left]!
    const b = vectors[right]!
    for (let i = 0; i < count; i++) {
      if (!hasValue(a, i) || !hasValue(b, i)) mask[i] = UNKNOWN
      else mask[i] = holds(op, leftOf(slotAt(a, i)), rightOf(slotAt(b, i))) ? TRUE : FALSE
    }
  }
}

type Convert = (slot: Slot) => Slot
const asIs: Convert = (slot) => slot

/** What makes the slots of two types comparable: times in µs, decimals at one scale; numbers and bigints compare as they are. */
function commonForm(left: ValueType, right: ValueType): [Convert, Convert] | null {
  if (isTextType(left) || isTextType(right) || left.name === 'boolean' || right.name === 'boolean') {
    return left.name === right.name ? [asIs, asIs] : null
  }
  if (isTimeType(left) || isTimeType(right)) {
    if (left === right) return [asIs, asIs]
    return isTimeType(left) && isTimeType(right)
      ? [times(microsPerUnit(left)), times(microsPerUnit(right))]
      : null
  }
  if (left.scale === right.scale) return [asIs, asIs]
  if (left.name === 'double' || right.name === 'double') return [unscaled(left), unscaled(right)]
  const scale = Math.max(left.scale, right.scale)
  return [times(10n ** BigInt(scale - left.scale)), times(10n ** BigInt(scale - right.scale))]
}

function times(factor: bigint): Convert {
  if (factor === 1n) return asIs
  return (slot) => BigInt(slot) * factor
}

/** A decimal as the nearest double. */
function unscaled(type: ValueType): Convert {
  if (type.scale === 0) return asIs
  const divisor = 10 ** type.scale
  return (slot) => Number(slot) / divisor
}
