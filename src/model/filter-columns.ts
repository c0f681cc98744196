/** Filters that look at families, columns and timestamps, and those that count cells. */
import { compareBytes, compareRange, startsWith } from '../util/bytes.js'
import { CellFilter, columnHint } from './filter-base.js'
import { Code, type CodeValue, type FilterCell, type FilterHint } from './filter-cell.js'
import { type CompareNode, passes } from './filter-node.js'

export class FamilyFilter extends CellFilter {
  readonly #node: CompareNode

  constructor(node: CompareNode) {
    super()
    this.#node = node
  }

  override ask({ family }: FilterCell): CodeValue {
    const { op, comparator } = this.#node
    return op !== 'NO_OP' && passes(op, comparator.compare(family, 0, family.length))
      ? Code.Include
      : Code.NextRow
  }
}

export class QualifierFilter extends CellFilter {
  readonly #node: CompareNode

  constructor(node: CompareNode) {
    super()
    this.#node = node
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    const { op, comparator } = this.#node
    return op !== 'NO_OP' && passes(op, comparator.compare(qualifier, 0, qualifier.length))
      ? Code.Include
      : Code.Skip
  }
}

export class ColumnPrefixFilter extends CellFilter {
  readonly #prefix: Uint8Array

  constructor(prefix: Uint8Array) {
    super()
    this.#prefix = prefix
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    const prefix = this.#prefix
    const length = Math.min(qualifier.length, prefix.length)
    const order = compareRange(qualifier, 0, length, prefix, 0, prefix.length)
    if (order === 0) return Code.Include
    return order < 0 ? Code.Hint : Code.NextRow
  }

  override hint(cell: FilterCell): FilterHint | null {
    return columnHint(cell, this.#prefix)
  }
}

/** The largest prefix at or below the qualifier decides alone: overlapping prefixes lose cells, as in HBase. */
export class MultipleColumnPrefixFilter extends CellFilter {
  readonly #prefixes: readonly Uint8Array[]
  #next = 0

  constructor(prefixes: readonly Uint8Array[]) {
    super()
    this.#prefixes = prefixes
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    const prefixes = this.#prefixes
    if (prefixes.length === 0) return Code.Include
    let below = prefixes.length - 1
    while (below >= 0 && compareBytes(prefixes[below]!, qualifier) > 0) below--
    if (below >= 0 && startsWith(qualifier, prefixes[below]!)) return Code.Include
    if (below === prefixes.length - 1) return Code.NextRow
    this.#next = below + 1
    return Code.Hint
  }

  override hint(cell: FilterCell): FilterHint | null {
    return columnHint(cell, this.#prefixes[this.#next]!)
  }
}

export interface ColumnRange {
  readonly min: Uint8Array | null
  readonly minIn: boolean
  readonly max: Uint8Array | null
  readonly maxIn: boolean
}

export class ColumnRangeFilter extends CellFilter {
  readonly #range: ColumnRange

  constructor(range: ColumnRange) {
    super()
    this.#range = range
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    const { min, minIn, max, maxIn } = this.#range
    const above = min === null ? 1 : compareBytes(qualifier, min)
    if (above < 0) return Code.Hint
    if (above === 0 && !minIn) return Code.NextCol
    if (max === null) return Code.Include
    const order = compareBytes(qualifier, max)
    return order < 0 || (order === 0 && maxIn) ? Code.Include : Code.NextRow
  }

  override hint(cell: FilterCell): FilterHint | null {
    return columnHint(cell, this.#range.min!)
  }
}

/** Counts the cells it is asked about. Past the limit it ends the scan where a family's next cell comes. */
export class ColumnCountGetFilter extends CellFilter {
  readonly #limit: number
  #count = 0

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override reset(): void {
    this.#count = 0
  }

  override isDone(): boolean {
    return this.#count > this.#limit
  }

  override ask(): CodeValue {
    this.#count++
    return this.isDone() ? Code.NextCol : Code.IncludeNextCol
  }
}

export class ColumnPaginationFilter extends CellFilter {
  readonly #limit: number
  readonly #offset: number
  readonly #column: Uint8Array | null
  #count = 0

  constructor(limit: number, offset: number, column: Uint8Array | null) {
    super()
    this.#limit = limit
    this.#offset = offset
    this.#column = column
  }

  override reset(): void {
    this.#count = 0
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    if (this.#count >= this.#offset + this.#limit) return Code.NextRow
    if (this.#column !== null && this.#count === 0 && compareBytes(qualifier, this.#column) < 0)
      return Code.Hint
    const isBefore = this.#count < this.#offset
    this.#count++
    return isBefore ? Code.NextCol : Code.IncludeNextCol
  }

  override hint(cell: FilterCell): FilterHint | null {
    return columnHint(cell, this.#column!)
  }
}

export class FirstKeyOnlyFilter extends CellFilter {
  #isFound = false

  override reset(): void {
    this.#isFound = false
  }

  override ask(): CodeValue {
    if (this.#isFound) return Code.NextRow
    this.#isFound = true
    return Code.Include
  }
}

/** Every cell up to and including the first of the named columns. */
export class FirstMatchingFilter extends CellFilter {
  readonly #qualifiers: readonly Uint8Array[]
  #isFound = false

  constructor(qualifiers: readonly Uint8Array[]) {
    super()
    this.#qualifiers = qualifiers
  }

  override reset(): void {
    this.#isFound = false
  }

  override ask({ qualifier }: FilterCell): CodeValue {
    if (this.#isFound) return Code.NextRow
    for (const named of this.#qualifiers) {
      if (compareBytes(named, qualifier) === 0) this.#isFound = true
    }
    return Code.Include
  }
}

export class TimestampsFilter extends CellFilter {
  /** Ascending. */
  readonly #timestamps: readonly number[]
  readonly #set: ReadonlySet<number>
  readonly #canHint: boolean

  constructor(timestamps: readonly number[], canHint: boolean) {
    super()
    this.#timestamps = timestamps
    this.#set = new Set(timestamps)
    this.#canHint = canHint
  }

  override ask({ timestamp }: FilterCell): CodeValue {
    if (this.#set.has(timestamp)) return Code.Include
    if (timestamp < (this.#timestamps[0] ?? Number.POSITIVE_INFINITY)) return Code.NextCol
    return this.#canHint ? Code.Hint : Code.Skip
  }

  override hint(cell: FilterCell): FilterHint | null {
    const next = this.#timestamps.findLast((timestamp) => timestamp < cell.timestamp)
    return next === undefined ? null : columnHint(cell, cell.qualifier, next)
  }
}
