/**
 * The merge of a store's sources by runs. While one source's rows lie before every other's next row they pass as one run of
 * its block; a row that several sources hold is handed on as the set of its (block, row) places. Nothing is made per row.
 */
import { compareRows, groupOfRow, type RowBlock, type RunCursor } from '../model/row-block.js'
import { gallopDown, gallopUp, groupAtOrAfter, groupAtOrBefore } from './gallop.js'

export const MergeStep = { End: 0, Run: 1, Row: 2 } as const
export type MergeStepValue = (typeof MergeStep)[keyof typeof MergeStep]

/** One cursor with the rows of its run not handed on yet: [from, to); `head` is the next one, in group `group`. */
interface MergeSource {
  readonly index: number
  readonly cursor: RunCursor
  block: RowBlock
  from: number
  to: number
  head: number
  group: number
}

export class RowMerge {
  /** Run: the rows, and which source's they are. */
  block!: RowBlock
  from = 0
  to = 0
  source = 0
  /** Row: where it lies, `places` entries. */
  places = 0
  readonly blocks: RowBlock[] = []
  readonly rows: number[] = []
  readonly sources: number[] = []

  /** Ordered by head row; the first `#used` were handed on by the last step and are out of place. */
  readonly #order: MergeSource[]
  readonly #reversed: boolean
  #used: number

  constructor(cursors: readonly RunCursor[], reversed: boolean) {
    this.#reversed = reversed
    this.#order = cursors.map((cursor, index) => ({
      index,
      cursor,
      block: cursor.block,
      from: 0,
      to: 0,
      head: 0,
      group: 0,
    }))
    this.#used = this.#order.length
  }

  next(): MergeStepValue {
    this.#settle()
    const order = this.#order
    if (order.length === 0) return MergeStep.End
    const first = order[0]!
    if (order.length === 1) {
      this.#take(first, this.#reversed ? first.from : first.to)
      return MergeStep.Run
    }
    const second = order[1]!
    if (compareHeads(first, second) === 0) {
      this.#takeRow()
      return MergeStep.Row
    }
    this.#take(first, this.#reversed ? runStart(first, second) : runEnd(first, second))
    return MergeStep.Run
  }

  close(): void {
    for (const source of this.#order) source.cursor.close()
    this.#order.length = 0
  }

  /** Puts the sources handed on last back in order; drops those at their end. Nothing is allocated: it runs once a step. */
  #settle(): void {
    const order = this.#order
    for (let i = this.#used - 1; i >= 0; i--) {
      const source = order[i]!
      if (source.from >= source.to && !load(source, this.#reversed)) {
        source.cursor.close()
        order.copyWithin(i, i + 1)
        order.pop()
      } else this.#insert(source, i)
    }
    this.#used = 0
  }

  /** Moves the source at `hole` among those behind it, which are in order. */
  #insert(source: MergeSource, hole: number): void {
    const order = this.#order
    const sign = this.#reversed ? -1 : 1
    const next = hole + 1
    if (next >= order.length || sign * compareHeads(source, order[next]!) <= 0) return
    let low = next
    let high = order.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (sign * compareHeads(source, order[middle]!) > 0) low = middle
      else high = middle
    }
    for (let i = hole; i < low; i++) order[i] = order[i + 1]!
    order[low] = source
  }

  /** Hands on the first source's rows up to `edge`: the end of the run, or its start going down. */
  #take(source: MergeSource, edge: number): void {
    this.#used = 1
    this.block = source.block
    this.source = source.index
    if (this.#reversed) {
      this.from = edge
      this.to = source.to
      source.to = edge
      if (edge > source.from) moveHead(source, edge - 1, true)
    } else {
      this.from = source.from
      this.to = edge
      source.from = edge
      if (edge < source.to) moveHead(source, edge, false)
    }
  }

  #takeRow(): void {
    const order = this.#order
    const first = order[0]!
    const block = first.block
    const row = first.head
    const group = first.group
    let places = 0
    while (places < order.length) {
      const source = order[places]!
      if (compareRows(block, group, row, source.block, source.group, source.head) !== 0) break
      this.blocks[places] = source.block
      this.rows[places] = source.head
      this.sources[places] = source.index
      places++
    }
    for (let i = 0; i < places; i++) stepOne(order[i]!, this.#reversed)
    this.places = places
    this.#used = places
  }
}

function compareHeads(a: MergeSource, b: MergeSource): number {
  return compareRows(a.block, a.group, a.head, b.block, b.group, b.head)
}

function runEnd(first: MergeSource, second: MergeSource): number {
  return gallopUp(first.block, first.group, first.from, first.to, second.block, second.group, second.head)
}

function runStart(first: MergeSource, second: MergeSource): number {
  return gallopDown(first.block, first.group, first.from, first.head, second.block, second.group, second.head)
}

function stepOne(source: MergeSource, reversed: boolean): void {
  if (reversed) source.to--
  else source.from++
  if (source.from < source.to) moveHead(source, reversed ? source.to - 1 : source.from, reversed)
}

function moveHead(source: MergeSource, row: number, reversed: boolean): void {
  source.head = row
  source.group = reversed
    ? groupAtOrBefore(source.block, source.group, row)
    : groupAtOrAfter(source.block, source.group, row)
}

function load(source: MergeSource, reversed: boolean): boolean {
  const cursor = source.cursor
  if (!cursor.next()) return false
  source.block = cursor.block
  source.from = cursor.from
  source.to = cursor.to
  source.head = reversed ? cursor.to - 1 : cursor.from
  source.group = groupOfRow(cursor.block, source.head)
  return true
}
