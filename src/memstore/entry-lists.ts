import { roomForU32 } from '../model/growable.js'
import { NO_UINTS } from '../model/row-block.js'

/** Positions in a list fit below the suffix in one double: 32 + 21 bits. */
const PACK = 2 ** 21

/**
 * One growing list of (suffix, ordinal) a group, all in one arena. Entries [0, sortedCount) of a list ascend by suffix, then
 * ordinal; what came out of order lies behind them until sort(). A list that outgrows its place moves to the end of the arena.
 */
export class EntryLists {
  suffixes: Uint32Array = NO_UINTS
  ordinals: Uint32Array = NO_UINTS
  /** By group. */
  starts: Uint32Array = NO_UINTS
  counts: Uint32Array = NO_UINTS
  #sortedCounts: Uint32Array = NO_UINTS
  #capacities: Uint32Array = NO_UINTS
  #groupCount = 0
  #used = 0
  readonly #firstCapacity: number

  constructor(firstCapacity: number) {
    this.#firstCapacity = firstCapacity
  }

  get sizeBytes(): number {
    return 8 * this.#used + 16 * this.#groupCount
  }

  /** `group` is known or the next new one. */
  append(group: number, suffix: number, ordinal: number): void {
    if (group === this.#groupCount) this.#addGroup()
    const count = this.counts[group]!
    if (count === this.#capacities[group]) this.#move(group)
    const at = this.starts[group]! + count
    this.suffixes[at] = suffix
    this.ordinals[at] = ordinal
    this.counts[group] = count + 1
    if (this.#sortedCounts[group] === count && (count === 0 || this.suffixes[at - 1]! <= suffix)) {
      this.#sortedCounts[group] = count + 1
    }
  }

  #addGroup(): void {
    const group = this.#groupCount++
    if (group === this.starts.length) {
      this.starts = roomForU32(this.starts, group, 1)
      this.counts = roomForU32(this.counts, group, 1)
      this.#sortedCounts = roomForU32(this.#sortedCounts, group, 1)
      this.#capacities = roomForU32(this.#capacities, group, 1)
    }
    this.starts[group] = this.#take(this.#firstCapacity)
    this.#capacities[group] = this.#firstCapacity
  }

  #move(group: number): void {
    const capacity = 2 * this.#capacities[group]!
    const from = this.starts[group]!
    const count = this.counts[group]!
    const to = this.#take(capacity)
    this.suffixes.copyWithin(to, from, from + count)
    this.ordinals.copyWithin(to, from, from + count)
    this.starts[group] = to
    this.#capacities[group] = capacity
  }

  #take(capacity: number): number {
    const at = this.#used
    this.suffixes = roomForU32(this.suffixes, at, capacity)
    this.ordinals = roomForU32(this.ordinals, at, capacity)
    this.#used = at + capacity
    return at
  }

  /** How many entries at the end of the list are not in order. */
  unsortedCount(group: number): number {
    return this.counts[group]! - this.#sortedCounts[group]!
  }

  /** Puts the whole list in order. O(n log n), nothing when it is. */
  sort(group: number): void {
    const count = this.counts[group]!
    if (this.#sortedCounts[group] === count) return
    const start = this.starts[group]!
    const suffixes = this.suffixes.slice(start, start + count)
    const ordinals = this.ordinals.slice(start, start + count)
    const order = count <= PACK ? packedOrder(suffixes) : plainOrder(suffixes)
    for (let i = 0; i < count; i++) {
      this.suffixes[start + i] = suffixes[order[i]!]!
      this.ordinals[start + i] = ordinals[order[i]!]!
    }
    this.#sortedCounts[group] = count
  }

  /** The first index in the sorted part whose suffix is ≥ `suffix`. */
  lowerBound(group: number, suffix: number): number {
    const start = this.starts[group]!
    let low = 0
    let high = this.#sortedCounts[group]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.suffixes[start + middle]! < suffix) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Positions by suffix, then position, which is by ordinal. The built-in sort of doubles needs no comparator. */
function packedOrder(suffixes: Uint32Array): Uint32Array {
  const packed = new Float64Array(suffixes.length)
  for (let i = 0; i < packed.length; i++) packed[i] = suffixes[i]! * PACK + i
  packed.sort()
  const order = new Uint32Array(packed.length)
  for (let i = 0; i < packed.length; i++) order[i] = packed[i]! % PACK
  return order
}

function plainOrder(suffixes: Uint32Array): Uint32Array {
  const order = new Uint32Array(suffixes.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  return order.sort((a, b) => suffixes[a]! - suffixes[b]! || a - b)
}
