/** The cells of one row that a filter has let through so far. Parallel lists, used again for every row. */
import { compareBytes } from '../util/bytes.js'
import type { RowBlock } from './row-block.js'

export class FilterPicks {
  count = 0
  readonly families: number[] = []
  readonly blocks: RowBlock[] = []
  /** Index of the cell, row * columns + column in a flat block. */
  readonly cells: number[] = []
  readonly familyNames: Uint8Array[] = []
  readonly qualifiers: Uint8Array[] = []
  readonly timestamps: number[] = []
  /** The value instead of the stored one; null = as stored. */
  readonly values: (Uint8Array | null)[] = []

  clear(): void {
    this.count = 0
  }

  /** Keeps the cells for which `keeps` holds. */
  retain(keeps: (index: number) => boolean): void {
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (!keeps(i)) continue
      if (kept !== i) this.#move(i, kept)
      kept++
    }
    this.count = kept
  }

  isColumn(i: number, family: Uint8Array, qualifier: Uint8Array): boolean {
    return (
      compareBytes(this.qualifiers[i]!, qualifier) === 0 && compareBytes(this.familyNames[i]!, family) === 0
    )
  }

  #move(from: number, to: number): void {
    this.families[to] = this.families[from]!
    this.blocks[to] = this.blocks[from]!
    this.cells[to] = this.cells[from]!
    this.familyNames[to] = this.familyNames[from]!
    this.qualifiers[to] = this.qualifiers[from]!
    this.timestamps[to] = this.timestamps[from]!
    this.values[to] = this.values[from]!
  }
}
