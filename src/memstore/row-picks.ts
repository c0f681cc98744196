import { roomForU32 } from '../model/growable.js'
import { NO_UINTS } from '../model/row-block.js'

/** Written rows picked from the index, ascending by key, then ordinal: what a block is gathered from. Reused for every block. */
export class RowPicks {
  count = 0
  /** Distinct keys among them. */
  rowCount = 0
  groups: Uint32Array = NO_UINTS
  suffixes: Uint32Array = NO_UINTS
  ordinals: Uint32Array = NO_UINTS

  clear(): void {
    this.count = 0
    this.rowCount = 0
  }

  push(group: number, suffix: number, ordinal: number): void {
    const at = this.count
    if (at === this.groups.length) this.#grow()
    if (at === 0 || this.groups[at - 1] !== group || this.suffixes[at - 1] !== suffix) this.rowCount++
    this.groups[at] = group
    this.suffixes[at] = suffix
    this.ordinals[at] = ordinal
    this.count = at + 1
  }

  /** Whether pick i has the key of the one before. */
  isRepeat(i: number): boolean {
    return i > 0 && this.groups[i] === this.groups[i - 1] && this.suffixes[i] === this.suffixes[i - 1]
  }

  /** Whether the last pick has this key. */
  endsWith(group: number, suffix: number): boolean {
    const last = this.count - 1
    return last >= 0 && this.groups[last] === group && this.suffixes[last] === suffix
  }

  /** After picking from the end. */
  reverse(): void {
    this.groups.subarray(0, this.count).reverse()
    this.suffixes.subarray(0, this.count).reverse()
    this.ordinals.subarray(0, this.count).reverse()
  }

  #grow(): void {
    this.groups = roomForU32(this.groups, this.count, 1)
    this.suffixes = roomForU32(this.suffixes, this.count, 1)
    this.ordinals = roomForU32(this.ordinals, this.count, 1)
  }
}
