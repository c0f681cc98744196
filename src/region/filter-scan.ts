/** A scan seen through a filter: runs in, runs out. It goes over regions as over one: a page is a page of the whole scan. */
import type { AlignedRun } from '../model/aligned-run.js'
import type { StoreSchema } from '../model/descriptor.js'
import { FilterOutput } from './filter-output.js'
import { type FilterRules, FilterWalk } from './filter-walk.js'

export interface FilterSource {
  next(): AlignedRun | null
  /** The rows before this one (reversed: above it) are not wanted. */
  seek(row: Uint8Array): void
}

export class FilterScan {
  readonly #source: FilterSource
  readonly #walk: FilterWalk
  readonly #output: FilterOutput
  readonly #reversed: boolean
  /** Rows that are still wanted. */
  #left: number
  #isOver = false

  constructor(schemas: readonly StoreSchema[], rules: FilterRules, rowsMax: number, source: FilterSource) {
    this.#source = source
    this.#walk = new FilterWalk(rules)
    this.#output = new FilterOutput(schemas, rules.reversed)
    this.#reversed = rules.reversed
    this.#left = rowsMax
    this.#isOver = rowsMax <= 0
  }

  next(): AlignedRun | null {
    for (;;) {
      const ready = this.#output.take()
      if (ready !== null || this.#isOver) return ready
      const run = this.#source.next()
      if (run === null) this.#isOver = true
      else this.#visitAll(run)
      if (this.#isOver) this.#output.flush()
    }
  }

  #visitAll(run: AlignedRun): void {
    const walk = this.#walk
    const { count } = run
    for (let i = 0; i < count && !this.#isOver; i++) {
      const index = this.#reversed ? count - 1 - i : i
      if (walk.visit(run, index)) {
        if (walk.isWhole) this.#output.addWhole(run, index, walk.picks)
        else this.#output.addPicked(run, index, walk.picks)
        this.#left--
      }
      if (walk.isOver || this.#left <= 0) this.#isOver = true
    }
    this.#output.endStretch()
    const row = this.#isOver ? null : walk.waitsFor()
    if (row !== null) this.#source.seek(row)
  }
}
