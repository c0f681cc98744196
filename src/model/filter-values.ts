/** Filters that look at values, and KeyOnlyFilter, which takes them away. */
import { EMPTY } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import { CellFilter } from './filter-base.js'
import { Code, type CodeValue, type FilterCell } from './filter-cell.js'
import { type ColumnCompareNode, type ComparatorNode, type CompareNode, passes } from './filter-node.js'
import type { FilterPicks } from './filter-picks.js'
import type { CompareOp } from './filter-spec.js'

/** NO_OP lets nothing through and does not even look. */
function valuePasses(op: CompareOp, comparator: ComparatorNode, cell: FilterCell): boolean {
  if (op === 'NO_OP') return false
  cell.loadValue()
  return passes(op, comparator.compare(cell.valueData, cell.valueStart, cell.valueEnd))
}

export class ValueFilter extends CellFilter {
  readonly #node: CompareNode

  constructor(node: CompareNode) {
    super()
    this.#node = node
  }

  override ask(cell: FilterCell): CodeValue {
    return valuePasses(this.#node.op, this.#node.comparator, cell) ? Code.Include : Code.Skip
  }
}

/** Only the column's matching cells. */
export class ColumnValueFilter extends CellFilter {
  readonly #node: ColumnCompareNode
  #isFound = false

  constructor(node: ColumnCompareNode) {
    super()
    this.#node = node
  }

  override reset(): void {
    this.#isFound = false
  }

  override ask(cell: FilterCell): CodeValue {
    const { family, qualifier, op, comparator } = this.#node
    if (!cell.isColumn(family, qualifier)) return this.#isFound ? Code.NextRow : Code.NextCol
    this.#isFound = true
    return valuePasses(op, comparator, cell) ? Code.Include : Code.Skip
  }
}

export interface SingleColumnNode extends ColumnCompareNode {
  readonly ifMissing: boolean
  readonly latestOnly: boolean
}

/** The whole row when the column's value passes, or when the row has no such column and `ifMissing` is false. */
export class SingleColumnValueFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #node: SingleColumnNode
  readonly #excludes: boolean
  #isFound = false
  #isMatched = false

  constructor(node: SingleColumnNode, excludes: boolean) {
    super()
    this.#node = node
    this.#excludes = excludes
  }

  override reset(): void {
    this.#isFound = false
    this.#isMatched = false
  }

  override ask(cell: FilterCell): CodeValue {
    const { family, qualifier, op, comparator, latestOnly } = this.#node
    if (this.#isMatched) return Code.Include
    if (latestOnly && this.#isFound) return Code.NextRow
    if (!cell.isColumn(family, qualifier)) return Code.Include
    this.#isFound = true
    if (op === 'NO_OP') {
      throw new HourbaseError('INVALID_ARGUMENT', 'filter: SingleColumnValueFilter cannot compare by NO_OP', {
        hint: 'give one of the other six operators',
      })
    }
    if (!valuePasses(op, comparator, cell)) return latestOnly ? Code.NextRow : Code.Include
    this.#isMatched = true
    return Code.Include
  }

  override rowCells(picks: FilterPicks): void {
    if (!this.#excludes) return
    const { family, qualifier } = this.#node
    picks.retain((i) => !picks.isColumn(i, family, qualifier))
  }

  override rejectsRow(): boolean {
    return this.#isFound ? !this.#isMatched : this.#node.ifMissing
  }
}

export interface DependentColumnNode {
  readonly family: Uint8Array
  readonly qualifier: Uint8Array
  readonly drop: boolean
  readonly op: CompareOp
  readonly comparator: ComparatorNode | null
}

/** Cells that share a timestamp with a cell of the named column. */
export class DependentColumnFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #node: DependentColumnNode
  readonly #stamps = new Set<number>()

  constructor(node: DependentColumnNode) {
    super()
    this.#node = node
  }

  override reset(): void {
    this.#stamps.clear()
  }

  override ask(cell: FilterCell): CodeValue {
    const { family, qualifier, drop, op, comparator } = this.#node
    if (!cell.isColumn(family, qualifier)) return Code.Include
    if (comparator !== null && !valuePasses(op, comparator, cell)) return Code.Skip
    this.#stamps.add(cell.timestamp)
    return drop ? Code.Skip : Code.Include
  }

  override rowCells(picks: FilterPicks): void {
    picks.retain((i) => this.#stamps.has(picks.timestamps[i]!))
  }
}

export class KeyOnlyFilter extends CellFilter {
  readonly #lenAsVal: boolean

  constructor(lenAsVal: boolean) {
    super()
    this.#lenAsVal = lenAsVal
  }

  override transform(cell: FilterCell): void {
    if (!this.#lenAsVal) {
      cell.replaced = EMPTY
      return
    }
    cell.loadValue()
    const length = cell.replaced?.length ?? cell.valueEnd - cell.valueStart
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, length)
    cell.replaced = bytes
  }
}
