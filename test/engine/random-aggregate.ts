/** Random aggregate queries over a typed shape, and the naive fold of the model's rows. */
import type { AggregateQuery, AggregateRow, GroupBy, Measure, Scalar } from '../../src/model/api.js'
import { type NaiveTable, naiveAggregate } from '../support/naive-aggregate.js'
import type { SeededRandom } from '../support/seeded-random.js'
import type { TypedLiteral } from '../support/typed-runs.js'
import { type RandomWhere, randomWhere } from './random-where.js'
import { HOUR_MS, pick, START, type TypedShape } from './typed-shapes.js'

/** What the naive fold can order and add. */
const SUBJECTS = ['int', 'long', 'ulong', 'double', 'decimal(9,2)', 'string', 'boolean', 'hour']
const ADDABLE = ['int', 'long', 'ulong', 'double', 'decimal(9,2)', 'boolean']
const GROUPABLE = ['int', 'long', 'ulong', 'double', 'string', 'boolean', 'hour', 'day']

export interface RandomAggregate {
  readonly query: AggregateQuery
  readonly wheres: readonly RandomWhere[]
}

interface Named {
  readonly name: string
  readonly type: string
}

function namesOf(shape: TypedShape): Named[] {
  return [...shape.parts, ...shape.columns.map(({ shown, type }) => ({ name: shown, type }))]
}

function hasBuckets(shape: TypedShape): boolean {
  return shape.time >= 0 && shape.parts[shape.time]!.type !== 'datetime'
}

export function randomAggregate(random: SeededRandom, shape: TypedShape): RandomAggregate {
  const wheres: RandomWhere[] = []
  const maybeWhere = (chance: number): { where?: string } => {
    if (random.below(chance) > 0) return {}
    const where = randomWhere(random, shape)
    wheres.push(where)
    return { where: where.text }
  }
  const select: Record<string, Measure> = {}
  for (let i = 0; i < 1 + random.below(4); i++) select[`m${i}`] = measure(random, shape, maybeWhere(4))
  const groups = namesOf(shape).filter(({ type }) => GROUPABLE.includes(type))
  const groupBy: GroupBy[] = []
  for (let i = random.below(3); i > 0 && groups.length > 0; i--) {
    const [group] = groups.splice(random.below(groups.length), 1)
    groupBy.push(group!.name)
  }
  const from = START + (random.below(50) - 2) * HOUR_MS
  const buckets = {
    every: pick(random, ['1h', '6h', '1d', '1w', 'hourOfDay', 'dayOfWeek']),
    timeZone: pick(random, ['UTC', 'America/New_York', 'Australia/Sydney']),
    fill: pick(random, ['none', 'null', 'zero', 'previous'] as const),
  }
  const query: AggregateQuery = {
    select,
    groupBy,
    ...maybeWhere(3),
    ...(hasBuckets(shape) && random.coin() ? buckets : {}),
    ...(hasBuckets(shape) && random.coin()
      ? { timeRange: [from, from + random.below(40) * HOUR_MS + 1] }
      : {}),
  }
  return { query, wheres }
}

function measure(random: SeededRandom, shape: TypedShape, options: { where?: string }): Measure {
  const names = namesOf(shape).filter(({ type }) => SUBJECTS.includes(type))
  const addable = names.filter(({ type }) => ADDABLE.includes(type))
  const dice = random.below(6)
  if (dice === 0 || names.length === 0) return ['count', '*', options]
  if (dice < 3 && addable.length > 0)
    return [pick(random, ['sum', 'avg'] as const), pick(random, addable).name, options]
  const numbers = addable.filter(({ type }) => type !== 'boolean')
  if (dice === 3 && numbers.length > 0) {
    const method = pick(random, ['discrete', 'interpolated'] as const)
    return [
      'quantile',
      pick(random, numbers).name,
      pick(random, [0, 0.1, 0.5, 0.9, 1]),
      { ...options, method },
    ]
  }
  const kinds = ['count', 'min', 'max', 'distinct', ...(hasBuckets(shape) ? ['first', 'last'] : [])] as const
  return [pick(random, kinds as readonly 'count'[]), pick(random, names).name, options]
}

/** `rows`: all rows of the range, as typed rows. */
export function foldNaively(
  shape: TypedShape,
  { query, wheres }: RandomAggregate,
  rows: readonly TypedLiteral[],
  tests: (where: RandomWhere) => (row: TypedLiteral) => boolean,
): AggregateRow[] {
  const table: NaiveTable = {
    types: Object.fromEntries(namesOf(shape).map(({ name, type }) => [name, type])),
    time: shape.parts[shape.time]?.name ?? '',
    key: shape.parts.map(({ name }) => name),
    wheres: Object.fromEntries(wheres.map((where) => [where.text, tests(where)])),
  }
  return naiveAggregate(table, rows, query)
}

/** Sums of doubles may differ in the last digits. */
export function sameAnswers(got: readonly AggregateRow[], wanted: readonly AggregateRow[]): boolean {
  return (
    got.length === wanted.length &&
    got.every((row, i) => {
      const other = wanted[i]!
      return (
        Object.keys(row).join() === Object.keys(other).join() &&
        Object.keys(row).every((name) => sameValue(row[name], other[name]))
      )
    })
  )
}

function sameValue(a: Scalar | undefined, b: Scalar | undefined): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a + 0, b + 0) || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b), 1e-3)
  }
  return a === b
}
