/** The regions of one table, ascending; immutable. They cover the whole key space without hole or overlap, always. */

import { groupOfRow, type RowBlock, rowKeyOf } from '../model/row-block.js'
import { assert } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import type { Region } from './region.js'

export class RegionMap {
  readonly regions: readonly Region[]

  constructor(regions: readonly Region[]) {
    this.regions = regions.toSorted((a, b) => compareBytes(a.descriptor.start, b.descriptor.start))
    let expected: Uint8Array = new Uint8Array(0)
    for (const region of this.regions) {
      assert(
        compareBytes(region.descriptor.start, expected) === 0,
        'regions follow one another without a gap',
      )
      expected = region.descriptor.stop
    }
    assert(this.regions.length > 0 && expected.length === 0, 'the last region has no upper bound')
  }

  /** The region that holds `key`. O(log regions). */
  regionOf(key: Uint8Array): Region {
    return this.regions[this.#indexOf(key)]!
  }

  #indexOf(key: Uint8Array): number {
    let low = 0
    let high = this.regions.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (compareBytes(this.regions[middle]!.descriptor.start, key) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Regions that meet [start, stop); an empty stop is open. */
  overlapping(start: Uint8Array, stop: Uint8Array): readonly Region[] {
    return this.regions.filter(
      ({ descriptor }) =>
        (stop.length === 0 || compareBytes(descriptor.start, stop) < 0) &&
        (descriptor.stop.length === 0 || compareBytes(descriptor.stop, start) > 0),
    )
  }

  /** Regions that hold a row of [first, last]. */
  touching(first: Uint8Array, last: Uint8Array): readonly Region[] {
    return this.regions.slice(this.#indexOf(first), this.#indexOf(last) + 1)
  }

  /** Hands every row of a batch to its region. The usual case, one region, costs nothing a row. */
  route(block: RowBlock, visit: (region: Region, rows: Uint32Array | null) => void): void {
    if (this.regions.length === 1) {
      visit(this.regions[0]!, null)
      return
    }
    const lists = new Map<number, number[]>()
    for (let row = 0; row < block.rowCount; row++) {
      const index = this.#indexOf(rowKeyOf(block, row, groupOfRow(block, row)))
      const list = lists.get(index)
      if (list === undefined) lists.set(index, [row])
      else list.push(row)
    }
    for (const [index, list] of lists) {
      visit(this.regions[index]!, list.length === block.rowCount ? null : Uint32Array.from(list))
    }
  }

  /** The map after `parent` was replaced. */
  replaced(parent: Region, daughters: readonly Region[]): RegionMap {
    return new RegionMap([...this.regions.filter((r) => r !== parent), ...daughters])
  }
}
