/** Typed tables for random histories: definitions, and values of every type from small pools with their extremes. */
import type { Scalar, TableOptions } from '../../src/model/api.js'
import type { SeededRandom } from '../support/seeded-random.js'

/** As the model holds values: a datetime as µs bigint, decimals as text, hours and days in ms. */
export type Value = number | bigint | string | boolean | Uint8Array

export interface PartShape {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly pool: readonly Value[]
}

export interface ColumnShape {
  readonly family: string
  readonly name: string
  readonly type: string
  /** As typed rows name it. */
  readonly shown: string
}

export interface TypedShape {
  readonly parts: readonly PartShape[]
  /** Index of the event time's part, -1 without one. */
  readonly time: number
  /** In the order of typed rows: families ascending, columns as defined. */
  readonly columns: readonly ColumnShape[]
  readonly ttlMs: Readonly<Record<string, number>>
  readonly options: TableOptions
}

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const START: number = Date.UTC(2024, 2, 9)
const hours = [-1, 0, 1, 2, 3, 25, 26, 50, 51, 52].map((h) => START + h * HOUR_MS)

const KEY_POOLS: Readonly<Record<string, readonly Value[]>> = {
  string: ['', 'JFK', 'JFKX', 'L\0GA', 'ß', '\u{1F600}'],
  bytes: [
    new Uint8Array(0),
    Uint8Array.of(0),
    Uint8Array.of(0, 255),
    Uint8Array.of(1, 0, 0),
    Uint8Array.of(255, 255),
  ],
  int: [-(2 ** 31), -1, 0, 7, 2 ** 31 - 1],
  long: [-(2n ** 63n), -5n, 0n, 1n, 2n ** 53n, 2n ** 63n - 1n],
  ulong: [0n, 1n, 2n ** 53n, 2n ** 64n - 1n],
  double: [-1e300, -0.5, 0, 3.25, 1e-7],
  'decimal(9,2)': ['-9999999.99', '-0.01', '0.00', '12.50'],
  boolean: [false, true],
  hour: hours,
  day: [-2, -1, 0, 1, 2].map((d) => START + d * DAY_MS),
  datetime: [-86_400_000_001n, -1n, 0n, 1n, 999n, 1000n, 3_600_000_000n].map(
    (d) => BigInt(START) * 1000n + d,
  ),
}

const COLUMN_POOLS: Readonly<Record<string, readonly Value[]>> = {
  ...KEY_POOLS,
  string: ['', 'north', 'south', "it's", 'a longer word, to be kept in bulk'],
  double: [-1.5, 0, 0.1, 21.5, 1e15, 22.4, Number.NaN, -0],
  int: [-3, 0, 1, 2, 40_000, 2 ** 31 - 1],
  long: [-5n, 3n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 62n],
}

const COLUMN_TYPES = [
  'int',
  'long',
  'ulong',
  'double',
  'decimal(9,2)',
  'string',
  'bytes',
  'boolean',
  'datetime',
  'hour',
  'day',
]

interface Definition {
  readonly rowKey: readonly string[]
  readonly time?: string | null
}

const DEFINITIONS: readonly Definition[] = [
  { rowKey: ['station:string', 'hour:hour'] },
  { rowKey: ['station:string?', 'hour:hour?'] },
  { rowKey: ['id:long'] },
  { rowKey: ['day:day', 'k:int'] },
  { rowKey: ['amount:decimal(9,2)?', 'flag:boolean', 'raw:bytes'] },
  { rowKey: ['at:datetime', 's:string'] },
  { rowKey: ['x:double', 'u:ulong', 'hour:hour'] },
  { rowKey: ['s:string', 'hour:hour'], time: null },
  { rowKey: ['hour:hour?', 's:string', 'n:int?'] },
  { rowKey: ['flag:boolean', 'id:long', 'day:day'] },
]

export const SHAPES_COUNT: number = DEFINITIONS.length

/** `index` chooses the row key; families, columns, splits and policies are drawn. */
export function randomTypedShape(random: SeededRandom, index: number): TypedShape {
  const { rowKey, time } = DEFINITIONS[index % DEFINITIONS.length]!
  const parts = rowKey.map((text): PartShape => {
    const [name, type] = text.split(/:(.*)/s) as [string, string]
    const nullable = type.endsWith('?')
    const base = nullable ? type.slice(0, -1) : type
    return { name, type: base, nullable, pool: KEY_POOLS[base]! }
  })
  const timeParts = parts.filter(({ type }) => ['hour', 'day', 'datetime'].includes(type))
  const timeName = time === undefined ? timeParts.length === 1 && timeParts[0]!.name : time
  const names = ['a', 'b', 'c'].slice(0, 1 + random.below(3))
  const types = [...COLUMN_TYPES]
  const drawn = names.flatMap((family) =>
    Array.from({ length: 1 + random.below(4) }, (_, i) => ({
      family,
      // Some names in several families, some in one.
      name: i === 0 ? 'v' : `${family}${i}`,
      type: types.splice(random.below(types.length), 1)[0] ?? 'double',
    })),
  )
  const columns = drawn.map((column): ColumnShape => {
    const isUnique = drawn.filter(({ name }) => name === column.name).length === 1
    return { ...column, shown: isUnique ? column.name : `${column.family}:${column.name}` }
  })
  const ttlMs: Record<string, number> = {}
  for (const family of names) ttlMs[family] = random.below(6) === 0 ? 30 * HOUR_MS : Number.POSITIVE_INFINITY
  const families = names.map((family) => [
    family,
    {
      columns: Object.fromEntries(columns.filter((c) => c.family === family).map((c) => [c.name, c.type])),
      ttlMs: ttlMs[family]!,
      bloomFilter: random.coin() ? 'ROW' : 'NONE',
      compression: random.coin() ? 'LZ4' : 'NONE',
      compaction: random.below(3) === 0 ? 'DATE_TIERED' : 'EXPLORING',
    } as const,
  ])
  return {
    parts,
    time: timeName === false || timeName === null ? -1 : parts.findIndex(({ name }) => name === timeName),
    columns,
    ttlMs,
    options: { rowKey, families: Object.fromEntries(families), ...(time === undefined ? {} : { time }) },
  }
}

export function randomKey(random: SeededRandom, shape: TypedShape): (Value | null)[] {
  return shape.parts.map(({ nullable, pool }) =>
    nullable && random.below(5) === 0 ? null : pick(random, pool),
  )
}

export function randomValue(random: SeededRandom, type: string): Value {
  return pick(random, COLUMN_POOLS[type]!)
}

export function pick<T>(random: SeededRandom, list: readonly T[]): T {
  return list[random.below(list.length)]!
}

/** As rows are given and come out. */
export function toPublic(type: string, value: Value | null): Scalar {
  if (value === null || type !== 'datetime') return value
  const micros = value as bigint
  const ms = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)
  const rest = String(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${new Date(ms).toISOString().slice(0, 19)}${rest === '' ? '' : `.${rest}`}Z`
}

/** The order of row keys and conditions: NaN above all numbers, -0 = 0, texts by code point. */
export function compareValues(type: string, a: Value, b: Value): number {
  if (type === 'string') return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string))
  if (type === 'bytes') return Buffer.compare(a as Uint8Array, b as Uint8Array)
  const [x, y] = [comparable(type, a), comparable(type, b)]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  return x < y ? -1 : x > y ? 1 : 0
}

function comparable(type: string, value: Value): number | bigint {
  if (type.startsWith('decimal')) return BigInt((value as string).replace('.', ''))
  return typeof value === 'boolean' ? Number(value) : (value as number | bigint)
}

/** Null first. */
export function comparePart(type: string, a: Value | null, b: Value | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  return compareValues(type, a, b)
}
