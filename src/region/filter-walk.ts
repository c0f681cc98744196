/**
 * A filter led over rows, cell by cell, as HBase's scanners do it. Each family is a scanner of its own: a refusal may send it
 * to the next column or row, or ahead to a row; once the filter is done, the next cell of a family closes it for good.
 */
import type { AlignedRun } from '../model/aligned-run.js'
import type { CellFilter } from '../model/filter-base.js'
import { Code, FilterCell, type FilterHint } from '../model/filter-cell.js'
import { FilterPicks } from '../model/filter-picks.js'
import { comesBefore } from '../model/filter-rows.js'
import { CellType, groupOfRow, type RowBlock } from '../model/row-block.js'

export interface FilterRules {
  readonly filter: CellFilter
  readonly reversed: boolean
  /** By family. */
  readonly names: readonly Uint8Array[]
  /** By family: how many versions of a column may pass. */
  readonly versions: readonly number[]
  /** By family: whether it is read. */
  readonly read: readonly boolean[]
  /** By family: the columns that the filter may see, as latin1 text; null = all that are read. */
  readonly shown: readonly (ReadonlySet<string> | null)[]
  /** By family: whether columns are asked for by name. */
  readonly named: readonly boolean[]
  /** Of the cells of a row and family that pass only those in [offset, end) are kept, and none is asked about behind them. */
  readonly offset: number
  readonly end: number
}

export class FilterWalk {
  readonly picks: FilterPicks = new FilterPicks()
  /** After visit() kept a row: all of its cells are in it, unchanged. */
  isWhole = true
  /** Nothing more can pass. */
  isOver = false
  readonly #rules: FilterRules
  readonly #cell = new FilterCell()
  readonly #closed: boolean[]
  /** By family: where it waits for the scan; its cells before this row are not asked about. */
  readonly #waits: (Uint8Array | null)[]
  /** A family's row: what is left out until the next column, or until a place. */
  #skipped = -1
  #counted = -1
  #versions = 0
  #kept = 0
  #hint: FilterHint | null = null

  constructor(rules: FilterRules) {
    this.#rules = rules
    this.#closed = rules.read.map((isRead) => !isRead)
    this.#waits = rules.read.map(() => null)
  }

  /** Looks at row `index` of the run; true when `picks` holds what is left of it. */
  visit(run: AlignedRun, index: number): boolean {
    const { filter } = this.#rules
    const keyRow = run.keyFrom + index
    this.#cell.setRow(run.keyBlock, keyRow, groupOfRow(run.keyBlock, keyRow))
    if (!this.#isReached(run)) return false
    this.picks.clear()
    this.isWhole = true
    const rejects = filter.rejectsKey(this.#cell)
    if (rejects && filter.isDone()) {
      this.isOver = true
      return false
    }
    for (let family = 0; family < run.blocks.length; family++) {
      const block = run.blocks[family]!
      if (block !== null) this.#walkFamily(family, block, run.froms[family]! + index)
    }
    const keeps = !rejects && this.#keepsRow()
    filter.reset()
    if (keeps && filter.isDone()) this.isOver = true
    return keeps
  }

  /** The nearest row that every open family waits for; null = some family waits for none. */
  waitsFor(): Uint8Array | null {
    let nearest: Uint8Array | null = null
    for (let family = 0; family < this.#waits.length; family++) {
      if (this.#closed[family]) continue
      const row = this.#waits[family]!
      if (row === null) return null
      if (nearest === null || comesBefore(row, nearest, this.#rules.reversed)) nearest = row
    }
    return nearest
  }

  /** Whether an open family has the row and does not wait for a later one. */
  #isReached(run: AlignedRun): boolean {
    let isReached = false
    let isOpen = false
    for (let family = 0; family < run.blocks.length; family++) {
      if (this.#closed[family]) continue
      isOpen = true
      const wait = this.#waits[family]!
      if (wait !== null) {
        const order = this.#cell.compareRow(wait)
        if (this.#rules.reversed ? order > 0 : order < 0) continue
        this.#waits[family] = null
      }
      if (run.blocks[family] === null) continue
      isReached = true
    }
    if (!isOpen) this.isOver = true
    return isReached
  }

  #keepsRow(): boolean {
    const { filter } = this.#rules
    const { picks } = this
    const asked = picks.count
    if (asked === 0) return false
    if (filter.decidesRows) filter.rowCells(picks)
    if (picks.count !== asked) this.isWhole = false
    return picks.count > 0 && !filter.rejectsRow()
  }

  #walkFamily(family: number, block: RowBlock, row: number): void {
    if (this.#closed[family] || this.#waits[family] !== null) {
      this.isWhole = false
      return
    }
    this.#skipped = -1
    this.#counted = -1
    this.#kept = 0
    this.#hint = null
    this.#cell.family = this.#rules.names[family]!
    const isLimited = block.flat ? this.#walkFlat(family, block, row) : this.#walkGeneral(family, block, row)
    if (!isLimited && this.#rules.filter.isDone()) this.#closed[family] = true
  }

  /** @returns whether the family's limit of cells ended the walk. */
  #walkFlat(family: number, block: RowBlock, row: number): boolean {
    const { columns } = block
    const width = columns.length
    const timestamp = block.timestamps[row]!
    for (let c = 0; c < width; c++) {
      const column = columns[c]!.ready()
      if (column.valid !== null && column.valid[row] !== 1) continue
      this.#cell.set(column, row, timestamp, CellType.Put)
      const step = this.#offer(family, block, row * width + c, c)
      if (step !== Step.Next) {
        if (c < width - 1) this.isWhole = false
        return step === Step.Limit
      }
    }
    return false
  }

  #walkGeneral(family: number, block: RowBlock, row: number): boolean {
    const end = block.rowStarts[row + 1]!
    for (let i = block.rowStarts[row]!; i < end; i++) {
      const c = block.cellColumns[i]!
      this.#cell.set(block.columns[c]!.ready(), block.slots[i]!, block.timestamps[i]!, block.types[i]!)
      const step = this.#offer(family, block, i, c)
      if (step !== Step.Next) {
        if (i < end - 1) this.isWhole = false
        return step === Step.Limit
      }
    }
    return false
  }

  #offer(family: number, block: RowBlock, index: number, column: number): StepValue {
    const cell = this.#cell
    const { filter, reversed } = this.#rules
    if (this.#isSkipped(family, column)) {
      this.isWhole = false
      return Step.Next
    }
    if (filter.isDone()) {
      this.isWhole = false
      return Step.NextRow
    }
    const code = filter.ask(cell)
    if (code <= Code.IncludeNextRow) return this.#include(family, block, index, column, code)
    this.isWhole = false
    if (code === Code.NextRow) return Step.NextRow
    if (code === Code.NextCol) this.#skipColumn(family, column)
    else if (code === Code.Hint) {
      const hint = filter.hint(cell)
      if (hint === null || !cell.isBefore(hint, reversed)) return Step.Next
      if (hint.row !== null) {
        this.#waits[family] = hint.row
        return Step.NextRow
      }
      // Columns ascend in a reversed scan as well, and HBase does not follow a hint backwards.
      if (!reversed) this.#hint = hint
    }
    return Step.Next
  }

  /** HBase never leaps over the column without a name, where markers of the family may lie, unless it was asked for by name. */
  #skipColumn(family: number, column: number): void {
    if (this.#cell.qualifier.length > 0 || this.#rules.named[family]!) this.#skipped = column
  }

  #isSkipped(family: number, column: number): boolean {
    if (column === this.#skipped) return true
    const shown = this.#rules.shown[family]!
    if (shown !== null && !shown.has(Buffer.from(this.#cell.qualifier).toString('latin1'))) return true
    if (this.#hint === null) return false
    if (this.#cell.isBefore(this.#hint, false)) return true
    this.#hint = null
    return false
  }

  #include(family: number, block: RowBlock, index: number, column: number, code: number): StepValue {
    const { filter, versions, offset, end } = this.#rules
    const step = code === Code.IncludeNextRow ? Step.NextRow : Step.Next
    if (column !== this.#counted) {
      this.#counted = column
      this.#versions = 0
    }
    this.#versions++
    if (this.#versions > versions[family]!) {
      this.isWhole = false
      this.#skipColumn(family, column)
      return step
    }
    filter.transform(this.#cell)
    this.#kept++
    if (this.#kept > offset) this.#pick(family, block, index)
    else this.isWhole = false
    if (code === Code.IncludeNextCol) this.#skipColumn(family, column)
    if (step === Step.Next && this.#kept >= end) return Step.Limit
    return step
  }

  #pick(family: number, block: RowBlock, index: number): void {
    const { picks } = this
    const cell = this.#cell
    const at = picks.count++
    picks.families[at] = family
    picks.blocks[at] = block
    picks.cells[at] = index
    picks.familyNames[at] = cell.family
    picks.qualifiers[at] = cell.qualifier
    picks.timestamps[at] = cell.timestamp
    picks.values[at] = cell.replaced
    if (cell.replaced !== null) this.isWhole = false
  }
}

const Step = { Next: 0, NextRow: 1, Limit: 2 } as const
type StepValue = (typeof Step)[keyof typeof Step]
