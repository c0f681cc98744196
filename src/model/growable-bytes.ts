import { copyU8, roomForU8, roomForU32 } from './growable.js'
import { NO_BYTES } from './row-block.js'

/** A growing list of byte strings: entry e is data[offsets[e], offsets[e + 1]). */
export class GrowableBytes {
  count = 0
  offsets: Uint32Array = new Uint32Array(16)
  data: Uint8Array = NO_BYTES

  get usedBytes(): number {
    return this.offsets[this.count]!
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const count = this.count
    const used = this.offsets[count]!
    this.data = roomForU8(this.data, used, end - start)
    this.offsets = roomForU32(this.offsets, count + 1, 1)
    copyU8(bytes, start, end, this.data, used)
    this.offsets[count + 1] = used + end - start
    this.count = count + 1
  }

  /** Appends entries [from, to) of another list. */
  appendEntries(offsets: Uint32Array, data: Uint8Array, from: number, to: number): void {
    const start = offsets[from]!
    const end = offsets[to]!
    const used = this.offsets[this.count]!
    this.data = roomForU8(this.data, used, end - start)
    this.offsets = roomForU32(this.offsets, this.count + 1, to - from)
    copyU8(data, start, end, this.data, used)
    const into = this.offsets
    const shift = used - start
    for (let i = from + 1, j = this.count + 1; i <= to; i++, j++) into[j] = offsets[i]! + shift
    this.count += to - from
  }

  /** Appends entry `codes[i]` for i in [from, to). */
  appendCoded(offsets: Uint32Array, data: Uint8Array, codes: Uint32Array, from: number, to: number): void {
    let bytes = 0
    for (let i = from; i < to; i++) bytes += offsets[codes[i]! + 1]! - offsets[codes[i]!]!
    let used = this.offsets[this.count]!
    this.data = roomForU8(this.data, used, bytes)
    this.offsets = roomForU32(this.offsets, this.count + 1, to - from)
    const intoData = this.data
    const intoOffsets = this.offsets
    for (let i = from, j = this.count + 1; i < to; i++, j++) {
      const start = offsets[codes[i]!]!
      const end = offsets[codes[i]! + 1]!
      copyU8(data, start, end, intoData, used)
      used += end - start
      intoOffsets[j] = used
    }
    this.count += to - from
  }

  /** Appends `count` empty entries. */
  appendEmpty(count: number): void {
    const used = this.offsets[this.count]!
    this.offsets = roomForU32(this.offsets, this.count + 1, count)
    this.offsets.fill(used, this.count + 1, this.count + 1 + count)
    this.count += count
  }

  clear(): void {
    this.count = 0
  }
}
