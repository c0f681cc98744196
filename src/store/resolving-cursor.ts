/**
 * From the merge's steps to the runs that a store hands on. Rows of one source pass as they are, in runs, where a look at
 * their timestamps is enough; rows of several sources, or with versions and markers, go cell by cell through the decider
 * into small new blocks.
 */
import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock, RunCursor } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'
import { BlockView, QualifierIds } from './block-view.js'
import { MergeStep, type RowMerge } from './merge.js'
import { RowCells } from './row-cells.js'
import { countFlatCells, countVerdicts } from './verdict-count.js'
import { Verdict, type VerdictCounts } from './verdict.js'

export interface RowPlan {
  /** Sets `keep` of every cell of a row. */
  readonly decide: (row: RowCells) => void
  /** Null = all. */
  readonly columns: readonly Uint8Array[] | null
  /** A row that is one put a column, in one source alone, is kept when its timestamp lies in [flatMin, flatMax). */
  readonly flatMin: number
  readonly flatMax: number
  /** Cells written later are not seen. */
  readonly readPoint: number
  /** Compactions count what became of each cell. */
  readonly counts: VerdictCounts | null
}

export interface RowCounters {
  /** Rows handed on in runs, untouched. */
  rowsPassed: number
  /** Rows decided cell by cell. */
  rowsMerged: number
}

const BLOCK_ROWS_MAX = 1024
const BLOCK_BYTES_MAX = 1 << 20
/** A shorter run behind rows being built is copied to them: a new block for a few rows costs more. */
const RUN_ROWS_MIN = 64

export class ResolvingCursor implements RunCursor {
  block!: RowBlock
  from = 0
  to = 0

  readonly #schema: StoreSchema
  readonly #merge: RowMerge
  readonly #plan: RowPlan
  readonly #reversed: boolean
  readonly #counters: RowCounters
  readonly #ids = new QualifierIds()
  readonly #row = new RowCells(this.#ids)
  #builder: RowBlockBuilder | null = null
  /** By source: the view of its latest block. */
  readonly #viewed: RowBlock[] = []
  readonly #views: BlockView[] = []
  readonly #rowViews: BlockView[] = []
  /** The merge's current run, as far as it is not handled yet. */
  #run!: RowBlock
  #runView!: BlockView
  #runFrom = 0
  #runTo = 0
  /** A run that waits while the rows built before it are handed on. */
  #queued: RowBlock | null = null
  #queuedFrom = 0
  #queuedTo = 0
  /** Reversed: rows to build, in the order met; entry i has places [pendingStarts[i], pendingStarts[i + 1]). */
  readonly #pendingBlocks: RowBlock[] = []
  readonly #pendingViews: BlockView[] = []
  readonly #pendingRows: number[] = []
  readonly #pendingStarts: number[] = [0]

  constructor(schema: StoreSchema, merge: RowMerge, plan: RowPlan, reversed: boolean, counters: RowCounters) {
    this.#schema = schema
    this.#merge = merge
    this.#plan = plan
    this.#reversed = reversed
    this.#counters = counters
  }

  next(): boolean {
    if (this.#queued !== null) return this.#emitQueued()
    for (;;) {
      while (this.#runFrom < this.#runTo) {
        if (this.#run.flat ? this.#nextFlat() : this.#nextGeneral()) return true
      }
      const step = this.#merge.next()
      if (step === MergeStep.End) return this.#emitBuilt()
      if (step === MergeStep.Run) this.#beginRun()
      else if (this.#addPlaces() && this.#emitBuilt()) return true
    }
  }

  close(): void {
    this.#merge.close()
    this.#runFrom = this.#runTo
    this.#queued = null
    this.#pendingStarts.length = 1
    this.#builder = null
  }

  #beginRun(): void {
    const merge = this.#merge
    this.#run = merge.block
    this.#runFrom = merge.from
    this.#runTo = merge.to
    this.#runView = this.#viewOf(merge.block, merge.source)
    const counts = this.#plan.counts
    if (counts !== null && merge.block.flat) counts[Verdict.Kept]! += countFlatCells(merge.block, merge.from, merge.to)
    if (this.#runView.isEmpty) this.#runFrom = this.#runTo
  }

  #viewOf(block: RowBlock, source: number): BlockView {
    if (this.#viewed[source] === block) return this.#views[source]!
    const view = new BlockView(block, this.#plan.columns, this.#ids)
    this.#viewed[source] = block
    this.#views[source] = view
    return view
  }

  // ---------------------------------------------------------------- rows of one source
  /** Handles the next rows of a flat run. @returns whether there is something to hand on. */
  #nextFlat(): boolean {
    const block = this.#run
    const { flatMin, flatMax, readPoint } = this.#plan
    if (block.maxSequence > readPoint) return this.#nextByRow()
    const { present, flat } = this.#runView
    let from = this.#runFrom
    let to = this.#runTo
    const isInside = block.minTimestamp >= flatMin && block.maxTimestamp < flatMax
    if (!isInside || present !== null) {
      if (this.#reversed) {
        to = lastKept(block, present, flatMin, flatMax, from, to)
        from = keptFrom(block, present, flatMin, flatMax, from, to)
      } else {
        from = firstKept(block, present, flatMin, flatMax, from, to)
        to = keptTo(block, present, flatMin, flatMax, from, to)
      }
      const edge = this.#reversed ? to : from
      this.#countDropped(block, this.#reversed ? edge : this.#runFrom, this.#reversed ? this.#runTo : edge)
    }
    if (this.#reversed) this.#runTo = from
    else this.#runFrom = to
    if (from === to) return false
    this.#counters.rowsPassed += to - from
    return this.#pass(flat, from, to)
  }

  #countDropped(block: RowBlock, from: number, to: number): void {
    const counts = this.#plan.counts
    if (counts === null || from === to) return
    const cells = countFlatCells(block, from, to)
    counts[Verdict.Kept]! -= cells
    counts[Verdict.Expired]! += cells
  }

  /** Handles the next rows of a general run: those of which all is kept pass together. */
  #nextGeneral(): boolean {
    if (this.#plan.columns !== null || this.#reversed) return this.#nextByRow()
    const from = this.#runFrom
    let to = from
    const limit = this.#runTo
    while (to < limit && this.#isWhole(to)) to++
    if (to > from) {
      this.#runFrom = to
      this.#counters.rowsPassed += to - from
      return this.#pass(this.#run, from, to)
    }
    return this.#nextByRow()
  }

  #isWhole(row: number): boolean {
    this.#gatherOne(this.#run, row, this.#runView)
    const { keep, count } = this.#row
    for (let i = 0; i < count; i++) {
      if (keep[i] !== Verdict.Kept) return false
    }
    const isWhole = count === this.#run.rowStarts[row + 1]! - this.#run.rowStarts[row]!
    if (isWhole) this.#count()
    return isWhole
  }

  #nextByRow(): boolean {
    const row = this.#reversed ? --this.#runTo : this.#runFrom++
    this.#counters.rowsMerged++
    if (this.#reversed) {
      this.#pendingBlocks.push(this.#run)
      this.#pendingViews.push(this.#runView)
      this.#pendingRows.push(row)
      this.#pendingStarts.push(this.#pendingRows.length)
    } else {
      this.#gatherOne(this.#run, row, this.#runView)
      this.#build([this.#run], this.#run, row)
    }
    return this.#isFull() && this.#emitBuilt()
  }

  #gatherOne(block: RowBlock, row: number, view: BlockView): void {
    const places = this.#place
    places.blocks[0] = block
    places.rows[0] = row
    places.views[0] = view
    this.#row.gather(places.blocks, places.rows, places.views, 1, this.#plan.readPoint)
    this.#plan.decide(this.#row)
  }
  readonly #place = { blocks: [] as RowBlock[], rows: [] as number[], views: [] as BlockView[] }
}
