/** Filters that look at the row's key. */
import { compareBytes, compareRange } from '../util/bytes.js'
import { CellFilter, rowHint } from './filter-base.js'
import { Code, type CodeValue, type FilterCell, type FilterHint } from './filter-cell.js'
import { type CompareNode, passes, type RowRangeNode } from './filter-node.js'

export class RowFilter extends CellFilter {
  readonly #node: CompareNode
  #isOut = false

  constructor(node: CompareNode) {
    super()
    this.#node = node
  }

  override reset(): void {
    this.#isOut = false
  }

  override rejectsKey(cell: FilterCell): boolean {
    const { op, comparator } = this.#node
    this.#isOut = op === 'NO_OP' || !passes(op, comparator.compare(cell.row, 0, cell.rowLength))
    return this.#isOut
  }

  override ask(): CodeValue {
    return this.#isOut ? Code.NextRow : Code.Include
  }

  override rejectsRow(): boolean {
    return this.#isOut
  }
}

export class PrefixFilter extends CellFilter {
  readonly #prefix: Uint8Array
  readonly #reversed: boolean
  #isPast = false
  #isOut = true

  constructor(prefix: Uint8Array, reversed: boolean) {
    super()
    this.#prefix = prefix
    this.#reversed = reversed
  }

  override reset(): void {
    this.#isOut = true
  }

  override isDone(): boolean {
    return this.#isPast
  }

  override rejectsKey(cell: FilterCell): boolean {
    if (this.#isPast) return true
    const prefix = this.#prefix
    const length = Math.min(prefix.length, cell.rowLength)
    const order = compareRange(cell.row, 0, length, prefix, 0, prefix.length)
    if (this.#reversed ? order < 0 : order > 0) this.#isPast = true
    this.#isOut = order !== 0
    return this.#isOut
  }

  override ask(): CodeValue {
    return this.#isOut ? Code.NextRow : Code.Include
  }

  override rejectsRow(): boolean {
    return this.#isOut
  }
}

export class InclusiveStopFilter extends CellFilter {
  readonly #stop: Uint8Array
  readonly #reversed: boolean
  #isPast = false

  constructor(stop: Uint8Array, reversed: boolean) {
    super()
    this.#stop = stop
    this.#reversed = reversed
  }

  override isDone(): boolean {
    return this.#isPast
  }

  override rejectsKey(cell: FilterCell): boolean {
    const order = cell.compareRow(this.#stop)
    this.#isPast = this.#reversed ? order < 0 : order > 0
    return this.#isPast
  }

  override ask(): CodeValue {
    return this.#isPast ? Code.NextRow : Code.Include
  }
}

export class RandomRowFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #chance: number
  readonly #random: () => number
  #isOut = false

  constructor(chance: number, random: () => number) {
    super()
    this.#chance = chance
    this.#random = random
  }

  override reset(): void {
    this.#isOut = false
  }

  override rejectsKey(): boolean {
    this.#isOut = this.#chance < 1 && !(this.#random() < this.#chance)
    return this.#isOut
  }

  override ask(): CodeValue {
    return this.#isOut ? Code.NextRow : Code.Include
  }

  override rejectsRow(): boolean {
    return this.#isOut
  }
}

export class MultiRowRangeFilter extends CellFilter {
  readonly #ranges: readonly RowRangeNode[]
  readonly #reversed: boolean
  /** In reading order: the range that the row lies in or before. */
  #at = 0
  #code: CodeValue = Code.Include
  #isPast = false

  constructor(ranges: readonly RowRangeNode[], reversed: boolean) {
    super()
    this.#ranges = reversed ? ranges.toReversed() : ranges
    this.#reversed = reversed
  }

  override isDone(): boolean {
    return this.#isPast
  }

  override rejectsKey(cell: FilterCell): boolean {
    if (this.#isPast) return true
    const ranges = this.#ranges
    while (this.#at < ranges.length && this.#liesBehind(cell, ranges[this.#at]!)) this.#at++
    if (this.#at === ranges.length) {
      this.#isPast = true
      this.#code = Code.NextRow
    } else {
      this.#code = this.#liesBefore(cell, ranges[this.#at]!) ? Code.Hint : Code.Include
    }
    return false
  }

  override ask(): CodeValue {
    return this.#code
  }

  override hint(cell: FilterCell): FilterHint | null {
    const { start, stop } = this.#ranges[this.#at]!
    return rowHint(this.#reversed ? stop : start, cell)
  }

  #liesBehind(cell: FilterCell, range: RowRangeNode): boolean {
    return this.#reversed ? isBelow(cell, range) : isAbove(cell, range)
  }

  #liesBefore(cell: FilterCell, range: RowRangeNode): boolean {
    return this.#reversed ? isAbove(cell, range) : isBelow(cell, range)
  }
}

function isBelow(cell: FilterCell, { start, startIn }: RowRangeNode): boolean {
  const order = cell.compareRow(start)
  return order < 0 || (order === 0 && !startIn)
}

function isAbove(cell: FilterCell, { stop, stopIn }: RowRangeNode): boolean {
  if (stop.length === 0) return false
  const order = cell.compareRow(stop)
  return order > 0 || (order === 0 && !stopIn)
}

/** Whether `a` comes before `b` in the scan. */
export function comesBefore(a: Uint8Array, b: Uint8Array, reversed: boolean): boolean {
  const order = compareBytes(a, b)
  return reversed ? order > 0 : order < 0
}
