import type { RowBlock } from '../model/row-block.js'
import { type BlockView, QualifierIds } from './block-view.js'
import { RowCells } from './row-cells.js'
import type { RowPlan } from './row-plan.js'
import { Verdict } from './verdict.js'

/** Where one row after the other is laid out and decided. */
export class Desk {
  readonly ids: QualifierIds = new QualifierIds()
  readonly row: RowCells = new RowCells(this.ids)
  /** The views of the merge's current row, by place. */
  readonly views: BlockView[] = []
  /** A row of one source as the only place. */
  readonly oneBlock: RowBlock[] = []
  readonly oneRow: number[] = []
  readonly oneView: BlockView[] = []
  readonly #readPoint: number
  readonly #decide: (row: RowCells) => void

  constructor(plan: RowPlan) {
    this.#readPoint = plan.readPoint
    this.#decide = plan.makeDecider()
  }

  decide(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    places: number,
  ): void {
    this.row.gather(blocks, rows, views, places, this.#readPoint)
    this.#decide(this.row)
  }

  put(block: RowBlock, row: number, view: BlockView): void {
    this.oneBlock[0] = block
    this.oneRow[0] = row
    this.oneView[0] = view
  }

  /** Decides a row of a general block. @returns whether all of its cells are kept */
  isWhole(block: RowBlock, row: number, view: BlockView): boolean {
    this.put(block, row, view)
    this.decide(this.oneBlock, this.oneRow, this.oneView, 1)
    const { count, keep } = this.row
    for (let i = 0; i < count; i++) {
      if (keep[i] !== Verdict.Kept) return false
    }
    return count === block.rowStarts[row + 1]! - block.rowStarts[row]!
  }
}
