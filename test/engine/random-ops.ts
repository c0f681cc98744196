/** Random operations in the recordings' language: few rows, columns and timestamps, so that everything meets everything. */
import type { GoldenBytes, GoldenFamily, GoldenOp } from '../support/golden-scenario.js'
import type { SeededRandom } from '../support/seeded-random.js'

export interface OpShape {
  readonly families: readonly string[]
  readonly rows: number
  readonly columns: number
  readonly stamps: number
  /** Chance in 100 that a put carries a TTL. */
  readonly ttls: number
}

export const BASE_STAMP = 1000

export function randomOpShape(random: SeededRandom): OpShape {
  return {
    families: ['f', 'g', 'h'].slice(0, 1 + random.below(3)),
    rows: [1, 3, 6][random.below(3)]!,
    columns: 1 + random.below(4),
    stamps: [4, 8, 16][random.below(3)]!,
    ttls: random.below(3) === 0 ? 20 : 0,
  }
}

export function randomOpFamily(random: SeededRandom, newVersionBehavior: boolean): GoldenFamily {
  const versions = [1, 2, 3, Number.POSITIVE_INFINITY][random.below(4)]!
  return {
    VERSIONS: versions,
    MIN_VERSIONS: random.below(4) === 0 ? 1 : 0,
    NEW_VERSION_BEHAVIOR: newVersionBehavior,
    KEEP_DELETED_CELLS: (['FALSE', 'FALSE', 'TRUE', 'TTL'] as const)[random.below(4)]!,
    ...(random.below(3) === 0 ? { TTL: 0.012 } : {}),
    BLOOMFILTER: random.coin() ? 'ROW' : 'NONE',
  }
}

/** One call, over the shape's rows and families. */
export class RandomOps {
  readonly #random: SeededRandom
  readonly #shape: OpShape
  readonly #allowsRaw: boolean
  #count = 0

  constructor(random: SeededRandom, shape: OpShape, allowsRaw: boolean) {
    this.#random = random
    this.#shape = shape
    this.#allowsRaw = allowsRaw
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#random.below(list.length)]!
  }

  #row(): string {
    return `r${this.#random.below(this.#shape.rows)}`
  }

  #family(): string {
    return this.#pick(this.#shape.families)
  }

  #qualifier(): GoldenBytes {
    return this.#pick(['a', 'b', '', { b64: '/w==' }].slice(0, this.#shape.columns) as GoldenBytes[])
  }

  #stamp(): number {
    return BASE_STAMP + this.#random.below(this.#shape.stamps)
  }

  #value(): GoldenBytes {
    const dice = this.#random.below(12)
    if (dice < 3) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64BE(BigInt(this.#random.below(5) - 2))
      return { b64: bytes.toString('base64') }
    }
    if (dice === 3) return ''
    if (dice === 4) return { repeat: ['x', 1 + this.#random.below(3000)] }
    this.#count++
    return `v${this.#count}`
  }

  write(): GoldenOp {
    const dice = this.#random.below(20)
    if (dice < 8) return this.#put()
    if (dice < 12) return this.#delete()
    if (dice < 13) return this.#increment()
    if (dice < 14) return this.#append()
    if (dice < 16) return this.#rowMutations()
    if (dice < 18) return this.#batch()
    return this.#check()
  }

  #put(row: string = this.#row()): GoldenOp {
    const cells = Array.from({ length: 1 + this.#random.below(3) }, () => [
      this.#family(),
      this.#qualifier(),
      this.#value(),
      ...(this.#random.coin() ? [this.#stamp()] : []),
    ])
    return {
      op: 'put',
      row,
      cells,
      ...(this.#random.below(4) === 0 ? { ts: this.#stamp() } : {}),
      ...(this.#random.below(100) < this.#shape.ttls ? { ttl: this.#random.below(20) } : {}),
    }
  }

  #delete(row: string = this.#row()): GoldenOp {
    const stamped = (): number[] => (this.#random.coin() ? [this.#stamp()] : [])
    const what = Array.from({ length: 1 + this.#random.below(2) }, () => {
      const family = this.#family()
      switch (this.#random.below(4)) {
        case 0:
          return ['column', family, this.#qualifier(), ...stamped()]
        case 1:
          return ['columns', family, this.#qualifier(), ...stamped()]
        case 2:
          return ['family', family, ...stamped()]
        default:
          return ['familyVersion', family, this.#stamp()]
      }
    })
    return {
      op: 'delete',
      row,
      ...(this.#random.below(4) === 0 ? { ts: this.#stamp() } : {}),
      ...(this.#random.below(5) === 0 ? {} : { what }),
    }
  }

  /** Each column once. */
  #columns(): [string, GoldenBytes][] {
    const found = new Map<string, [string, GoldenBytes]>()
    for (let i = 1 + this.#random.below(2); i > 0; i--) {
      const column: [string, GoldenBytes] = [this.#family(), this.#qualifier()]
      found.set(JSON.stringify(column), column)
    }
    return [...found.values()]
  }

  #computing(): Partial<GoldenOp> {
    const from = this.#stamp()
    return {
      ...(this.#random.below(4) === 0 ? { timeRange: [from, from + 1 + this.#random.below(4)] } : {}),
      ...(this.#random.below(100) < this.#shape.ttls ? { ttl: this.#random.below(20) } : {}),
      ...(this.#random.below(4) === 0 ? { returnResults: false } : {}),
    }
  }

  #increment(row: string = this.#row()): GoldenOp {
    const cells = this.#columns().map((column) => [...column, this.#random.below(9) - 4])
    return { op: 'increment', row, cells, ...this.#computing() }
  }

  #append(row: string = this.#row()): GoldenOp {
    const cells = this.#columns().map((column) => [...column, this.#pick(['x', 'yy', ''])])
    return { op: 'append', row, cells, ...this.#computing() }
  }

  #mutation(row: string): GoldenOp {
    const dice = this.#random.below(6)
    const made =
      dice < 3
        ? this.#put(row)
        : dice < 4
          ? this.#delete(row)
          : dice < 5
            ? this.#increment(row)
            : this.#append(row)
    return made
  }

  #rowMutations(): GoldenOp {
    const row = this.#row()
    const mutations = Array.from({ length: 1 + this.#random.below(3) }, () => this.#mutation(row))
    return { op: 'rowMutations', row, mutations }
  }

  #batch(): GoldenOp {
    const mutations = Array.from({ length: 1 + this.#random.below(4) }, () =>
      this.#random.below(3) > 0 ? this.#put() : this.#delete(),
    )
    return { op: 'batch', mutations }
  }

  #check(): GoldenOp {
    const row = this.#row()
    const [family, qualifier] = [this.#family(), this.#qualifier()]
    const operators = ['LESS', 'LESS_OR_EQUAL', 'EQUAL', 'NOT_EQUAL', 'GREATER_OR_EQUAL', 'GREATER']
    const conditions = [
      { notExists: [family, qualifier] as const },
      { equals: [family, qualifier, this.#value()] as const },
      { matches: [family, qualifier, this.#pick(operators), this.#value()] as const },
    ]
    const mutations = Array.from({ length: 1 + this.#random.below(2) }, () => this.#mutation(row))
    return { op: 'checkAndMutate', row, if: this.#pick(conditions), mutations }
  }

  bulkload(): GoldenOp {
    const types = [
      'Put',
      'Put',
      'Put',
      'Put',
      'Delete',
      'DeleteColumn',
      'DeleteFamily',
      'DeleteFamilyVersion',
    ]
    const cells = Array.from({ length: 1 + this.#random.below(6) }, () => {
      const type = this.#pick(types)
      const isFamily = type.startsWith('DeleteFamily')
      const value = type === 'Put' ? this.#value() : ''
      return [this.#row(), this.#family(), isFamily ? '' : this.#qualifier(), this.#stamp(), value, type]
    })
    return { op: 'bulkload', cells }
  }

  read(): GoldenOp {
    const isGet = this.#random.below(3) === 0
    const raw = !isGet && this.#allowsRaw && this.#random.below(6) === 0
    const options: GoldenOp = {
      op: isGet ? 'get' : 'scan',
      ...(isGet ? { row: this.#row() } : this.#range()),
      ...this.#selection(raw),
      ...(this.#random.coin() ? { versions: this.#pick([1, 2, 3, 'all'] as const) } : {}),
      ...this.#times(),
      ...(this.#random.below(6) === 0 ? { maxResultsPerFamily: this.#random.below(4) } : {}),
      ...(this.#random.below(6) === 0 ? { rowOffsetPerFamily: this.#random.below(3) } : {}),
      ...(raw ? { raw } : {}),
    }
    return options
  }

  #range(): Partial<GoldenOp> {
    const reversed = this.#random.below(3) === 0
    const bounds: Partial<GoldenOp>[] = [{}, {}, { prefix: 'r' }, { prefix: this.#row() }]
    if (this.#random.coin()) {
      const ends = [this.#row(), this.#row()].sort()
      const [start, stop] = reversed ? ends.reverse() : ends
      bounds.push({ start: start!, stop: stop! }, { start: start!, stopInclusive: true, stop: stop! })
      bounds.push({ start: start!, startInclusive: ends[0] === ends[1] })
    }
    return {
      ...this.#pick(bounds),
      ...(reversed ? { reversed } : {}),
      ...(this.#random.below(4) === 0 ? { limit: 1 + this.#random.below(3) } : {}),
      ...(this.#random.below(5) === 0 ? { batch: 1 + this.#random.below(3) } : {}),
    }
  }

  #selection(raw: boolean): Partial<GoldenOp> {
    const dice = this.#random.below(4)
    if (dice === 0) return { families: [this.#family()] }
    if (dice > 1 || raw) return {}
    const columns = this.#columns()
    const named = new Set(columns.map(([family]) => family))
    const others = this.#shape.families.filter((family) => !named.has(family))
    return { columns, ...(others.length > 0 && this.#random.coin() ? { families: [others[0]!] } : {}) }
  }

  #times(): Partial<GoldenOp> {
    const range = (): [number, number] => {
      const from = this.#stamp() - this.#random.below(3)
      return [from, from + this.#random.below(this.#shape.stamps)]
    }
    const dice = this.#random.below(8)
    if (dice === 0) return { timestamp: this.#stamp() }
    if (dice < 3) return { timeRange: range() }
    if (dice === 3) return { columnFamilyTimeRange: { [this.#family()]: range() } }
    return {}
  }
}
