import { frontU8, frontU32, roomForU32 } from './growable.js'
import { GrowableBytes } from './growable-bytes.js'
import { type Column, NO_UINTS } from './row-block.js'

/** More distinct values than this are not worth a dictionary in one block. */
const DICTIONARY_MAX = 4096
/** Plain values in runs up to this length are looked up in the dictionary; longer runs give it up. */
const LOOKUP_RUN_MAX = 4
const SLOT_BYTES = 4

/**
 * The slots of a Kind.Bytes column that is being built: one entry a slot, or (while the sources come with dictionaries and
 * the values are few) codes into a dictionary. Every append gives the bytes it added.
 */
export class BytesColumnStore {
  #entries = new GrowableBytes()
  #codes: Uint32Array = NO_UINTS
  #count = 0
  #isCoded = false
  readonly #dictionary = new Map<string, number>()

  /** Slots [from, to). `remap`: 1 + our entry by the source's entry, 0 = not met yet; kept by the caller for each source. */
  appendRange(source: Column, from: number, to: number, remap: Uint32Array): number {
    if (source.codes.length === 0) return this.#appendPlain(source, from, to)
    if (this.#count === 0 && remap.length > 0) this.#isCoded = true
    const before = this.#entries.usedBytes
    if (this.#isCoded && remap.length > 0) {
      const done = this.#appendRemapped(source, from, to, remap)
      if (done === to) return this.#entries.usedBytes - before + SLOT_BYTES * (to - from)
      return this.#toPlain() + this.appendRange(source, done, to, remap)
    }
    if (this.#isCoded) return this.#toPlain() + this.appendRange(source, from, to, remap)
    this.#entries.appendCoded(source.offsets, source.data, source.codes, from, to)
    this.#count += to - from
    return this.#entries.usedBytes - before + SLOT_BYTES * (to - from)
  }

  #appendPlain(source: Column, from: number, to: number): number {
    if (this.#isCoded && to - from <= LOOKUP_RUN_MAX) {
      let added = 0
      for (let slot = from; slot < to; slot++) {
        added += this.append(source.data, source.offsets[slot]!, source.offsets[slot + 1]!)
      }
      return added
    }
    const widened = this.#toPlain()
    const before = this.#entries.usedBytes
    this.#entries.appendEntries(source.offsets, source.data, from, to)
    this.#count += to - from
    return widened + this.#entries.usedBytes - before + SLOT_BYTES * (to - from)
  }

  /** Gives the slot at which the dictionary was full, else `to`. */
  #appendRemapped(source: Column, from: number, to: number, remap: Uint32Array): number {
    this.#codes = roomForU32(this.#codes, this.#count, to - from)
    const codes = this.#codes
    const valid = source.valid
    for (let slot = from; slot < to; slot++) {
      if (valid !== null && valid[slot] === 0) {
        this.appendFillers(1)
        continue
      }
      const entry = source.codes[slot]!
      let code = remap[entry]!
      if (code === 0) {
        code = 1 + this.#intern(source.data, source.offsets[entry]!, source.offsets[entry + 1]!)
        if (code === 0) return slot
        remap[entry] = code
      }
      codes[this.#count++] = code - 1
    }
    return to
  }

  append(bytes: Uint8Array, start: number, end: number): number {
    if (this.#isCoded) {
      const before = this.#entries.usedBytes
      const code = this.#intern(bytes, start, end)
      if (code < 0) return this.#toPlain() + this.append(bytes, start, end)
      this.#codes = roomForU32(this.#codes, this.#count, 1)
      this.#codes[this.#count++] = code
      return this.#entries.usedBytes - before + SLOT_BYTES
    }
    this.#entries.append(bytes, start, end)
    this.#count++
    return end - start + SLOT_BYTES
  }

  /** Slots whose value is never looked at. */
  appendFillers(more: number): void {
    if (this.#isCoded) {
      if (this.#entries.count === 0) this.#intern(this.#entries.data, 0, 0)
      this.#codes = roomForU32(this.#codes, this.#count, more)
      this.#codes.fill(0, this.#count, this.#count + more)
    } else {
      this.#entries.appendEmpty(more)
    }
    this.#count += more
  }

  /** `lent`: see ColumnBuilder.finish. */
  fill(column: Column, lent: boolean): void {
    const entries = this.#entries
    column.offsets = frontU32(entries.offsets, entries.count + 1, lent)
    column.data = frontU8(entries.data, entries.usedBytes, lent)
    if (this.#isCoded) column.codes = frontU32(this.#codes, this.#count, lent)
  }

  clear(): void {
    this.#entries.clear()
    this.#dictionary.clear()
    this.#count = 0
    this.#isCoded = false
  }

  /** The dictionary's entry of these bytes, -1 when it is full. */
  #intern(bytes: Uint8Array, start: number, end: number): number {
    const key = Buffer.prototype.latin1Slice.call(bytes, start, end)
    const known = this.#dictionary.get(key)
    if (known !== undefined) return known
    const code = this.#dictionary.size
    if (code === DICTIONARY_MAX) return -1
    this.#entries.append(bytes, start, end)
    this.#dictionary.set(key, code)
    return code
  }

  #toPlain(): number {
    if (!this.#isCoded) return 0
    const coded = this.#entries
    const before = coded.usedBytes
    this.#entries = new GrowableBytes()
    this.#entries.appendCoded(coded.offsets, coded.data, this.#codes, 0, this.#count)
    this.#dictionary.clear()
    this.#isCoded = false
    return this.#entries.usedBytes - before
  }
}
