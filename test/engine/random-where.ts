/** Random conditions as text, and as the function one would write for them: null is neither true nor false. */
import type { SeededRandom } from '../support/seeded-random.js'
import { compareValues, pick, randomValue, type TypedShape, toPublic, type Value } from './typed-shapes.js'

export type Truth = boolean | null
export type NamedRow = Readonly<Record<string, Value | null>>

export interface RandomWhere {
  readonly text: string
  readonly test: (row: NamedRow) => Truth
  /** `family:column` of the columns it names. */
  readonly columns: readonly string[]
}

interface Subject {
  readonly name: string
  readonly type: string
  readonly column: string | null
  readonly pool: readonly Value[] | null
}

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

export function randomWhere(random: SeededRandom, shape: TypedShape, depth = 2): RandomWhere {
  const dice = depth === 0 ? 9 : random.below(6)
  if (dice > 2) return simple(random, shape)
  const left = randomWhere(random, shape, depth - 1)
  if (dice === 2) {
    return {
      text: `not (${left.text})`,
      columns: left.columns,
      test: (row) => negated(left.test(row)),
    }
  }
  const right = randomWhere(random, shape, depth - 1)
  const isAnd = dice === 0
  return {
    text: `(${left.text}) ${isAnd ? 'and' : 'or'} (${right.text})`,
    columns: [...left.columns, ...right.columns],
    test: (row) => {
      const [a, b] = [left.test(row), right.test(row)]
      if (a === !isAnd || b === !isAnd) return !isAnd
      return a === null || b === null ? null : isAnd
    },
  }
}

function negated(truth: Truth): Truth {
  return truth === null ? null : !truth
}

function subjects(shape: TypedShape): Subject[] {
  const parts = shape.parts.map(({ name, type, pool }): Subject => ({ name, type, column: null, pool }))
  const columns = shape.columns.map(
    ({ shown, type, family, name }): Subject => ({
      name: shown,
      type,
      column: `${family}:${name}`,
      pool: null,
    }),
  )
  return [...parts, ...columns]
}

function simple(random: SeededRandom, shape: TypedShape): RandomWhere {
  const subject = pick(random, subjects(shape))
  const { name, type } = subject
  const columns = subject.column === null ? [] : [subject.column]
  const readValue = (row: NamedRow): Value | null => row[name]!
  const literal = (): Value => {
    // Conditions name bytes by a text.
    if (type === 'bytes') return pick(random, [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(1, 0, 0)])
    return subject.pool === null ? randomValue(random, type) : pick(random, subject.pool)
  }
  const known = (test: (value: Value) => boolean) => (row: NamedRow) => {
    const value = readValue(row)
    return value === null ? null : test(value)
  }
  const dice = random.below(8)
  if (dice === 0) return { text: `${name} is null`, columns, test: (row) => readValue(row) === null }
  if (dice === 1) return { text: `${name} is not null`, columns, test: (row) => readValue(row) !== null }
  if (type === 'boolean') {
    const wanted = random.coin()
    return { text: `${name} = ${wanted}`, columns, test: known((value) => value === wanted) }
  }
  if (dice === 2) {
    const list = [literal(), literal()]
    const isNot = random.coin()
    return {
      text: `${name} ${isNot ? 'not ' : ''}in (${list.map((v) => text(type, v)).join(', ')})`,
      columns,
      test: known((value) => list.some((other) => compareValues(type, value, other) === 0) !== isNot),
    }
  }
  if (dice === 3) {
    const [low, high] = [literal(), literal()]
    return {
      text: `${name} between ${text(type, low)} and ${text(type, high)}`,
      columns,
      test: known((value) => compareValues(type, value, low) >= 0 && compareValues(type, value, high) <= 0),
    }
  }
  const operator = pick(random, Object.keys(TESTS))
  const other = literal()
  return {
    text: `${name} ${operator} ${text(type, other)}`,
    columns,
    test: known((value) => TESTS[operator]!(compareValues(type, value, other))),
  }
}

function text(type: string, value: Value): string {
  if (type === 'double' && Number.isNaN(value)) return 'nan'
  if (type === 'bytes') return `'${Buffer.from(value as Uint8Array).toString('utf8')}'`
  if (type === 'hour' || type === 'day') return `'${new Date(value as number).toISOString()}'`
  if (type === 'string' || type === 'datetime')
    return `'${String(toPublic(type, value)).replaceAll("'", "''")}'`
  return String(value)
}
