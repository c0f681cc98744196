/** A lookup's rows in memory, found by their key: one map a key column, each inside the one before. */
import { HourbaseError } from '../util/errors.js'
import type { PageStep, Vector, WorkPage } from './work-page.js'

export const LOOKUP_BYTES_MAX: number = 512 * 1024 * 1024

type Level = Map<unknown, Level | number>

export class LookupTable {
  readonly alias: string
  /** By taken column: the value of each row. */
  readonly columns: Vector[]
  readonly #keyCount: number
  readonly #root: Level = new Map()
  #bytes = 0
  #rows = 0
  hits = 0
  misses = 0

  constructor(alias: string, keyCount: number, columnCount: number) {
    this.alias = alias
    this.#keyCount = keyCount
    this.columns = Array.from({ length: columnCount }, () => [])
  }

  get rows(): number {
    return this.#rows
  }

  /** Adds the rows of a page. @throws SOURCE_INVALID when a key occurs twice, LIMIT_EXCEEDED */
  add(page: WorkPage, keySlots: readonly number[], slots: readonly number[]): void {
    for (let i = 0; i < page.count; i++) {
      if (page.out[i] !== 0) continue
      const key = keySlots.map((slot) => page.columns[slot]![i])
      // a null key matches nothing
      if (key.some((part) => part === null)) continue
      this.#insert(key)
      for (let k = 0; k < slots.length; k++) {
        const value = page.columns[slots[k]!]![i] as Vector[number]
        this.columns[k]!.push(value)
        this.#bytes += typeof value === 'string' ? value.length + 24 : 16
      }
      this.#bytes += 64
    }
    if (this.#bytes > LOOKUP_BYTES_MAX) {
      throw new HourbaseError(
        'LIMIT_EXCEEDED',
        `lookup '${this.alias}' needs more than ${LOOKUP_BYTES_MAX / 1024 / 1024} MiB of memory`,
        {
          where: { lookup: this.alias, rows: this.#rows },
          hint: 'take fewer columns or a smaller source, or join in the database with --query',
        },
      )
    }
  }

  #insert(key: readonly unknown[]): void {
    let level = this.#root
    for (let k = 0; k < this.#keyCount - 1; k++) {
      let next = level.get(key[k]) as Level | undefined
      if (next === undefined) {
        next = new Map()
        level.set(key[k], next)
      }
      level = next
    }
    const last = key[this.#keyCount - 1]
    if (level.has(last)) {
      const shown = key.map(String).join(', ')
      throw new HourbaseError(
        'SOURCE_INVALID',
        `lookup '${this.alias}' has two rows for the key (${shown})`,
        {
          where: { lookup: this.alias, key: shown },
          hint: 'a row can take the columns of one lookup row only: make the key unique, e.g. by a query',
        },
      )
    }
    level.set(last, this.#rows++)
  }

  /** Row numbers by page row; -1: no match. Rows that are out count neither as hit nor as miss. */
  find(page: WorkPage, probeSlots: readonly number[], matches: Int32Array): void {
    const keyCount = this.#keyCount
    const last = page.columns[probeSlots[keyCount - 1]!]!
    for (let i = 0; i < page.count; i++) {
      let level: Level | undefined = this.#root
      for (let k = 0; k < keyCount - 1 && level !== undefined; k++) {
        level = level.get(page.columns[probeSlots[k]!]![i]) as Level | undefined
      }
      const found = level?.get(last[i]) as number | undefined
      matches[i] = found ?? -1
      if (page.out[i] !== 0) continue
      if (found === undefined) this.misses++
      else this.hits++
    }
  }
}

export interface JoinOptions {
  /** Filled when the lookup is loaded, before the first page. */
  readonly lookup: { table: LookupTable | null }
  readonly alias: string
  readonly probeSlots: readonly number[]
  /** Slot by taken column. */
  readonly slots: readonly number[]
  readonly hitSlot: number
  readonly miss: 'null' | 'reject' | 'skip'
}

export function joinStep({ lookup, alias, probeSlots, slots, hitSlot, miss }: JoinOptions): PageStep {
  let matches = new Int32Array(0)
  return (page) => {
    const table = lookup.table!
    if (matches.length < page.count) matches = new Int32Array(page.count)
    table.find(page, probeSlots, matches)
    const hits = page.columns[hitSlot]!
    for (let i = 0; i < page.count; i++) {
      hits[i] = matches[i] === -1 ? null : true
      if (matches[i] !== -1 || miss === 'null') continue
      if (miss === 'skip') page.skip(i)
      else page.reject(i, `${alias}:hit`, `lookup '${alias}' has no row for it`)
    }
    for (let k = 0; k < slots.length; k++)
      takeColumn(page.columns[slots[k]!]!, table.columns[k]!, matches, page.count)
  }
}

function takeColumn(out: Vector, values: Vector, matches: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = matches[i]!
    out[i] = at === -1 ? null : values[at]
  }
}
