/** The rows of the answer: groups in order, empty buckets filled in. */
import type { AggregatePlan } from '../model/aggregate-plan.js'
import type { AggregateRow, Scalar } from '../model/api.js'
import { Bucketizer, bucketsBetween } from '../model/bucket.js'
import { compareSlots } from '../model/where-kernels.js'
import type { Fold } from './aggregate-fold.js'
import { type GroupTree, type GroupValue, tooManyGroups } from './aggregate-groups.js'
import { type MeasureReader, measureReader, nullOf, scalarOf, zeroOf } from './aggregate-measure.js'

/** One field of the answer that names the group. */
interface KeyField {
  readonly name: string
  /** By code. */
  readonly values: readonly Scalar[]
  /** By code: its place in the order of the answer. */
  readonly ranks: Int32Array
  /** By group. */
  readonly codes: Int32Array
}

/** `levels[i]` is the tree level of the plan's i-th key field: time, if there are buckets, then the groups. */
export function answerRows(
  plan: AggregatePlan,
  tree: GroupTree,
  levels: readonly number[],
  folds: readonly Fold[],
): AggregateRow[] {
  const codes = tree.codesByLevel()
  const fields = levels.map((level, i) => keyField(plan, i, tree.levels[level]!.codes.values, codes[level]!))
  const readers = plan.measures.map((measure) =>
    measureReader(measure, folds[plan.folds.indexOf(measure.fold)]!, tree.count),
  )
  const order = sortedGroups(fields, tree.count)
  if (plan.fill !== 'none' && plan.buckets !== null) return filledRows(plan, fields, readers, order)
  const rows: AggregateRow[] = new Array(order.length)
  for (let i = 0; i < order.length; i++) rows[i] = groupRow(plan, fields, readers, order[i]!)
  return rows
}

function keyField(
  plan: AggregatePlan,
  index: number,
  values: readonly GroupValue[],
  codes: Int32Array,
): KeyField {
  const ranks = ranksOf(values)
  if (plan.buckets !== null && index === 0)
    return { name: 'time', values: values as readonly Scalar[], ranks, codes }
  const { name, type, classes } = plan.groups[index - (plan.buckets === null ? 0 : 1)]!
  if (classes === null)
    return {
      name,
      values: values.map((value) => (value === null ? null : scalarOf(type, value))),
      ranks,
      codes,
    }
  const labelled = values.map((value) =>
    value === null ? classes.nullLabel : classes.labels[value as number]!,
  )
  // null comes first, but a null with a name is the last class
  const nullCode = classes.nullLabel === null ? -1 : values.indexOf(null)
  const classRanks = ranks.map((rank, code) => (code === nullCode ? values.length : rank))
  return { name, values: labelled, ranks: classRanks, codes }
}

function ranksOf(values: readonly GroupValue[]): Int32Array {
  const order = values.map((_, code) => code)
  order.sort((a, b) => {
    const x = values[a]!
    const y = values[b]!
    return x === null || y === null ? Number(x !== null) - Number(y !== null) : compareSlots(x, y)
  })
  const ranks = new Int32Array(values.length)
  order.forEach((code, rank) => {
    ranks[code] = rank
  })
  return ranks
}

function sortedGroups(fields: readonly KeyField[], count: number): Int32Array {
  const keys = new Float64Array(count)
  let size = 1
  for (const { ranks, codes } of fields) {
    const width = ranks.length + 1
    size *= width
    for (let g = 0; g < count; g++) keys[g] = keys[g]! * width + ranks[codes[g]!]!
  }
  const groups = new Int32Array(count)
  for (let g = 0; g < count; g++) groups[g] = g
  if (size * count <= Number.MAX_SAFE_INTEGER) {
    // the key and the group in one number: numbers sort ten times as fast as objects
    for (let g = 0; g < count; g++) keys[g] = keys[g]! * count + g
    keys.sort()
    for (let i = 0; i < count; i++) groups[i] = keys[i]! - Math.floor(keys[i]! / count) * count
    return groups
  }
  return groups.sort((a, b) => {
    for (const { ranks, codes } of fields) {
      const difference = ranks[codes[a]!]! - ranks[codes[b]!]!
      if (difference !== 0) return difference
    }
    return 0
  })
}

function groupRow(
  plan: AggregatePlan,
  fields: readonly KeyField[],
  readers: readonly MeasureReader[],
  group: number,
): AggregateRow {
  const row: AggregateRow = {}
  for (let f = 0; f < fields.length; f++) row[fields[f]!.name] = fields[f]!.values[fields[f]!.codes[group]!]!
  for (let m = 0; m < readers.length; m++) row[plan.measures[m]!.name] = readers[m]!(group)
  return row
}

/** Every bucket for every combination of groups that was met. `order` ascends by bucket, then groups. */
function filledRows(
  plan: AggregatePlan,
  fields: readonly KeyField[],
  readers: readonly MeasureReader[],
  order: Int32Array,
): AggregateRow[] {
  const [time, ...groups] = fields as [KeyField, ...KeyField[]]
  const combinations = combinationsOf(groups, order)
  const buckets = bucketsToFill(plan, time, order)
  if (buckets.length * combinations.count > plan.groupsMax) throw tooManyGroups(plan.groupsMax)
  const rows: AggregateRow[] = []
  const previous: (AggregateRow | undefined)[] = []
  let next = 0
  for (const bucket of buckets) {
    const groupAt = new Map<number, number>()
    while (next < order.length && time.values[time.codes[order[next]!]!] === bucket) {
      groupAt.set(combinations.of[order[next]!]!, order[next]!)
      next++
    }
    for (const combination of combinations.sorted) {
      const group = groupAt.get(combination)
      const row =
        group === undefined
          ? emptyRow(plan, bucket, groups, combinations.example[combination]!, previous[combination])
          : groupRow(plan, fields, readers, group)
      previous[combination] = row
      rows.push(row)
    }
  }
  return rows
}

function emptyRow(
  plan: AggregatePlan,
  bucket: number,
  groups: readonly KeyField[],
  example: number,
  previous: AggregateRow | undefined,
): AggregateRow {
  const row: AggregateRow = { time: bucket }
  for (const { name, values, codes } of groups) row[name] = values[codes[example]!]!
  for (const measure of plan.measures) {
    if (plan.fill === 'zero') row[measure.name] = zeroOf(measure)
    else if (plan.fill === 'previous' && previous !== undefined) row[measure.name] = previous[measure.name]!
    else row[measure.name] = nullOf(measure)
  }
  return row
}

interface Combinations {
  readonly count: number
  /** By group: the number of its combination of group values. */
  readonly of: Int32Array
  /** A group of each combination. */
  readonly example: readonly number[]
  /** Combinations in the order of the answer. */
  readonly sorted: readonly number[]
}

function combinationsOf(groups: readonly KeyField[], order: Int32Array): Combinations {
  const of = new Int32Array(order.length)
  const example: number[] = []
  const numbers = new Map<string, number>()
  for (const group of order) {
    const key = groups.map(({ codes }) => codes[group]).join()
    const known = numbers.get(key)
    of[group] = known ?? example.push(group) - 1
    if (known === undefined) numbers.set(key, of[group]!)
  }
  // without groups there is one combination even where no row was met
  if (groups.length === 0 && example.length === 0) return { count: 1, of, example: [0], sorted: [0] }
  const sorted = example.map((_, combination) => combination)
  sorted.sort((a, b) => {
    for (const { ranks, codes } of groups) {
      const difference = ranks[codes[example[a]!]!]! - ranks[codes[example[b]!]!]!
      if (difference !== 0) return difference
    }
    return 0
  })
  return { count: example.length, of, example, sorted }
}

/** From the beginning of the time range, or else the first bucket met, to its end, or else the last one met. */
function bucketsToFill(plan: AggregatePlan, time: KeyField, order: Int32Array): number[] {
  const { size, zone, byEventTime } = plan.buckets!
  const bucketizer = new Bucketizer(size, zone)
  const bucketOf = (group: number): number => time.values[time.codes[group]!] as number
  const { min, max } = byEventTime ? plan.timeRange : { min: -Infinity, max: Infinity }
  const hasRows = order.length > 0
  const from = Number.isFinite(min) ? min : hasRows ? bucketOf(order[0]!) : Infinity
  const to = Number.isFinite(max) ? max : hasRows ? bucketOf(order.at(-1)!) + 1 : -Infinity
  return Number.isFinite(from) && Number.isFinite(to)
    ? bucketsBetween(bucketizer, from, to, plan.groupsMax)
    : []
}
