/** The cells of one row, from all of its places, in HBase's order: parallel scratch arrays, reused row after row. */
import { CellType, type RowBlock, rowSequence } from '../model/row-block.js'
import { compareBytes } from '../util/bytes.js'
import { Asked, type BlockView, type QualifierIds } from './block-view.js'

const NONE = -1

export class RowCells {
  count = 0
  /** Index into the places, and the cell's number there as RowBlockBuilder.addCell takes it. */
  places: Uint32Array = new Uint32Array(16)
  cells: Float64Array = new Float64Array(16)
  /** Numbers of the row's columns, ascending by qualifier from 0. */
  columns: Uint32Array = new Uint32Array(16)
  timestamps: Float64Array = new Float64Array(16)
  types: Uint8Array = new Uint8Array(16)
  sequences: Float64Array = new Float64Array(16)
  /** NaN = none. */
  ttls: Float64Array = new Float64Array(16)
  /** The decider's verdict: a Verdict. */
  keep: Uint8Array = new Uint8Array(16)
  /** Whether column 0 is the one without a name, where the family's markers lie. */
  firstIsUnnamed = false
  hasMarkers = false

  readonly #ids: QualifierIds
  /** By place: the next column (flat) or cell (general) not gathered yet, its end, and its qualifier. */
  #next: Float64Array = new Float64Array(8)
  #end: Float64Array = new Float64Array(8)
  #qualifier: Int32Array = new Int32Array(8)

  constructor(ids: QualifierIds) {
    this.#ids = ids
  }

  /** Collects the asked cells with a sequence up to `readPoint`. */
  gather(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    placeCount: number,
    readPoint: number,
  ): void {
    this.count = 0
    this.hasMarkers = false
    this.firstIsUnnamed = false
    this.#begin(blocks, rows, views, placeCount)
    for (let column = 0; ; column++) {
      const id = this.#lowest(placeCount)
      if (id === NONE) return
      const from = this.count
      let contributors = 0
      for (let place = 0; place < placeCount; place++) {
        if (this.#qualifier[place] !== id) continue
        contributors++
        const block = blocks[place]!
        if (block.flat) this.#takeFlat(block, rows[place]!, place, column, readPoint)
        else this.#takeGeneral(block, rows[place]!, views[place]!, place, column, readPoint)
        this.#advance(block, rows[place]!, views[place]!, place)
      }
      if (this.count === from) column--
      else {
        if (contributors > 1) this.#sort(from)
        if (column === 0) this.firstIsUnnamed = this.#ids.bytes[id]!.length === 0
      }
    }
  }

  #begin(
    blocks: readonly RowBlock[],
    rows: readonly number[],
    views: readonly BlockView[],
    placeCount: number,
  ): void {
    if (placeCount > this.#next.length) {
      this.#next = new Float64Array(placeCount * 2)
      this.#end = new Float64Array(placeCount * 2)
      this.#qualifier = new Int32Array(placeCount * 2)
    }
    for (let place = 0; place < placeCount; place++) {
      const block = blocks[place]!
      const row = rows[place]!
      this.#next[place] = block.flat ? 0 : block.rowStarts[row]!
      this.#end[place] = block.flat ? block.columns.length : block.rowStarts[row + 1]!
      this.#advance(block, row, views[place]!, place)
    }
  }

  /** Moves on to the next asked column that has a cell. */
  #advance(block: RowBlock, row: number, view: BlockView, place: number): void {
    const end = this.#end[place]!
    let next = this.#next[place]!
    const asked = view.asked
    this.#qualifier[place] = NONE
    if (block.flat) {
      while (next < end && (asked[next] !== Asked.Yes || !hasCell(block, next, row))) next++
      if (next < end) this.#qualifier[place] = view.ids(this.#ids)[next]!
    } else {
      while (next < end && asked[block.cellColumns[next]!] === Asked.No) next++
      if (next < end) this.#qualifier[place] = view.ids(this.#ids)[block.cellColumns[next]!]!
    }
    this.#next[place] = next
  }

  #lowest(placeCount: number): number {
    let lowest = this.#qualifier[0]!
    for (let place = 1; place < placeCount; place++) {
      const id = this.#qualifier[place]!
      if (id === NONE || id === lowest) continue
      if (lowest === NONE || compareBytes(this.#ids.bytes[id]!, this.#ids.bytes[lowest]!) < 0) lowest = id
    }
    return lowest
  }

  #takeFlat(block: RowBlock, row: number, place: number, column: number, readPoint: number): void {
    const index = this.#next[place]!
    this.#next[place] = index + 1
    const sequence = rowSequence(block, row)
    if (sequence > readPoint) return
    const timestamp = block.timestamps[row]!
    this.#push(
      place,
      row * block.columns.length + index,
      column,
      timestamp,
      CellType.Put,
      sequence,
      Number.NaN,
    )
  }

  #takeGeneral(
    block: RowBlock,
    row: number,
    view: BlockView,
    place: number,
    column: number,
    readPoint: number,
  ): void {
    const end = this.#end[place]!
    let cell = this.#next[place]!
    const index = block.cellColumns[cell]!
    const markersOnly = view.asked[index] === Asked.Markers
    for (; cell < end && block.cellColumns[cell] === index; cell++) {
      const type = block.types[cell]!
      if (markersOnly && type !== CellType.DeleteFamily && type !== CellType.DeleteFamilyVersion) continue
      const sequence = block.sequences === null ? block.sequenceBase + row : block.sequences[cell]!
      if (sequence > readPoint) continue
      const ttl = block.ttls === null ? Number.NaN : block.ttls[cell]!
      this.#push(place, cell, column, block.timestamps[cell]!, type, sequence, ttl)
    }
    this.#next[place] = cell
  }

  #push(
    place: number,
    cell: number,
    column: number,
    timestamp: number,
    type: number,
    sequence: number,
    ttl: number,
  ): void {
    const at = this.count
    if (at === this.cells.length) this.#grow()
    this.count = at + 1
    this.places[at] = place
    this.cells[at] = cell
    this.columns[at] = column
    this.timestamps[at] = timestamp
    this.types[at] = type
    this.sequences[at] = sequence
    this.ttls[at] = ttl
    if (type !== CellType.Put) this.hasMarkers = true
  }

  /** Cells from `from` on are of one column, sorted per place: timestamp, kind, sequence descending. */
  #sort(from: number): void {
    const count = this.count
    if (count - from > 64) {
      this.#sortMany(from)
      return
    }
    for (let i = from + 1; i < count; i++) {
      for (let j = i; j > from && this.#isBefore(j, j - 1); j--) this.#swap(j, j - 1)
    }
  }

  #isBefore(a: number, b: number): boolean {
    const stamps = this.timestamps
    if (stamps[a] !== stamps[b]) return stamps[a]! > stamps[b]!
    if (this.types[a] !== this.types[b]) return this.types[a]! > this.types[b]!
    return this.sequences[a]! > this.sequences[b]!
  }

  #swap(a: number, b: number): void {
    swap(this.places, a, b)
    swap(this.cells, a, b)
    swap(this.timestamps, a, b)
    swap(this.types, a, b)
    swap(this.sequences, a, b)
    swap(this.ttls, a, b)
  }

  #sortMany(from: number): void {
    const order = new Uint32Array(this.count - from)
    for (let i = 0; i < order.length; i++) order[i] = from + i
    order.sort((a, b) => (this.#isBefore(a, b) ? -1 : this.#isBefore(b, a) ? 1 : 0))
    permute(this.places, from, order)
    permute(this.cells, from, order)
    permute(this.timestamps, from, order)
    permute(this.types, from, order)
    permute(this.sequences, from, order)
    permute(this.ttls, from, order)
  }

  #grow(): void {
    const size = this.cells.length * 2
    this.places = grown(this.places, new Uint32Array(size))
    this.cells = grown(this.cells, new Float64Array(size))
    this.columns = grown(this.columns, new Uint32Array(size))
    this.timestamps = grown(this.timestamps, new Float64Array(size))
    this.types = grown(this.types, new Uint8Array(size))
    this.sequences = grown(this.sequences, new Float64Array(size))
    this.ttls = grown(this.ttls, new Float64Array(size))
    this.keep = new Uint8Array(size)
  }
}

type Numbers = Uint8Array | Uint32Array | Float64Array

function hasCell(block: RowBlock, column: number, row: number): boolean {
  const valid = block.columns[column]!.ready().valid
  return valid === null || valid[row] === 1
}

function grown<T extends Numbers>(from: T, into: T): T {
  into.set(from)
  return into
}

function swap(array: Numbers, a: number, b: number): void {
  const kept = array[a]!
  array[a] = array[b]!
  array[b] = kept
}

function permute(array: Numbers, from: number, order: Uint32Array): void {
  const copy = array.slice(from, from + order.length)
  for (let i = 0; i < order.length; i++) array[from + i] = copy[order[i]! - from]!
}
