/**
 * NEW_VERSION_BEHAVIOR: the life of one column replayed in the order of writes. A put takes its place by timestamp, the same
 * timestamp is written over, and what lies beyond VERSIONS is pushed out for good; a marker hides what was written up to it
 * (puts of its own mutation too) and frees their places. What is left is a function of the writes alone.
 */
import { CellType } from '../model/row-block.js'
import type { RowCells } from './row-cells.js'
import { Verdict } from './verdict.js'

export class ColumnLife {
  /** Cells alive at the end, newest timestamp first. */
  readonly live: number[] = []
  readonly #events: number[] = []
  #row!: RowCells

  readonly #bySequence = (a: number, b: number): number => {
    const { sequences, types } = this.#row
    return sequences[a]! - sequences[b]! || types[a]! - types[b]!
  }

  /**
   * Cells [from, to) of `row` are one column. Those whose verdict is not Kept never were; the puts among the others get
   * the verdict on how they ended. `familyMarkers`: cells of the row that are markers of the whole family.
   */
  replay(row: RowCells, from: number, to: number, familyMarkers: readonly number[], versions: number): void {
    const { types, keep, timestamps } = row
    const events = this.#events
    const live = this.live
    events.length = 0
    live.length = 0
    this.#row = row
    for (let i = from; i < to; i++) {
      if (keep[i] === Verdict.Kept && !isFamilyMarker(types[i]!)) events.push(i)
    }
    for (let i = 0; i < familyMarkers.length; i++) events.push(familyMarkers[i]!)
    events.sort(this.#bySequence)
    for (let e = 0; e < events.length; e++) {
      const event = events[e]!
      const timestamp = timestamps[event]!
      const type = types[event]!
      if (type === CellType.Put) this.#put(row, event, versions)
      else if (type === CellType.DeleteColumn || type === CellType.DeleteFamily)
        this.#maskFrom(row, timestamp)
      else this.#maskOne(row, timestamp)
    }
  }

  /** In a column cells lie by timestamp descending, so order by index is order by timestamp. */
  #put(row: RowCells, cell: number, versions: number): void {
    const live = this.live
    const at = firstAtOrBelow(row, live, row.timestamps[cell]!)
    if (at < live.length && row.timestamps[live[at]!] === row.timestamps[cell]) {
      row.keep[live[at]!] = Verdict.Overwritten
      live[at] = cell
      return
    }
    live.splice(at, 0, cell)
    if (live.length > versions) row.keep[live.pop()!] = Verdict.Surplus
  }

  #maskFrom(row: RowCells, timestamp: number): void {
    const live = this.live
    const at = firstAtOrBelow(row, live, timestamp)
    for (let i = at; i < live.length; i++) row.keep[live[i]!] = Verdict.Masked
    live.length = at
  }

  #maskOne(row: RowCells, timestamp: number): void {
    const live = this.live
    const at = firstAtOrBelow(row, live, timestamp)
    if (at === live.length || row.timestamps[live[at]!] !== timestamp) return
    row.keep[live[at]!] = Verdict.Masked
    live.splice(at, 1)
  }
}

export function isFamilyMarker(type: number): boolean {
  return type === CellType.DeleteFamily || type === CellType.DeleteFamilyVersion
}

/** The first live cell with a timestamp at or below, else the length. */
function firstAtOrBelow(row: RowCells, live: readonly number[], timestamp: number): number {
  let low = 0
  let high = live.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (row.timestamps[live[middle]!]! > timestamp) low = middle + 1
    else high = middle
  }
  return low
}
