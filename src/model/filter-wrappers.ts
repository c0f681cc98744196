/** Filters around another one, and PageFilter: what they decide outlasts the cell. */
import { CellFilter } from './filter-base.js'
import { Code, type CodeValue, type FilterCell } from './filter-cell.js'

/** Drops the row when the inner filter refuses any cell. It asks about cells alone: not about keys, pages or rows. */
export class SkipFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #inner: CellFilter
  #isOut = false

  constructor(inner: CellFilter) {
    super()
    this.#inner = inner
  }

  override reset(): void {
    this.#inner.reset()
    this.#isOut = false
  }

  override ask(cell: FilterCell): CodeValue {
    const code = this.#inner.ask(cell)
    if (code !== Code.Include) this.#isOut = true
    return code
  }

  override transform(cell: FilterCell): void {
    this.#inner.transform(cell)
  }

  override rejectsRow(): boolean {
    return this.#isOut
  }
}

/** Ends the scan at the first thing that the inner filter refuses. */
export class WhileMatchFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #inner: CellFilter
  #isPast = false

  constructor(inner: CellFilter) {
    super()
    this.#inner = inner
  }

  override reset(): void {
    this.#inner.reset()
  }

  override isDone(): boolean {
    return this.#isPast || this.#inner.isDone()
  }

  override rejectsKey(cell: FilterCell): boolean {
    if (this.isDone()) return true
    const rejects = this.#inner.rejectsKey(cell)
    if (rejects) this.#isPast = true
    return rejects
  }

  override ask(cell: FilterCell): CodeValue {
    const code = this.#inner.ask(cell)
    if (code !== Code.Include) this.#isPast = true
    return code
  }

  override transform(cell: FilterCell): void {
    this.#inner.transform(cell)
  }

  override rejectsRow(): boolean {
    const rejects = this.#inner.rejectsRow()
    if (rejects) this.#isPast = true
    return rejects
  }
}

export class PageFilter extends CellFilter {
  override readonly decidesRows: boolean = true
  readonly #size: number
  #rows = 0

  constructor(size: number) {
    super()
    this.#size = size
  }

  override isDone(): boolean {
    return this.#rows >= this.#size
  }

  override rejectsKey(): boolean {
    return false
  }

  override rejectsRow(): boolean {
    this.#rows++
    return this.#rows > this.#size
  }
}
