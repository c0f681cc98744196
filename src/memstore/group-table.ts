import { roomForU32 } from '../model/growable.js'
import { GrowableBytes } from '../model/growable-bytes.js'
import { NO_UINTS } from '../model/row-block.js'
import { compareRange } from '../util/bytes.js'

const SLOTS_MIN = 64
/** Five u32 a group and two table slots a group on average. */
const GROUP_BYTES = 32

/**
 * The distinct key prefixes of a MemStore (whole keys where the suffix is empty), each with a small integer for good.
 * Invariant: the hash table is at most half full and holds every group at or behind the slot of its hash.
 */
export class GroupTable {
  readonly prefixes: GrowableBytes = new GrowableBytes()
  /** The first eight bytes of the prefix, zero-padded, big-endian: most comparisons end here. */
  high: Uint32Array = NO_UINTS
  low: Uint32Array = NO_UINTS
  #hashes: Uint32Array = NO_UINTS
  /** 1 + group; 0 = free. */
  #slots: Uint32Array = new Uint32Array(SLOTS_MIN)
  #mask = SLOTS_MIN - 1

  get count(): number {
    return this.prefixes.count
  }

  get sizeBytes(): number {
    return this.prefixes.usedBytes + GROUP_BYTES * this.count
  }

  /** The group of the prefix data[start, end), -1 when there is none. */
  find(data: Uint8Array, start: number, end: number): number {
    const hash = hashRange(data, start, end)
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const group = this.#slots[slot]! - 1
      if (group < 0) return -1
      if (this.#hashes[group] === hash && this.isPrefix(group, data, start, end)) return group
    }
  }

  findOrAdd(data: Uint8Array, start: number, end: number): number {
    const hash = hashRange(data, start, end)
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const group = this.#slots[slot]! - 1
      if (group < 0) return this.#add(data, start, end, hash, slot)
      if (this.#hashes[group] === hash && this.isPrefix(group, data, start, end)) return group
    }
  }

  /** Whether data[start, end) is the group's prefix. */
  isPrefix(group: number, data: Uint8Array, start: number, end: number): boolean {
    const own = this.prefixes.data
    const ownStart = this.prefixes.offsets[group]!
    const length = end - start
    if (this.prefixes.offsets[group + 1]! - ownStart !== length) return false
    for (let i = 0; i < length; i++) {
      if (own[ownStart + i] !== data[start + i]) return false
    }
    return true
  }

  #add(data: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const group = this.count
    if (group === this.high.length) {
      this.high = roomForU32(this.high, group, 1)
      this.low = roomForU32(this.low, group, 1)
      this.#hashes = roomForU32(this.#hashes, group, 1)
    }
    this.prefixes.append(data, start, end)
    this.high[group] = readPadded(data, start, end)
    this.low[group] = readPadded(data, start + 4, end)
    this.#hashes[group] = hash
    this.#slots[slot] = group + 1
    if (2 * this.count > this.#mask) this.#grow()
    return group
  }

  #grow(): void {
    const slots = new Uint32Array(4 * (this.#mask + 1))
    const mask = slots.length - 1
    const hashes = this.#hashes
    for (let group = 0; group < this.count; group++) {
      let slot = hashes[group]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = group + 1
    }
    this.#slots = slots
    this.#mask = mask
  }

  /** Compares two groups' prefixes as bytes. */
  compare(a: number, b: number): number {
    if (this.high[a] !== this.high[b]) return this.high[a]! - this.high[b]!
    if (this.low[a] !== this.low[b]) return this.low[a]! - this.low[b]!
    const { offsets, data } = this.prefixes
    return compareRange(data, offsets[a]!, offsets[a + 1]!, data, offsets[b]!, offsets[b + 1]!)
  }

  /** Whether the prefix of `a` is a proper beginning of that of `b`, so that rows of both may interleave. */
  isBeginning(a: number, b: number): boolean {
    const { offsets, data } = this.prefixes
    const start = offsets[a]!
    const length = offsets[a + 1]! - start
    if (offsets[b + 1]! - offsets[b]! <= length) return false
    return compareRange(data, start, start + length, data, offsets[b]!, offsets[b]! + length) === 0
  }
}

/** Four bytes at a time, then mixed so that the low bits depend on all. */
function hashRange(data: Uint8Array, start: number, end: number): number {
  let hash = end - start
  let i = start
  for (; i + 4 <= end; i += 4) {
    const word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ data[i]!, 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae3d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function readPadded(data: Uint8Array, start: number, end: number): number {
  let word = 0
  for (let i = 0; i < 4; i++) word = word * 256 + (start + i < end ? data[start + i]! : 0)
  return word
}
