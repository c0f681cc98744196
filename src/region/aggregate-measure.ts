/** From what folds kept to the values of the answer. */
import type { MeasureSpec } from '../model/aggregate-plan-measure.js'
import type { Scalar } from '../model/api.js'
import { formatDecimal } from '../model/decimal.js'
import { DAY_MS, HOUR_MS } from '../model/time-zone.js'
import { fromSlot, narrow } from '../model/value-codec.js'
import type { ValueType } from '../model/value-type.js'
import { assert } from '../util/assert.js'
import type { Fold } from './aggregate-fold.js'
import { CountFold } from './aggregate-fold-count.js'
import { DistinctFold } from './aggregate-fold-distinct.js'
import { EdgeFold } from './aggregate-fold-edge.js'
import { ExtremeFold } from './aggregate-fold-extreme.js'
import { DoubleSumFold, IntegerSumFold } from './aggregate-fold-sum.js'
import { ValuesFold } from './aggregate-fold-values.js'
import { quotient } from './aggregate-quotient.js'

type Slot = number | bigint | string

/** The measure's value for a group. */
export type MeasureReader = (group: number) => Scalar

export function measureReader(measure: MeasureSpec, fold: Fold, groupCount: number): MeasureReader {
  const type = measure.type
  if (fold instanceof CountFold || fold instanceof DistinctFold) return (group) => fold.countOf(group)
  assert(type !== null, `${measure.kind} has a type`)
  if (fold instanceof ExtremeFold || fold instanceof EdgeFold) {
    return (group) => {
      const slot = fold.valueOf(group)
      return slot === undefined ? null : scalarOf(type, slot)
    }
  }
  if (fold instanceof ValuesFold) return quantileReader(measure, type, fold, groupCount)
  const isAverage = measure.kind === 'avg'
  if (fold instanceof DoubleSumFold) {
    return (group) => {
      const count = fold.countOf(group)
      if (count === 0) return null
      return isAverage ? fold.sumOf(group) / count : fold.sumOf(group)
    }
  }
  assert(fold instanceof IntegerSumFold, `${measure.kind} is read from its fold`)
  const { times, divisor } = unitOf(type)
  return (group) => {
    const count = fold.countOf(group)
    if (count === 0) return null
    if (isAverage) return quotient(fold.sumOf(group) * times, BigInt(count) * divisor)
    return type.name === 'decimal' ? formatDecimal(fold.sumOf(group), type.scale) : narrow(fold.sumOf(group))
  }
}

/** The value of a slot as answers show it: longs as numbers where they are exact, else as in scans. */
export function scalarOf(type: ValueType, slot: Slot): Scalar {
  switch (type.name) {
    case 'long':
    case 'ulong':
      return narrow(BigInt(slot))
    case 'bytes':
      return Uint8Array.from(slot as string, (char) => char.charCodeAt(0))
    default:
      return fromSlot(type, slot, 'bigint')
  }
}

/** What a row that fill makes says: zero for numbers, nothing for the rest. */
export function zeroOf(measure: MeasureSpec): Scalar {
  const { kind, type } = measure
  if (type === null || kind === 'count' || kind === 'distinct') return 0
  if (type.name === 'decimal') {
    const isAnyNumber = kind === 'avg' || (kind === 'quantile' && !measure.discrete)
    return isAnyNumber ? 0 : formatDecimal(0, type.scale)
  }
  if (type.name === 'boolean') return kind === 'sum' || kind === 'avg' ? 0 : null
  return type.name === 'int' || type.name === 'long' || type.name === 'ulong' || type.name === 'double'
    ? 0
    : null
}

export function nullOf(measure: MeasureSpec): Scalar {
  return measure.kind === 'count' || measure.kind === 'distinct' ? 0 : null
}

/** A slot's number is slot × times / divisor; of a time: its ms. */
function unitOf(type: ValueType): { times: bigint; divisor: bigint } {
  switch (type.name) {
    case 'hour':
      return { times: BigInt(HOUR_MS), divisor: 1n }
    case 'day':
      return { times: BigInt(DAY_MS), divisor: 1n }
    case 'datetime':
      return { times: 1n, divisor: 1000n }
    default:
      return { times: 1n, divisor: 10n ** BigInt(type.scale) }
  }
}

function quantileReader(
  measure: MeasureSpec,
  type: ValueType,
  fold: ValuesFold,
  groupCount: number,
): MeasureReader {
  const { quantile } = measure
  const unit = unitOf(type)
  const times = Number(unit.times)
  const divisor = Number(unit.divisor)
  return (group) => {
    const count = fold.countOf(group, groupCount)
    if (count === 0) return null
    if (measure.discrete)
      return scalarOf(type, fold.valueAt(group, discreteRank(count, quantile), groupCount))
    const position = (count - 1) * quantile
    const rank = Math.floor(position)
    const low = Number(fold.valueAt(group, rank, groupCount))
    if (position === rank) return (low * times) / divisor
    const high = Number(fold.valueAt(group, rank + 1, groupCount))
    const between = low === high ? low : low + (position - rank) * (high - low)
    return (between * times) / divisor
  }
}

/** 0-based rank of the smallest value of which at least the share `quantile` is not greater. */
function discreteRank(count: number, quantile: number): number {
  let rank = Math.max(1, Math.ceil(count * quantile))
  // the product may be rounded over a whole number
  while (rank > 1 && (rank - 1) / count >= quantile) rank--
  while (rank / count < quantile) rank++
  return rank - 1
}
