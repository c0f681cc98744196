import { roomForU32 } from '../model/growable.js'
import { NO_UINTS } from '../model/row-block.js'

/** Positions in a list fit below the suffix in one double: 32 + 21 bits. */
const PACK = 2 ** 21

/** Fields of a list in `meta`. */
const START = 0
const COUNT = 1
const SORTED = 2
const CAPACITY = 3
const META = 4

/**
 * One growing list of (suffix, ordinal) a group, all in one arena. Entries [0, sorted) of a list ascend by suffix, then
 * ordinal; what came out of order lies behind them until sort(). A list that outgrows its place moves to the end of the arena.
 * What is used together lies together: each random access costs a cache miss.
 */
export class EntryLists {
  /** Entry i is (suffix, ordinal) at 2i. */
  entries: Uint32Array = NO_UINTS
  /** Four fields a group. */
  #meta: Uint32Array = NO_UINTS
  #groupCount = 0
  #used = 0
  readonly #firstCapacity: number

  constructor(firstCapacity: number) {
    this.#firstCapacity = firstCapacity
  }

  get sizeBytes(): number {
    return 8 * this.#used + 4 * META * this.#groupCount
  }

  /** The list of a group: entries [startOf, startOf + countOf). */
  startOf(group: number): number {
    return this.#meta[META * group + START]!
  }

  countOf(group: number): number {
    return this.#meta[META * group + COUNT]!
  }

  /** How many entries at the front of the list are in order. */
  sortedCountOf(group: number): number {
    return this.#meta[META * group + SORTED]!
  }

  /** `group` is known or the next new one. */
  append(group: number, suffix: number, ordinal: number): void {
    if (group === this.#groupCount) this.#addGroup()
    const at = META * group
    const count = this.#meta[at + COUNT]!
    if (count === this.#meta[at + CAPACITY]) this.#move(at)
    const meta = this.#meta
    const entry = 2 * (meta[at + START]! + count)
    const { entries } = this
    entries[entry] = suffix
    entries[entry + 1] = ordinal
    meta[at + COUNT] = count + 1
    if (meta[at + SORTED] === count && (count === 0 || entries[entry - 2]! <= suffix))
      meta[at + SORTED] = count + 1
  }

  #addGroup(): void {
    const at = META * this.#groupCount++
    this.#meta = roomForU32(this.#meta, at, META)
    this.#meta[at + START] = this.#take(this.#firstCapacity)
    this.#meta[at + CAPACITY] = this.#firstCapacity
  }

  #move(at: number): void {
    const meta = this.#meta
    const from = meta[at + START]!
    const capacity = 2 * meta[at + CAPACITY]!
    const to = this.#take(capacity)
    this.entries.copyWithin(2 * to, 2 * from, 2 * (from + meta[at + COUNT]!))
    meta[at + START] = to
    meta[at + CAPACITY] = capacity
  }

  #take(capacity: number): number {
    const at = this.#used
    this.entries = roomForU32(this.entries, 2 * at, 2 * capacity)
    this.#used = at + capacity
    return at
  }

  /** Puts the whole list in order. O(n log n), nothing when it is. */
  sort(group: number): void {
    const at = META * group
    const count = this.#meta[at + COUNT]!
    if (this.#meta[at + SORTED] === count) return
    const start = 2 * this.#meta[at + START]!
    const entries = this.entries.slice(start, start + 2 * count)
    const order = count <= PACK ? packedOrder(entries) : plainOrder(entries)
    for (let i = 0; i < count; i++) {
      this.entries[start + 2 * i] = entries[2 * order[i]!]!
      this.entries[start + 2 * i + 1] = entries[2 * order[i]! + 1]!
    }
    this.#meta[at + SORTED] = count
  }

  /** The first index in the sorted part whose suffix is ≥ `suffix`. */
  lowerBound(group: number, suffix: number): number {
    const start = this.startOf(group)
    let low = 0
    let high = this.sortedCountOf(group)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.entries[2 * (start + middle)]! < suffix) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Positions by suffix, then position, which is by ordinal. The built-in sort of doubles needs no comparator. */
function packedOrder(entries: Uint32Array): Uint32Array {
  const packed = new Float64Array(entries.length / 2)
  for (let i = 0; i < packed.length; i++) packed[i] = entries[2 * i]! * PACK + i
  packed.sort()
  const order = new Uint32Array(packed.length)
  for (let i = 0; i < packed.length; i++) order[i] = packed[i]! % PACK
  return order
}

function plainOrder(entries: Uint32Array): Uint32Array {
  const order = new Uint32Array(entries.length / 2)
  for (let i = 0; i < order.length; i++) order[i] = i
  return order.sort((a, b) => entries[2 * a]! - entries[2 * b]! || a - b)
}
