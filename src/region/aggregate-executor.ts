/**
 * Folds runs of rows into groups. One executor a region or worker; their partials merge into one answer. Every step goes
 * over a whole run: mask, time range, buckets and groups part its rows into stretches, then each fold loops over those.
 */
import type { AggregatePlan } from '../model/aggregate-plan.js'
import type { FoldSpec } from '../model/aggregate-plan-measure.js'
import type { AlignedRun } from '../model/aligned-run.js'
import type { AggregateRow } from '../model/api.js'
import { Bucketizer } from '../model/bucket.js'
import type { RunVector } from '../model/run-vector.js'
import { type SubjectReader, subjectReader } from '../model/subject-reader.js'
import type { WhereMask } from '../model/where.js'
import { HourbaseError } from '../util/errors.js'
import { answerRows } from './aggregate-answer.js'
import { BucketDimension, TimeReader } from './aggregate-buckets.js'
import { type Dimension, GroupDimension } from './aggregate-dimension.js'
import type { Fold, FoldData, FoldInput, ValueBudget } from './aggregate-fold.js'
import { CountFold } from './aggregate-fold-count.js'
import { DistinctFold } from './aggregate-fold-distinct.js'
import { EdgeFold } from './aggregate-fold-edge.js'
import { ExtremeFold } from './aggregate-fold-extreme.js'
import { DoubleSumFold, IntegerSumFold } from './aggregate-fold-sum.js'
import { ValuesFold } from './aggregate-fold-values.js'
import { GroupTree, type LevelData } from './aggregate-groups.js'
import { keepMasked, keepRange, Segments } from './aggregate-segments.js'
import { type BlockSummary, type ColumnSummary, columnOf } from './aggregate-summary.js'

/** What an executor has folded, as plain data: can be posted to another thread. */
export interface AggregatePartial {
  readonly levels: readonly LevelData[]
  readonly groupCount: number
  readonly folds: readonly FoldData[]
}

/** A fold with where its values come from. */
interface FoldLane {
  readonly spec: FoldSpec
  readonly fold: Fold
  readonly reader: SubjectReader | null
  readonly needsTime: boolean
}

export class AggregateExecutor {
  readonly #plan: AggregatePlan
  readonly #tree: GroupTree
  readonly #dimensions: readonly Dimension[]
  /** Tree level of each key field of the answer: dimensions are ordered so that the coarsest parts rows first. */
  readonly #levels: readonly number[]
  readonly #lanes: readonly FoldLane[]
  readonly #mask: WhereMask | null
  readonly #laneMasks: ReadonlyMap<string, WhereMask>
  readonly #range: TimeReader | null
  readonly #orderReader: SubjectReader | null
  readonly #input: FoldInput = { vector: null, use: null, useAt: 0, times: null }
  #segments: Segments = new Segments()
  #spare: Segments = new Segments()
  #use: Uint8Array = new Uint8Array(0)

  constructor(plan: AggregatePlan) {
    const { schema, buckets } = plan
    this.#plan = plan
    const fields = keyFields(plan)
    const order = partingOrder(plan)
    this.#tree = new GroupTree(fields.length, plan.groupsMax)
    this.#dimensions = order.map((field) => fields[field]!())
    this.#levels = fields.map((_, field) => order.indexOf(field))
    const budget = new Budget(plan.valuesMax)
    this.#lanes = plan.folds.map((spec) => ({
      spec,
      fold: foldOf(spec, budget),
      reader: spec.ref === null ? null : subjectReader(schema, spec.ref),
      needsTime: spec.kind === 'first' || spec.kind === 'last',
    }))
    this.#mask = plan.where?.mask() ?? null
    this.#laneMasks = new Map([...plan.foldWheres].map(([text, where]) => [text, where.mask()]))
    // buckets of the event time clip the range themselves
    this.#range =
      plan.rangeTime !== null && buckets?.byEventTime !== true ? new TimeReader(schema, plan.rangeTime) : null
    const needsOrder = plan.order !== null && this.#lanes.some((lane) => lane.needsTime)
    this.#orderReader = needsOrder ? subjectReader(schema, plan.order!.ref) : null
  }

  /** Runs of one executor come in key order. */
  consume(run: AlignedRun): void {
    this.#segments.reset(run.count)
    if (!this.#filter(run)) return
    for (let d = 0; d < this.#dimensions.length; d++) {
      this.#dimensions[d]!.part(run, this.#segments, this.#tree.levels[d]!, this.#spare)
      this.#swap()
    }
    if (this.#segments.count === 0) return
    const masks = new Map<string, Uint8Array>()
    for (const [text, mask] of this.#laneMasks) masks.set(text, mask.evaluate(run))
    for (const lane of this.#lanes) this.#fold(lane, run, masks)
  }

  /** Takes a block's summary for its rows. Requires: summariesFit(plan) and canUseSummary(plan, summary). */
  consumeSummary(summary: BlockSummary): void {
    const level = this.#tree.levels[0]
    const { buckets } = this.#plan
    let group = 0
    if (buckets !== null && level !== undefined) {
      const bucket = new Bucketizer(buckets.size, buckets.zone).locate(summary.minTime)
      group = level.child(0, level.codes.codeOf(bucket))
    }
    for (const { spec, fold } of this.#lanes)
      addSummary(fold, group, this.#tree.count, summary, columnOf(this.#plan, spec, summary))
  }

  /** Adds what another executor of the same plan has folded of later rows. */
  merge(partial: AggregatePartial): void {
    const ids = this.#tree.merge(partial.levels)
    partial.folds.forEach((data, i) => {
      this.#lanes[i]!.fold.merge(data, ids, this.#tree.count)
    })
  }

  partial(): AggregatePartial {
    const groupCount = this.#tree.count
    return {
      levels: this.#tree.data(),
      groupCount,
      folds: this.#lanes.map(({ fold }) => fold.data(groupCount)),
    }
  }

  finish(): AggregateRow[] {
    const folds = this.#lanes.map((lane) => lane.fold)
    return answerRows(this.#plan, this.#tree, this.#levels, folds)
  }

  /** Leaves the rows that may count. False: none does. */
  #filter(run: AlignedRun): boolean {
    if (this.#mask !== null) {
      const flags = this.#mask.evaluate(run)
      if (this.#mask.trueCount === 0) return false
      if (this.#mask.trueCount < run.count) {
        keepMasked(this.#segments, flags, this.#spare)
        this.#swap()
      }
    }
    if (this.#range !== null) {
      const { min, max } = this.#plan.timeRange
      const { msPerSlot } = this.#range
      keepRange(this.#segments, this.#range.read(run), min / msPerSlot, max / msPerSlot, this.#spare)
      this.#swap()
    }
    return this.#segments.count > 0
  }

  #fold(lane: FoldLane, run: AlignedRun, masks: ReadonlyMap<string, Uint8Array>): void {
    const input = this.#input
    input.vector = lane.reader === null ? null : lane.reader.read(run)
    input.use = input.vector?.valid ?? null
    input.useAt = input.vector === null ? 0 : input.vector.validAt
    if (lane.spec.where !== null) this.#useAlso(masks.get(lane.spec.where)!, 0, run.count)
    if (lane.needsTime) {
      const times = this.#orderReader!.read(run)
      input.times = asNumbers(times, run.count)
      if (times.valid !== null) this.#useAlso(times.valid, times.validAt, run.count)
    }
    lane.fold.consume(this.#segments, input, this.#tree.count)
  }

  /** Narrows the rows to use to those where mask is 1, too. */
  #useAlso(mask: Uint8Array, maskAt: number, count: number): void {
    const input = this.#input
    if (input.use === null) {
      input.use = mask
      input.useAt = maskAt
      return
    }
    if (this.#use.length < count) this.#use = new Uint8Array(count * 2)
    andFlags(input.use, input.useAt, mask, maskAt, count, this.#use)
    input.use = this.#use
    input.useAt = 0
  }

  #swap(): void {
    const segments = this.#segments
    this.#segments = this.#spare
    this.#spare = segments
  }
}

class Budget implements ValueBudget {
  readonly #max: number
  #taken = 0

  constructor(max: number) {
    this.#max = max
  }

  take(count: number): void {
    this.#taken += count
    if (this.#taken <= this.#max) return
    throw new HourbaseError(
      'LIMIT_EXCEEDED',
      `distinct and quantile would keep more than ${this.#max} values`,
      {
        where: { valuesMax: this.#max },
        hint: 'narrow the range, or ask for fewer quantiles and distincts at a time',
      },
    )
  }
}

/** The plan's key fields: time, if there are buckets, then the groups. */
function keyFields(plan: AggregatePlan): (() => Dimension)[] {
  const { schema, buckets, groups } = plan
  const { min, max } = buckets?.byEventTime === true ? plan.timeRange : { min: -Infinity, max: Infinity }
  const dimensions = groups.map((spec) => () => new GroupDimension(schema, spec))
  if (buckets === null) return dimensions
  return [
    () => new BucketDimension(schema, buckets.time, new Bucketizer(buckets.size, buckets.zone), min, max),
    ...dimensions,
  ]
}

/** Key parts change seldom from row to row, then time, then columns: coarse stretches first make fewer look-ups. */
function partingOrder(plan: AggregatePlan): number[] {
  const hasTime = plan.buckets !== null
  const fields = plan.groups.map((group, i) => ({
    field: i + (hasTime ? 1 : 0),
    weight: group.ref.kind === 'key' ? 0 : 2,
  }))
  if (hasTime) fields.push({ field: 0, weight: 1 })
  return fields.sort((a, b) => a.weight - b.weight || a.field - b.field).map(({ field }) => field)
}

function foldOf(spec: FoldSpec, budget: ValueBudget): Fold {
  switch (spec.kind) {
    case 'rows':
    case 'count':
      return new CountFold()
    case 'sum':
      return spec.type!.name === 'double' ? new DoubleSumFold() : new IntegerSumFold()
    case 'min':
    case 'max':
      return new ExtremeFold(spec.kind)
    case 'first':
    case 'last':
      return new EdgeFold(spec.kind)
    case 'distinct':
      return new DistinctFold(budget)
    case 'values':
      return new ValuesFold(budget)
  }
}

function addSummary(
  fold: Fold,
  group: number,
  groupCount: number,
  summary: BlockSummary,
  column: ColumnSummary | null,
): void {
  if (column === null) {
    if (fold instanceof CountFold) fold.add(group, summary.rowCount, groupCount)
  } else if (fold instanceof CountFold) fold.add(group, column.count, groupCount)
  else if (column.count === 0) return
  else if (fold instanceof IntegerSumFold) fold.add(group, column.sum, column.count, groupCount)
  else if (fold instanceof DoubleSumFold) fold.add(group, column.sum, 0, column.count, groupCount)
  else if (fold instanceof ExtremeFold)
    fold.add(group, fold.kind === 'min' ? column.min : column.max, groupCount)
}

function asNumbers(times: RunVector, count: number): RunVector {
  if (times.form === 'numbers') return times
  times.numbers = Float64Array.from({ length: count }, (_, i) => Number(times.bigints[i]!))
  times.at = 0
  return times
}

function andFlags(
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  count: number,
  out: Uint8Array,
): void {
  for (let i = 0; i < count; i++) out[i] = a[aAt + i]! & b[bAt + i]!
}
