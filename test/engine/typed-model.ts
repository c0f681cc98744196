/** What a typed table holds, as one would write it down: a map of rows, a map of cells a row. VERSIONS is 1, the last write wins. */
import type { Scalar, TypedRow } from '../../src/model/api.js'
import type { NamedRow } from './random-where.js'
import { type ColumnShape, comparePart, type TypedShape, toPublic, type Value } from './typed-shapes.js'

interface ModelCell {
  readonly timestamp: number
  readonly value: Value | null
}

interface ModelRow {
  readonly parts: readonly (Value | null)[]
  readonly cells: Map<string, ModelCell>
}

export type ModelValues = Readonly<Record<string, Readonly<Record<string, Value | null>>>>

export interface ModelWrite {
  readonly parts: readonly (Value | null)[]
  readonly values: ModelValues
}

export interface ModelRead {
  /** Columns and families that are read: `family:column`, or a family's name for all of it. Null = everything. */
  readonly read: readonly string[] | null
  readonly shown: readonly ColumnShape[]
  readonly min: number
  readonly max: number
  /** By parts, ascending by key. */
  readonly within: (parts: readonly (Value | null)[]) => boolean
  readonly where: (row: NamedRow) => boolean
}

const EXISTENCE = ''

export class TypedModel {
  readonly #shape: TypedShape
  readonly #rows = new Map<string, ModelRow>()

  constructor(shape: TypedShape) {
    this.#shape = shape
  }

  #row(parts: readonly (Value | null)[]): ModelRow {
    const id = idOf(parts)
    const known = this.#rows.get(id) ?? { parts, cells: new Map() }
    this.#rows.set(id, known)
    return known
  }

  eventTime(parts: readonly (Value | null)[]): number | null {
    const part = parts[this.#shape.time] ?? null
    if (part === null) return null
    return typeof part === 'bigint' ? Math.floor(Number(part) / 1000) : (part as number)
  }

  /** False: the write is past a TTL, so nothing of the call may be written. */
  accepts(writes: readonly ModelWrite[], timestamp: number, now: number): boolean {
    return writes.every(({ parts, values }) => {
      const stamp = this.eventTime(parts) ?? timestamp
      const given = Object.entries(values).filter(([, columns]) =>
        Object.values(columns).some((value) => value !== null),
      )
      const families = given.length === 0 ? [this.#shape.columns[0]!.family] : given.map(([family]) => family)
      return families.every((family) => stamp >= now - this.#shape.ttlMs[family]!)
    })
  }

  put({ parts, values }: ModelWrite, timestamp: number, nulls: 'skip' | 'delete'): void {
    const { cells } = this.#row(parts)
    const stamp = this.eventTime(parts) ?? timestamp
    let isEmpty = true
    for (const [family, columns] of Object.entries(values)) {
      for (const [name, value] of Object.entries(columns)) {
        const column = `${family}:${name}`
        if (value !== null) {
          isEmpty = false
          write(cells, column, { timestamp: stamp, value })
        } else if (nulls === 'delete') cells.delete(column)
      }
    }
    if (isEmpty)
      write(cells, `${this.#shape.columns[0]!.family}:${EXISTENCE}`, { timestamp: stamp, value: null })
  }

  /** Masks cells for which `masks` holds. */
  delete(parts: readonly (Value | null)[], masks: (column: string, timestamp: number) => boolean): void {
    const { cells } = this.#row(parts)
    for (const [column, { timestamp }] of cells) if (masks(column, timestamp)) cells.delete(column)
  }

  read(read: ModelRead, now: number): TypedRow[] {
    return this.values(read, now).map(({ row }) => row)
  }

  /** Rows as they come out, each with its values by every name. */
  values(read: ModelRead, now: number): { row: TypedRow; values: NamedRow }[] {
    const { parts, time } = this.#shape
    const bounded = read.min !== Number.NEGATIVE_INFINITY || read.max !== Number.POSITIVE_INFINITY
    const rows = [...this.#rows.values()].sort((a, b) => this.#compare(a.parts, b.parts))
    const out: { row: TypedRow; values: NamedRow }[] = []
    for (const row of rows) {
      if (!read.within(row.parts)) continue
      if (bounded && time >= 0 && row.parts[time] === null) continue
      const cells = this.#visible(row, read, now)
      if (cells.size === 0) continue
      const named: Record<string, Value | null> = {}
      parts.forEach(({ name }, i) => {
        named[name] = row.parts[i]!
      })
      for (const { family, name, shown } of this.#shape.columns) {
        named[shown] = cells.get(`${family}:${name}`)?.value ?? null
        named[`${family}:${name}`] = named[shown]!
      }
      if (read.where(named)) out.push({ row: this.#shown(row, named, read.shown), values: named })
    }
    return out
  }

  #shown(row: ModelRow, named: Record<string, Value | null>, shown: readonly ColumnShape[]): TypedRow {
    const typed: Record<string, Scalar> = {}
    this.#shape.parts.forEach(({ name, type }, i) => {
      typed[name] = toPublic(type, row.parts[i]!)
    })
    for (const column of shown) typed[column.shown] = toPublic(column.type, named[column.shown] ?? null)
    return typed
  }

  #visible(row: ModelRow, read: ModelRead, now: number): Map<string, ModelCell> {
    const visible = new Map<string, ModelCell>()
    for (const [column, cell] of row.cells) {
      const family = column.slice(0, column.indexOf(':'))
      if (cell.timestamp < now - this.#shape.ttlMs[family]!) continue
      if (cell.timestamp < read.min || cell.timestamp >= read.max) continue
      if (read.read === null || read.read.includes(column) || read.read.includes(family))
        visible.set(column, cell)
    }
    return visible
  }

  #compare(a: readonly (Value | null)[], b: readonly (Value | null)[]): number {
    return compareParts(this.#shape, a, b)
  }
}

/** Over the parts that both have. */
export function compareParts(
  shape: TypedShape,
  a: readonly (Value | null)[],
  b: readonly (Value | null)[],
): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = comparePart(shape.parts[i]!.type, a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return 0
}

/** A write older than what is there is pushed out at once. */
function write(cells: Map<string, ModelCell>, column: string, cell: ModelCell): void {
  const known = cells.get(column)
  if (known === undefined || cell.timestamp >= known.timestamp) cells.set(column, cell)
}

function idOf(parts: readonly (Value | null)[]): string {
  return JSON.stringify(
    parts.map((part) => (part instanceof Uint8Array ? [...part] : part === null ? null : String(part))),
  )
}
