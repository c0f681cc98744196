/**
 * From the merge's steps to the runs that a store hands on. Rows of one source pass as they are, in runs, where a look at
 * their timestamps is enough; so do rows written again as a whole. Rows with versions and markers, or with columns in several
 * sources, go cell by cell through the decider into new blocks.
 */
import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock, RunCursor } from '../model/row-block.js'
import { BlockView } from './block-view.js'
import { Desk } from './desk.js'
import { countFlatCells, firstKept, keptFrom, keptUntil, lastKept } from './flat-run.js'
import { MergeStep, type MergeStepValue, type RowMerge } from './merge.js'
import { RowCollector } from './row-collector.js'
import type { RowCounters, RowPlan } from './row-plan.js'
import { countPlaces, NOBODY, UNDECIDED, winnerOf } from './row-winner.js'
import { Verdict } from './verdict.js'

const COPY_ROWS_MAX = 64
const TINY_ROWS_MAX = 8

export class ResolvingCursor implements RunCursor {
  block!: RowBlock
  from = 0
  to = 0

  readonly #merge: RowMerge
  readonly #plan: RowPlan
  readonly #reversed: boolean
  readonly #counters: RowCounters
  readonly #schema: StoreSchema
  /** By source: its latest block and the view of it. */
  readonly #viewed: RowBlock[] = []
  readonly #views: BlockView[] = []
  /** What deciding takes, made for the first row that needs it. */
  #desk: Desk | null = null
  #collector: RowCollector | null = null
  /** The merge's current run, as far as it is not handled yet. */
  #run!: RowBlock
  #runView!: BlockView
  #runFrom = 0
  #runTo = 0
  /** Neighbours of one block, each the newest place of its row. */
  #won: RowBlock | null = null
  #wonFrom = 0
  #wonTo = 0
  /** The merge's step that comes next, when rows before it had to be handed on first. */
  #step: MergeStepValue | null = null
  /** A run that waits while the rows built before it are handed on. */
  #queued: RowBlock | null = null
  #queuedFrom = 0
  #queuedTo = 0
  #handedRows = Number.POSITIVE_INFINITY

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
        if (this.#run.flat ? this.#nextFlat() : this.#nextGeneral()) return true
      }
      const step = this.#step ?? this.#merge.next()
      this.#step = null
      if (step === MergeStep.Row) {
        if (this.#addRow()) return true
      } else if (this.#won !== null) {
        this.#step = step
        if (this.#passWon()) return true
      } else if (step === MergeStep.Run) this.#beginRun()
      else return this.#handBuilt()
    }
  }

  close(): void {
    this.#merge.close()
    this.#runTo = this.#runFrom
    this.#queued = null
    this.#won = null
    this.#collector = null
  }

  #hand(block: RowBlock, from: number, to: number): boolean {
    this.block = block
    this.from = from
    this.to = to
    this.#handedRows = to - from
    return true
  }

  #handBuilt(): boolean {
    const block = this.#collector?.take() ?? null
    return block !== null && this.#hand(block, 0, block.rowCount)
  }

  /** Hands on rows as they are; before them, those that are being built. */
  #pass(block: RowBlock, from: number, to: number): boolean {
    const collector = this.#collector
    if (!this.#reversed && this.#isShort(to - from)) {
      const { isFull } = this.#collect().appendRun(block, from, to)
      return isFull && this.#handBuilt()
    }
    if (collector === null || collector.isEmpty || !this.#handBuilt()) return this.#hand(block, from, to)
    this.#queued = block
    this.#queuedFrom = from
    this.#queuedTo = to
    return true
  }

  /** Copied rather than handed on alone: few rows next to rows being built, and very few after very few. */
  #isShort(rows: number): boolean {
    const collector = this.#collector
    if (collector !== null && !collector.isEmpty) return rows < COPY_ROWS_MAX
    return rows < TINY_ROWS_MAX && this.#handedRows < TINY_ROWS_MAX
  }

  #atDesk(): Desk {
    this.#desk ??= new Desk(this.#plan)
    return this.#desk
  }

  #collect(): RowCollector {
    this.#collector ??= new RowCollector(this.#schema, this.#plan, this.#atDesk())
    return this.#collector
  }

  #viewOf(block: RowBlock, source: number): BlockView {
    if (this.#viewed[source] === block) return this.#views[source]!
    const view = new BlockView(block, this.#plan.columns)
    this.#viewed[source] = block
    this.#views[source] = view
    return view
  }

  // ---------------------------------------------------------------- rows of several sources
  #addRow(): boolean {
    const { blocks, rows, sources, places } = this.#merge
    const desk = this.#atDesk()
    const { views } = desk
    for (let i = 0; i < places; i++) views[i] = this.#viewOf(blocks[i]!, sources[i]!)
    const winner = winnerOf(this.#plan, blocks, rows, views, places, desk.ids)
    if (winner === UNDECIDED) {
      if (this.#won === null) return this.#add(blocks, rows, views, places)
      this.#step = MergeStep.Row
      return this.#passWon()
    }
    this.#counters.rowsMerged++
    countPlaces(this.#plan, blocks, rows, places, winner)
    return winner !== NOBODY && this.#win(views[winner]!.flat, rows[winner]!)
  }

  /** Rows won one after the other in one block are a run of it. */
  #win(block: RowBlock, row: number): boolean {
    if (this.#won === block && row === (this.#reversed ? this.#wonFrom - 1 : this.#wonTo)) {
      if (this.#reversed) this.#wonFrom = row
      else this.#wonTo = row + 1
      return false
    }
    const isHanded = this.#won !== null && this.#passWon()
    this.#won = block
    this.#wonFrom = row
    this.#wonTo = row + 1
    return isHanded
  }

  #passWon(): boolean {
    const won = this.#won!
    this.#won = null
    return this.#pass(won, this.#wonFrom, this.#wonTo)
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
    this.#run = merge.block
    this.#runView = this.#viewOf(merge.block, merge.source)
    this.#runFrom = merge.from
    this.#runTo = this.#runView.isEmpty ? merge.from : merge.to
  }

  /** Handles the next rows of a flat run. @returns whether there is something to hand on. */
  #nextFlat(): boolean {
    const block = this.#run
    const { flatMin, flatMax, readPoint, counts } = this.#plan
    if (block.maxSequence > readPoint) return this.#nextRow()
    const { sparse, flat } = this.#runView
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
    if (counts !== null) {
      counts[Verdict.Expired]! += countFlatCells(block, before, from)
      counts[Verdict.Kept]! += countFlatCells(block, from, to)
    }
    this.#counters.rowsPassed += to - from
    return from < to && this.#pass(flat, from, to)
  }

  /** Handles the next rows of a general run: those that are kept as a whole pass together. */
  #nextGeneral(): boolean {
    if (this.#plan.columns !== null || this.#reversed) return this.#nextRow()
    const block = this.#run
    const desk = this.#atDesk()
    const from = this.#runFrom
    let row = from
    while (row < this.#runTo && desk.isWhole(block, row, this.#runView)) row++
    if (row === from) {
      this.#runFrom = from + 1
      this.#counters.rowsMerged++
      const collector = this.#collect()
      collector.addDecided(desk.oneBlock, desk.oneRow)
      return collector.isFull && this.#handBuilt()
    }
    this.#runFrom = row
    this.#counters.rowsPassed += row - from
    const { counts } = this.#plan
    if (counts !== null) counts[Verdict.Kept]! += block.rowStarts[row]! - block.rowStarts[from]!
    return this.#pass(block, from, row)
  }

  #nextRow(): boolean {
    const desk = this.#atDesk()
    desk.put(this.#run, this.#reversed ? --this.#runTo : this.#runFrom++, this.#runView)
    return this.#add(desk.oneBlock, desk.oneRow, desk.oneView, 1)
  }
}
