/**
 * Blocks answered from the index. The caller vouches that the block's rows are the table's: it holds puts only, at most one
 * a column and row, nothing else overlaps its keys, no TTL has run out, and the whole block lies in the asked key range.
 */
import type { AggregatePlan } from '../model/aggregate-plan.js'
import type { FoldSpec } from '../model/aggregate-plan-measure.js'
import { Bucketizer } from '../model/bucket.js'

/** What the index keeps of a numeric column in one block, as slots (hours, unscaled decimals …). */
export interface ColumnSummary {
  readonly count: number
  /** NaN where it is not known exactly enough. */
  readonly sum: number
  readonly min: number
  readonly max: number
}

export interface BlockSummary {
  readonly rowCount: number
  /** Least and greatest event time in ms; NaN where a row may have none. */
  readonly minTime: number
  readonly maxTime: number
  /** Null where only the values themselves can tell; count 0 where the block has none. */
  column(family: number, qualifier: Uint8Array): ColumnSummary | null
}

/** Whether a query is of a kind that summaries can answer at all: ask once, before looking at blocks. */
export function summariesFit(plan: AggregatePlan): boolean {
  return (
    plan.where === null &&
    plan.groups.length === 0 &&
    // a row of two families lies in two blocks
    plan.families.filter((family) => family.read).length === 1 &&
    (plan.buckets === null || plan.buckets.byEventTime) &&
    plan.folds.every(foldFits)
  )
}

function foldFits({ kind, ref, type, where }: FoldSpec): boolean {
  if (where !== null) return false
  if (kind === 'rows') return true
  const isFolded = kind === 'count' || kind === 'sum' || kind === 'min' || kind === 'max'
  return isFolded && ref!.kind === 'column' && type!.name !== 'string' && type!.name !== 'bytes'
}

/** Whether the block may be answered from its summary. Requires: summariesFit(plan). */
export function canUseSummary(plan: AggregatePlan, summary: BlockSummary): boolean {
  return (
    liesInOneBucket(plan, summary) &&
    plan.folds.every((fold) => fold.kind === 'rows' || isKnown(plan, fold, summary))
  )
}

function liesInOneBucket({ timeRange, buckets }: AggregatePlan, { minTime, maxTime }: BlockSummary): boolean {
  const isBounded = timeRange.min !== -Infinity || timeRange.max !== Infinity
  if (isBounded && !(minTime >= timeRange.min && maxTime < timeRange.max)) return false
  if (buckets === null) return true
  if (Number.isNaN(minTime) || Number.isNaN(maxTime)) return false
  const bucketizer = new Bucketizer(buckets.size, buckets.zone)
  bucketizer.locate(minTime)
  return maxTime < bucketizer.to
}

function isKnown(plan: AggregatePlan, fold: FoldSpec, summary: BlockSummary): boolean {
  const column = columnOf(plan, fold, summary)
  return column !== null && (fold.kind !== 'sum' || column.count === 0 || !Number.isNaN(column.sum))
}

export function columnOf(
  plan: AggregatePlan,
  { ref }: FoldSpec,
  summary: BlockSummary,
): ColumnSummary | null {
  if (ref === null || ref.kind === 'key') return null
  return summary.column(ref.family, plan.schema.columns[ref.family]![ref.column]!.qualifier)
}
