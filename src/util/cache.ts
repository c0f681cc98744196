/**
 * A cache bounded by bytes, for blocks by (file id, block index). Segmented LRU: what comes in is on probation, and a second
 * use promotes it to the protected segment, which holds up to four fifths of the bytes. A scan that touches every block once
 * so pushes out only what was on probation, never what is used again and again.
 */
interface Entry<T> {
  readonly fileId: number
  readonly index: number
  readonly value: T
  sizeBytes: number
  isProtected: boolean
  previous: Entry<T> | null
  next: Entry<T> | null
}

/** A list with the latest used entry first. */
class Segment<T> {
  first: Entry<T> | null = null
  last: Entry<T> | null = null
  sizeBytes = 0

  push(entry: Entry<T>): void {
    entry.previous = null
    entry.next = this.first
    if (this.first !== null) this.first.previous = entry
    else this.last = entry
    this.first = entry
    this.sizeBytes += entry.sizeBytes
  }

  remove(entry: Entry<T>): void {
    if (entry.previous !== null) entry.previous.next = entry.next
    else this.first = entry.next
    if (entry.next !== null) entry.next.previous = entry.previous
    else this.last = entry.previous
    this.sizeBytes -= entry.sizeBytes
  }
}

const PROTECTED_SHARE = 0.8
/** One entry may take so much of the cache; a larger one is not kept. */
const ENTRY_SHARE = 0.25

export const CACHE_BYTES_DEFAULT: number = 64 * 1024 * 1024

export class BlockCache<T = unknown> {
  readonly bytesMax: number
  hits = 0
  misses = 0
  evictions = 0
  readonly #files = new Map<number, Map<number, Entry<T>>>()
  readonly #probation = new Segment<T>()
  readonly #protected = new Segment<T>()

  constructor(bytesMax: number = CACHE_BYTES_DEFAULT) {
    this.bytesMax = bytesMax
  }

  get sizeBytes(): number {
    return this.#probation.sizeBytes + this.#protected.sizeBytes
  }

  get(fileId: number, index: number): T | undefined {
    const entry = this.#files.get(fileId)?.get(index)
    if (entry === undefined) {
      this.misses++
      return undefined
    }
    this.hits++
    this.#segmentOf(entry).remove(entry)
    entry.isProtected = true
    this.#protected.push(entry)
    while (this.#protected.sizeBytes > this.bytesMax * PROTECTED_SHARE && this.#protected.last !== entry) {
      this.#demote(this.#protected.last!)
    }
    return entry.value
  }

  set(fileId: number, index: number, value: T, sizeBytes: number): void {
    this.delete(fileId, index)
    if (sizeBytes > this.bytesMax * ENTRY_SHARE) return
    let blocks = this.#files.get(fileId)
    if (blocks === undefined) {
      blocks = new Map()
      this.#files.set(fileId, blocks)
    }
    const entry = { fileId, index, value, sizeBytes, isProtected: false, previous: null, next: null }
    blocks.set(index, entry)
    this.#probation.push(entry)
    this.#evict()
  }

  /** The value (if it is still the one here) takes `moreBytes` more. */
  grow(fileId: number, index: number, value: T, moreBytes: number): void {
    const entry = this.#files.get(fileId)?.get(index)
    if (entry === undefined || entry.value !== value) return
    entry.sizeBytes += moreBytes
    this.#segmentOf(entry).sizeBytes += moreBytes
    if (entry.sizeBytes > this.bytesMax * ENTRY_SHARE) this.delete(fileId, index)
    else this.#evict()
  }

  delete(fileId: number, index: number): void {
    const entry = this.#files.get(fileId)?.get(index)
    if (entry !== undefined) this.#drop(entry)
  }

  /** Forgets every block of a file. */
  deleteFile(fileId: number): void {
    const blocks = this.#files.get(fileId)
    if (blocks === undefined) return
    for (const entry of blocks.values()) this.#segmentOf(entry).remove(entry)
    this.#files.delete(fileId)
  }

  #segmentOf(entry: Entry<T>): Segment<T> {
    return entry.isProtected ? this.#protected : this.#probation
  }

  #demote(entry: Entry<T>): void {
    this.#protected.remove(entry)
    entry.isProtected = false
    this.#probation.push(entry)
  }

  #evict(): void {
    while (this.sizeBytes > this.bytesMax) {
      const victim = this.#probation.last ?? this.#protected.last
      if (victim === null) return
      this.#drop(victim)
      this.evictions++
    }
  }

  #drop(entry: Entry<T>): void {
    this.#segmentOf(entry).remove(entry)
    const blocks = this.#files.get(entry.fileId)!
    blocks.delete(entry.index)
    if (blocks.size === 0) this.#files.delete(entry.fileId)
  }
}
