/** Reads one row-key part of a run into a RunVector. A part in the prefix is decoded once a key group. */
import type { AlignedRun } from './aligned-run.js'
import { fillLastNumbers } from './key-columns.js'
import { int32Of, type KeySlot, longOf, uint32At } from './key-reader.js'
import { groupOfRow, NO_NUMBERS, NO_UINTS, type RowBlock } from './row-block.js'
import type { RowKeyCodec } from './row-key.js'
import { latin1, RunVector, Texts } from './run-vector.js'
import type { ValueType } from './value-type.js'

const TWO_32 = 4294967296

export class KeyPartReader {
  readonly type: ValueType
  readonly #codec: RowKeyCodec
  readonly #part: number
  readonly #vector = new RunVector()
  readonly #read: (run: AlignedRun) => void
  #numbers: Float64Array = NO_NUMBERS
  #valid: Uint8Array = new Uint8Array(0)
  #codes: Uint32Array = NO_UINTS
  #ends: Uint32Array = NO_UINTS

  constructor(codec: RowKeyCodec, part: number) {
    this.type = codec.parts[part]!.type
    this.#codec = codec
    this.#part = part
    this.#read = this.#choose()
  }

  read(run: AlignedRun): RunVector {
    this.#read(run)
    return this.#vector
  }

  #choose(): (run: AlignedRun) => void {
    const inSuffix = this.#codec.suffixBytes === 4 && this.#part === this.#codec.parts.length - 1
    if (!inSuffix) return (run) => this.#readGroups(run)
    switch (this.type.name) {
      case 'int':
      case 'hour':
      case 'day':
        return (run) => this.#readInts(run)
      case 'decimal':
        return (run) => this.#readRows(run)
      default:
        return (run) => this.#readSuffixed(run)
    }
  }

  #readInts(run: AlignedRun): void {
    const numbers = this.#room(run.count)
    decodeInts(run.keyBlock.suffixes, run.keyFrom, run.count, numbers)
    this.#setNumbers(numbers)
  }

  #setNumbers(numbers: Float64Array): void {
    this.#vector.form = 'numbers'
    this.#vector.numbers = numbers
  }

  #room(count: number): Float64Array {
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count * 2)
    return this.#numbers
  }

  /** double, long, ulong, datetime: the upper half lies in the prefix of the group. */
  #readSuffixed(run: AlignedRun): void {
    const { keyBlock: block, keyFrom, count } = run
    const numbers = this.#room(count)
    const end = keyFrom + count
    let group = groupOfRow(block, keyFrom)
    for (let from = keyFrom; from < end; group++) {
      const to = Math.min(end, block.groupStarts[group + 1]!)
      if (this.type.name === 'double') {
        fillLastNumbers(this.#codec, block, group, from, to, numbers, from - keyFrom)
      } else {
        const high = uint32At(block.prefixData, block.prefixOffsets[group + 1]! - 4)
        const base = Number(longOf(this.type, high, 0))
        if (!Number.isSafeInteger(base) || !Number.isSafeInteger(base + TWO_32)) {
          this.#readRows(run)
          return
        }
        addSuffixes(block.suffixes, from, to, base, numbers, from - keyFrom)
      }
      from = to
    }
    this.#setNumbers(numbers)
  }

  /** Row by row: decimals, and longs beyond 2⁵³. */
  #readRows(run: AlignedRun): void {
    const { bigints } = this.#vector
    this.#vector.form = 'bigints'
    bigints.length = run.count
    for (let i = 0; i < run.count; i++) {
      const row = run.keyFrom + i
      bigints[i] = BigInt(
        this.#codec.readRowPart(this.#part, run.keyBlock, groupOfRow(run.keyBlock, row), row) as bigint,
      )
    }
  }

  #readGroups(run: AlignedRun): void {
    const slots = this.#groupSlots(run)
    const vector = this.#vector
    vector.stretchEnds = this.#ends
    vector.stretchCount = slots.length
    this.#markNulls(slots, run.count)
    if (this.type.name === 'string' || this.type.name === 'bytes') {
      vector.form = 'texts'
      vector.texts = new Texts(this.type, NO_UINTS, new Uint8Array(0), slots.map(textOf))
      vector.codes = this.#spreadCodes(run.count, slots.length)
      return
    }
    if (
      slots.every((slot) => slot === null || Number.isSafeInteger(Number(slot)) || typeof slot === 'number')
    ) {
      this.#setNumbers(spread(this.#room(run.count), slots, this.#ends))
      return
    }
    vector.form = 'bigints'
    vector.bigints.length = run.count
    for (let g = 0, i = 0; g < slots.length; g++) {
      const value = BigInt((slots[g] as bigint | null) ?? 0n)
      for (; i < this.#ends[g]!; i++) vector.bigints[i] = value
    }
  }

  /** The part of each key group of the run; `#ends` gets where the groups end, in rows of the run. */
  #groupSlots(run: AlignedRun): KeySlot[] {
    const { keyBlock: block, keyFrom, count } = run
    const slots: KeySlot[] = []
    const end = keyFrom + count
    let group = groupOfRow(block, keyFrom)
    for (let from = keyFrom; from < end; group++) {
      from = Math.min(end, groupEnd(block, group))
      if (slots.length === this.#ends.length) this.#ends = grown(this.#ends)
      this.#ends[slots.length] = from - keyFrom
      slots.push(this.#codec.readGroupPart(this.#part, block, group))
    }
    return slots
  }

  #markNulls(slots: readonly KeySlot[], count: number): void {
    const vector = this.#vector
    vector.valid = null
    if (!slots.includes(null)) return
    if (this.#valid.length < count) this.#valid = new Uint8Array(count * 2)
    for (let g = 0, from = 0; g < slots.length; g++) {
      this.#valid.fill(slots[g] === null ? 0 : 1, from, this.#ends[g]!)
      from = this.#ends[g]!
    }
    vector.valid = this.#valid
  }

  #spreadCodes(count: number, groups: number): Uint32Array {
    if (this.#codes.length < count) this.#codes = new Uint32Array(count * 2)
    for (let g = 0, from = 0; g < groups; g++) {
      this.#codes.fill(g, from, this.#ends[g]!)
      from = this.#ends[g]!
    }
    return this.#codes
  }
}

function groupEnd(block: RowBlock, group: number): number {
  return block.suffixBytes === 0 ? group + 1 : block.groupStarts[group + 1]!
}

function grown(ends: Uint32Array): Uint32Array {
  const next = new Uint32Array(Math.max(16, ends.length * 2))
  next.set(ends)
  return next
}

function textOf(slot: KeySlot): string {
  return slot instanceof Uint8Array ? latin1(slot) : ((slot as string | null) ?? '')
}

function spread(numbers: Float64Array, slots: readonly KeySlot[], ends: Uint32Array): Float64Array {
  for (let g = 0, from = 0; g < slots.length; g++) {
    numbers.fill(Number(slots[g] ?? 0), from, ends[g]!)
    from = ends[g]!
  }
  return numbers
}

function decodeInts(suffixes: Uint32Array, from: number, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = int32Of(suffixes[from + i]!)
}

function addSuffixes(
  suffixes: Uint32Array,
  from: number,
  to: number,
  base: number,
  out: Float64Array,
  at: number,
): void {
  const shift = at - from
  for (let row = from; row < to; row++) out[row + shift] = base + suffixes[row]!
}
