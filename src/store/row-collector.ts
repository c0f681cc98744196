/** Decided rows on their way into new blocks. Going down, rows wait until there are enough to build a block from the last to the first. */
import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'
import type { BlockView } from './block-view.js'
import type { Desk } from './desk.js'
import type { RowPlan } from './row-plan.js'
import { Verdict } from './verdict.js'

const ROWS_MAX = 1024
const BYTES_MAX = 1 << 20

export class RowCollector {
  readonly #builder: RowBlockBuilder
  readonly #plan: RowPlan
  readonly #desk: Desk
  /** Reversed only: row i has the places [starts[i], starts[i + 1]). */
  readonly #blocks: RowBlock[] = []
  readonly #views: BlockView[] = []
  readonly #rows: number[] = []
  readonly #starts: number[] = [0]

  constructor(schema: StoreSchema, plan: RowPlan, desk: Desk) {
    this.#builder = new RowBlockBuilder(schema)
    this.#plan = plan
    this.#desk = desk
  }

  get isEmpty(): boolean {
    return this.#builder.rowCount === 0 && this.#starts.length === 1
  }

  get isFull(): boolean {
    const builder = this.#builder
    return builder.rowCount >= ROWS_MAX || builder.sizeBytes >= BYTES_MAX || this.#starts.length > ROWS_MAX
  }

  /** Rows [from, to) follow as they are. Ascending only. */
  appendRun(block: RowBlock, from: number, to: number): this {
    this.#builder.appendRun(block, from, to)
    return this
  }

  /** The row that lies at these places follows. Ascending only. */
  add(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    places: number,
  ): void {
    this.#desk.decide(blocks, rows, views, places)
    this.addDecided(blocks, rows)
  }

  /** The row in the scratch arrays, gathered from these places and decided, follows. Ascending only. */
  addDecided(blocks: readonly RowBlock[], rows: readonly number[]): void {
    const { count, keep, places, cells } = this.#desk.row
    const builder = this.#builder
    const counts = this.#plan.counts
    let isOpen = false
    for (let i = 0; i < count; i++) {
      if (counts !== null) counts[keep[i]!]! += 1
      if (keep[i] !== Verdict.Kept) continue
      if (!isOpen) builder.beginRow(blocks[0]!, rows[0]!)
      isOpen = true
      builder.addCell(blocks[places[i]!]!, cells[i]!)
    }
    if (isOpen) builder.endRow()
  }

  /** Reversed: the row waits for take(). */
  defer(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    places: number,
  ): void {
    for (let i = 0; i < places; i++) {
      this.#blocks.push(blocks[i]!)
      this.#rows.push(rows[i]!)
      this.#views.push(views[i]!)
    }
    this.#starts.push(this.#rows.length)
  }

  /** The block of all rows since the last take(); null when nothing of them is kept. */
  take(): RowBlock | null {
    const starts = this.#starts
    for (let i = starts.length - 2; i >= 0; i--) {
      const from = starts[i]!
      const to = starts[i + 1]!
      this.add(
        this.#blocks.slice(from, to),
        this.#rows.slice(from, to),
        this.#views.slice(from, to),
        to - from,
      )
    }
    starts.length = 1
    this.#blocks.length = 0
    this.#rows.length = 0
    this.#views.length = 0
    return this.#builder.rowCount === 0 ? null : this.#builder.finish()
  }
}
