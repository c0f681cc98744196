import { BytesColumnStore } from './bytes-column-store.js'
import { slotBytes } from './cell-access.js'
import {
  copyF64,
  copyI64,
  frontF64,
  frontI64,
  frontU8,
  roomForF64,
  roomForI64,
  roomForU8,
} from './growable.js'
import { Column, Kind, type KindValue, NO_BYTES, NO_LONGS, NO_NUMBERS, NO_UINTS } from './row-block.js'
import {
  fitsNumber,
  isBytesType,
  isLongType,
  readLong,
  readNumber,
  writeLong,
  writeNumber,
} from './slot-bytes.js'
import type { ValueType } from './value-type.js'

const NUMBER_BYTES = 8
const scratch = new Uint8Array(16)

/** What the columns of one block hold in all: kept in one place so that asking costs nothing. */
export interface Tally {
  bytes: number
  cells: number
}

/** The slots of one column of a block that is being built. Starts as the kind of what comes first and widens without loss. */
export class ColumnBuilder {
  readonly qualifier: Uint8Array
  readonly type: ValueType
  kind: KindValue
  /** Slots, and those of them that hold a cell. */
  count = 0
  cells = 0
  valid: Uint8Array = NO_BYTES
  readonly #tally: Tally
  #numbers: Float64Array = NO_NUMBERS
  #longs: BigInt64Array = NO_LONGS
  #store: BytesColumnStore | null = null

  constructor(qualifier: Uint8Array, type: ValueType, tally: Tally) {
    this.qualifier = qualifier
    this.type = type
    this.kind = isBytesType(type) ? Kind.Bytes : Kind.F64
    this.#tally = tally
  }

  get #bytes(): BytesColumnStore {
    this.#store ??= new BytesColumnStore()
    return this.#store
  }

  /** Slots [from, to) of a column of another block. `remap`: see BytesColumnStore.appendRange. */
  appendRange(source: Column, from: number, to: number, remap: Uint32Array): void {
    this.#markValid(source.valid, from, to)
    if (source.type !== this.type) this.#appendForeign(source, from, to)
    else if (source.kind === this.kind) this.#appendSame(source, from, to, remap)
    else if (source.kind === Kind.F64) this.#appendNumbers(source, from, to)
    else if (source.kind === Kind.I64) this.#appendLongs(source, from, to)
    else this.#appendForeign(source, from, to)
  }

  #appendSame(source: Column, from: number, to: number, remap: Uint32Array): void {
    if (this.kind === Kind.F64) {
      this.#numbers = roomForF64(this.#numbers, this.count, to - from)
      copyF64(source.numbers, from, to, this.#numbers, this.count)
      this.#tally.bytes += NUMBER_BYTES * (to - from)
    } else if (this.kind === Kind.I64) {
      this.#longs = roomForI64(this.#longs, this.count, to - from)
      copyI64(source.longs, from, to, this.#longs, this.count)
      this.#tally.bytes += NUMBER_BYTES * (to - from)
    } else {
      this.#tally.bytes += this.#bytes.appendRange(source, from, to, remap)
    }
    this.count += to - from
  }

  /** Numbers into longs or bytes. */
  #appendNumbers(source: Column, from: number, to: number): void {
    const valid = source.valid
    for (let slot = from; slot < to; slot++) {
      if (valid !== null && valid[slot] === 0) this.#pushFillers(1)
      else this.#pushNumber(source.numbers[slot]!)
    }
  }

  #appendLongs(source: Column, from: number, to: number): void {
    if (this.kind === Kind.F64 && this.count === 0) this.kind = Kind.I64
    if (this.kind === Kind.I64) {
      this.#appendSame(source, from, to, NO_UINTS)
      return
    }
    for (let slot = from; slot < to; slot++) {
      const end = writeLong(source.longs[slot]!, scratch, 0)
      this.#push(scratch, 0, end)
    }
  }

  /** By value bytes: another kind or another type. */
  #appendForeign(source: Column, from: number, to: number): void {
    const valid = source.valid
    for (let slot = from; slot < to; slot++) {
      if (valid !== null && valid[slot] === 0) {
        this.#pushFillers(1)
        continue
      }
      const bytes = slotBytes(source, slot)
      this.#push(bytes, 0, bytes.length)
    }
  }

  /** One slot that holds a cell. */
  appendSlot(source: Column, slot: number, remap: Uint32Array): void {
    if (this.kind !== Kind.F64 || source.kind !== Kind.F64 || source.type !== this.type) {
      this.appendRange(source, slot, slot + 1, remap)
      return
    }
    if (this.count === this.#numbers.length) this.#numbers = roomForF64(this.#numbers, this.count, 1)
    this.#numbers[this.count] = source.numbers[slot]!
    this.#markOne()
    this.#tally.bytes += NUMBER_BYTES
    this.count++
  }

  appendValue(bytes: Uint8Array, start: number, end: number): void {
    this.#markOne()
    this.#push(bytes, start, end)
  }

  /** The slot of a marker: it counts as a cell, its value is never looked at. */
  appendMarker(): void {
    this.#markOne()
    this.#pushFillers(1)
  }

  /** Slots without a cell, until there are `count`. */
  padTo(count: number): void {
    const more = count - this.count
    if (more <= 0) return
    this.#needValid()
    this.valid = roomForU8(this.valid, this.count, more)
    this.valid.fill(0, this.count, count)
    this.#pushFillers(more)
  }

  isValid(slot: number): boolean {
    return slot < this.count && (this.valid === NO_BYTES || this.valid[slot] === 1)
  }

  /** `lent`: views on the builder's arrays instead of copies. */
  finish(flat: boolean, lent = false): Column {
    const column = new Column(this.qualifier, this.type, this.kind)
    if (this.kind === Kind.F64) column.numbers = frontF64(this.#numbers, this.count, lent)
    else if (this.kind === Kind.I64) column.longs = frontI64(this.#longs, this.count, lent)
    else this.#bytes.fill(column, lent)
    if (flat && this.cells < this.count) column.valid = frontU8(this.valid, this.count, lent)
    return column
  }

  clear(): void {
    this.kind = isBytesType(this.type) ? Kind.Bytes : Kind.F64
    this.count = 0
    this.cells = 0
    this.valid = NO_BYTES
    this.#store?.clear()
  }

  #markValid(source: Uint8Array | null, from: number, to: number): void {
    let cells = to - from
    if (source !== null) {
      cells = 0
      for (let i = from; i < to; i++) cells += source[i]!
    }
    if (cells < to - from) this.#needValid()
    if (this.valid !== NO_BYTES) {
      this.valid = roomForU8(this.valid, this.count, to - from)
      const valid = this.valid
      if (source === null) valid.fill(1, this.count, this.count + to - from)
      else for (let i = from, j = this.count; i < to; i++, j++) valid[j] = source[i]!
    }
    this.cells += cells
    this.#tally.cells += cells
  }

  #markOne(): void {
    if (this.valid !== NO_BYTES) {
      this.valid = roomForU8(this.valid, this.count, 1)
      this.valid[this.count] = 1
    }
    this.cells++
    this.#tally.cells++
  }

  #needValid(): void {
    if (this.valid !== NO_BYTES) return
    this.valid = roomForU8(NO_BYTES, 0, this.count + 1)
    this.valid.fill(1, 0, this.count)
  }

  #pushFillers(more: number): void {
    if (this.kind === Kind.F64) {
      this.#numbers = roomForF64(this.#numbers, this.count, more)
      this.#numbers.fill(0, this.count, this.count + more)
    } else if (this.kind === Kind.I64) {
      this.#longs = roomForI64(this.#longs, this.count, more)
      this.#longs.fill(0n, this.count, this.count + more)
    } else {
      this.#bytes.appendFillers(more)
    }
    this.#tally.bytes += (this.kind === Kind.Bytes ? 4 : NUMBER_BYTES) * more
    this.count += more
  }

  #pushNumber(value: number): void {
    if (this.kind === Kind.I64) {
      this.#longs = roomForI64(this.#longs, this.count, 1)
      this.#longs[this.count++] = BigInt(value)
      this.#tally.bytes += NUMBER_BYTES
      return
    }
    const end = writeNumber(this.type, value, scratch, 0)
    this.#push(scratch, 0, end)
  }

  /** A value by its bytes, in the kind at hand where that keeps them, else in a wider one. */
  #push(bytes: Uint8Array, start: number, end: number): void {
    if (this.kind === Kind.F64) {
      if (fitsNumber(this.type, bytes, start, end)) {
        this.#numbers = roomForF64(this.#numbers, this.count, 1)
        this.#numbers[this.count++] = readNumber(this.type, bytes, start, end)
        this.#tally.bytes += NUMBER_BYTES
        return
      }
      if (isLongType(this.type) && end - start === 8) this.#widenToLongs()
      else this.#widenToBytes()
    }
    if (this.kind === Kind.I64) {
      if (end - start === 8) {
        this.#longs = roomForI64(this.#longs, this.count, 1)
        this.#longs[this.count++] = readLong(bytes, start)
        this.#tally.bytes += NUMBER_BYTES
        return
      }
      this.#widenToBytes()
    }
    this.#tally.bytes += this.#bytes.append(bytes, start, end)
    this.count++
  }

  #widenToLongs(): void {
    this.#longs = roomForI64(this.#longs, 0, this.count + 1)
    // A slot without a cell may hold anything, NaN too.
    for (let i = 0; i < this.count; i++) this.#longs[i] = this.isValid(i) ? BigInt(this.#numbers[i]!) : 0n
    this.kind = Kind.I64
  }

  #widenToBytes(): void {
    const kind = this.kind
    const into = new Uint8Array(16)
    this.#tally.bytes -= NUMBER_BYTES * this.count
    for (let i = 0; i < this.count; i++) {
      let end: number
      if (!this.isValid(i)) end = 0
      else if (kind === Kind.F64) end = writeNumber(this.type, this.#numbers[i]!, into, 0)
      else end = writeLong(this.#longs[i]!, into, 0)
      this.#tally.bytes += this.#bytes.append(into, 0, end)
    }
    this.kind = Kind.Bytes
  }
}
