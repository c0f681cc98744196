/** HBase's maxResultsPerFamily and rowOffsetPerFamily: of every row and family some cells only. Row by row: it is rarely asked for. */
import type { AlignedRun } from '../model/aligned-run.js'
import type { RowBlock } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'
import type { TableSchema } from '../model/table-schema.js'
import type { AlignedCursor } from './region-scanner.js'

/** Cells [offset, end) in HBase's order. */
export interface CellLimit {
  readonly offset: number
  readonly end: number
}

export class CellLimitCursor implements AlignedCursor {
  readonly run: AlignedRun
  readonly #inner: AlignedCursor
  readonly #limit: CellLimit
  readonly #reversed: boolean
  readonly #builders: readonly RowBlockBuilder[]
  /** Rows of the inner run handed on. */
  #done = 0
  #count = 0

  constructor(schema: TableSchema, inner: AlignedCursor, limit: CellLimit, reversed: boolean) {
    this.#inner = inner
    this.#limit = limit
    this.#reversed = reversed
    this.#builders = schema.stores.map((store) => new RowBlockBuilder(store))
    this.run = {
      count: 1,
      keyBlock: undefined as unknown as RowBlock,
      keyFrom: 0,
      blocks: schema.stores.map(() => null),
      froms: schema.stores.map(() => 0),
    }
  }

  next(): boolean {
    for (;;) {
      if (this.#done === this.#count) {
        if (!this.#inner.next()) return false
        this.#count = this.#inner.run.count
        this.#done = 0
      }
      const row = this.#reversed ? this.#count - 1 - this.#done : this.#done
      this.#done++
      if (this.#takeRow(row)) return true
    }
  }

  close(): void {
    this.#inner.close()
  }

  /** False where no cell of the row is left. */
  #takeRow(row: number): boolean {
    const { blocks, froms } = this.#inner.run
    const run = this.run
    let kept: RowBlock | null = null
    for (let family = 0; family < blocks.length; family++) {
      const block = blocks[family]
      const cut = block == null ? null : this.#cut(family, block, froms[family]! + row)
      run.blocks[family] = cut
      kept ??= cut
    }
    if (kept === null) return false
    run.keyBlock = kept
    return true
  }

  #cut(family: number, block: RowBlock, row: number): RowBlock | null {
    const builder = this.#builders[family]!
    builder.beginRow(block, row)
    const { offset, end } = this.#limit
    let seen = 0
    const width = block.columns.length
    const first = block.flat ? row * width : block.rowStarts[row]!
    const last = block.flat ? first + width : block.rowStarts[row + 1]!
    for (let cell = first; cell < last && seen < end; cell++) {
      if (block.flat && !hasCell(block, cell - first, row)) continue
      if (seen >= offset) builder.addCell(block, cell)
      seen++
    }
    builder.endRow()
    return builder.rowCount === 0 ? null : builder.finish()
  }
}

function hasCell(block: RowBlock, column: number, row: number): boolean {
  const { valid } = block.columns[column]!.ready()
  return valid === null || valid[row] === 1
}
