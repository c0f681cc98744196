/**
 * From the merge's steps to the runs that a store hands on. Rows of one source pass as they are, in runs, where a look at
 * their timestamps is enough; rows of several sources, or with versions and markers, go cell by cell through the decider
 * into new blocks.
 */
import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock, RunCursor } from '../model/row-block.js'
import { BlockView, QualifierIds } from './block-view.js'
import { countFlatCells, firstKept, keptFrom, keptUntil, lastKept } from './flat-run.js'
import { MergeStep, type RowMerge } from './merge.js'
import { RowCells } from './row-cells.js'
import { RowCollector } from './row-collector.js'
import type { RowCounters, RowPlan } from './row-plan.js'
import { Verdict } from './verdict.js'

/** A shorter run that follows rows being built is copied to them: a block of its own would cost more. */
const RUN_ROWS_MIN = 64

export class ResolvingCursor implements RunCursor {
  block!: RowBlock
  from = 0
  to = 0

  readonly #merge: RowMerge
  readonly #plan: RowPlan
  readonly #reversed: boolean
  readonly #counters: RowCounters
  readonly #schema: StoreSchema
  readonly #ids = new QualifierIds()
  /** Made for the first row that is decided, the collector for the first that is built. */
  #row: RowCells | null = null
  #collector: RowCollector | null = null
  /** By source: its latest block and the view of it. */
  readonly #viewed: RowBlock[] = []
  readonly #views: BlockView[] = []
  readonly #rowViews: BlockView[] = []
  /** The merge's current run, as far as it is not handled yet. */
  readonly #runBlock: RowBlock[] = []
  readonly #runView: BlockView[] = []
  readonly #runRow: number[] = [0]
  #runFrom = 0
  #runTo = 0
  /** A run that waits while the rows built before it are handed on. */
  #queued: RowBlock | null = null
  #queuedFrom = 0
  #queuedTo = 0

  constructor(schema: StoreSchema, merge: RowMerge, plan: RowPlan, reversed: boolean, counters: RowCounters) {
    this.#schema = schema
    this.#merge = merge
    this.#plan = plan
    this.#reversed = reversed
    this.#counters = counters
  }

  next(): boolean {
    const queued = this.#queued
    if (queued !== null) {
      this.#queued = null
      return this.#hand(queued, this.#queuedFrom, this.#queuedTo)
    }
    for (;;) {
      while (this.#runFrom < this.#runTo) {
        if (this.#runBlock[0]!.flat ? this.#nextFlat() : this.#nextGeneral()) return true
      }
      const step = this.#merge.next()
      if (step === MergeStep.End) return this.#handBuilt()
      if (step === MergeStep.Run) this.#beginRun()
      else if (this.#addPlaces()) return true
    }
  }

  close(): void {
    this.#merge.close()
    this.#runTo = this.#runFrom
    this.#queued = null
    this.#collector = null
  }

  #hand(block: RowBlock, from: number, to: number): boolean {
    this.block = block
    this.from = from
    this.to = to
    return true
  }

  #handBuilt(): boolean {
    const block = this.#collector?.take() ?? null
    return block !== null && this.#hand(block, 0, block.rowCount)
  }

  /** Hands on rows as they are; before them, those that are being built. */
  #pass(block: RowBlock, from: number, to: number): boolean {
    this.#counters.rowsPassed += to - from
    const collector = this.#collector
    if (collector === null || collector.isEmpty) return this.#hand(block, from, to)
    if (to - from < RUN_ROWS_MIN && !this.#reversed) {
      collector.appendRun(block, from, to)
      return collector.isFull && this.#handBuilt()
    }
    if (!this.#handBuilt()) return this.#hand(block, from, to)
    this.#queued = block
    this.#queuedFrom = from
    this.#queuedTo = to
    return true
  }

  #collect(): RowCollector {
    this.#collector ??= new RowCollector(this.#schema, this.#plan, this.#cells())
    return this.#collector
  }

  #cells(): RowCells {
    this.#row ??= new RowCells(this.#ids)
    return this.#row
  }

  #viewOf(block: RowBlock, source: number): BlockView {
    if (this.#viewed[source] === block) return this.#views[source]!
    const view = new BlockView(block, this.#plan.columns)
    this.#viewed[source] = block
    this.#views[source] = view
    return view
  }

  /** A row of several sources. */
  #addPlaces(): boolean {
    const merge = this.#merge
    const views = this.#rowViews
    for (let i = 0; i < merge.places; i++) views[i] = this.#viewOf(merge.blocks[i]!, merge.sources[i]!)
    return this.#add(merge.blocks, merge.rows, views, merge.places)
  }

  #add(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    places: number,
  ): boolean {
    this.#counters.rowsMerged++
    const collector = this.#collect()
    if (this.#reversed) collector.defer(blocks, rows, views, places)
    else collector.add(blocks, rows, views, places)
    return collector.isFull && this.#handBuilt()
  }

  // ---------------------------------------------------------------- rows of one source
  #beginRun(): void {
    const merge = this.#merge
    const view = this.#viewOf(merge.block, merge.source)
    this.#runBlock[0] = merge.block
    this.#runView[0] = view
    this.#runFrom = merge.from
    this.#runTo = view.isEmpty ? merge.from : merge.to
  }

  /** Handles the next rows of a flat run. @returns whether there is something to hand on. */
  #nextFlat(): boolean {
    const block = this.#runBlock[0]!
    const { flatMin, flatMax, readPoint } = this.#plan
    if (block.maxSequence > readPoint) return this.#nextRow()
    const { sparse, flat } = this.#runView[0]!
    const before = this.#runFrom
    let from = before
    let to = this.#runTo
    const isInside = block.minTimestamp >= flatMin && block.maxTimestamp < flatMax
    if (!isInside || sparse !== null) {
      const stamps = block.timestamps
      if (this.#reversed) {
        to = lastKept(stamps, sparse, flatMin, flatMax, from, to)
        from = keptFrom(stamps, sparse, flatMin, flatMax, from, to)
      } else {
        from = firstKept(stamps, sparse, flatMin, flatMax, from, to)
        to = keptUntil(stamps, sparse, flatMin, flatMax, from, to)
      }
    }
    if (this.#reversed) this.#runTo = from
    else this.#runFrom = to
    const counts = this.#plan.counts
    if (counts !== null) {
      counts[Verdict.Expired]! += countFlatCells(block, before, from)
      counts[Verdict.Kept]! += countFlatCells(block, from, to)
    }
    return from < to && this.#pass(flat, from, to)
  }

  /** Handles the next rows of a general run: those that are kept as a whole pass together. */
  #nextGeneral(): boolean {
    if (this.#plan.columns !== null || this.#reversed) return this.#nextRow()
    const from = this.#runFrom
    let row = from
    while (row < this.#runTo && this.#isWhole(row)) row++
    if (row === from) {
      this.#runFrom = from + 1
      this.#counters.rowsMerged++
      const collector = this.#collect()
      collector.addDecided(this.#runBlock, this.#runRow)
      return collector.isFull && this.#handBuilt()
    }
    this.#runFrom = row
    const block = this.#runBlock[0]!
    const counts = this.#plan.counts
    if (counts !== null) counts[Verdict.Kept]! += block.rowStarts[row]! - block.rowStarts[from]!
    return this.#pass(block, from, row)
  }

  /** Decides a row of the run. */
  #isWhole(row: number): boolean {
    const cells = this.#cells()
    const block = this.#runBlock[0]!
    this.#runRow[0] = row
    cells.gather(this.#runBlock, this.#runRow, this.#runView, 1, this.#plan.readPoint)
    this.#plan.decide(cells)
    for (let i = 0; i < cells.count; i++) {
      if (cells.keep[i] !== Verdict.Kept) return false
    }
    return cells.count === block.rowStarts[row + 1]! - block.rowStarts[row]!
  }

  #nextRow(): boolean {
    this.#runRow[0] = this.#reversed ? --this.#runTo : this.#runFrom++
    return this.#add(this.#runBlock, this.#runRow, this.#runView, 1)
  }
}
