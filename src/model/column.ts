/** One column of a RowBlock: its values by slot, decoded when they are first asked for. */
import type { ValueType } from './value-type.js'

/** How a column's slots are held. A column of one logical type may come in another kind in another block. */
export const Kind = {
  /** `numbers`: double, int, hour, day, boolean (0/1); long, ulong, datetime while all are safe integers; decimal as unscaled safe integers. */
  F64: 0,
  /** `longs`: long, ulong (bits), datetime. */
  I64: 1,
  /** `offsets` + `data` (+ `codes`: slot → entry): the value bytes themselves. Any type. */
  Bytes: 2,
} as const
export type KindValue = (typeof Kind)[keyof typeof Kind]

export const NO_NUMBERS: Float64Array = new Float64Array(0)
export const NO_LONGS: BigInt64Array = new BigInt64Array(0)
export const NO_UINTS: Uint32Array = new Uint32Array(0)
export const NO_BYTES: Uint8Array = new Uint8Array(0)

export class Column {
  readonly qualifier: Uint8Array
  readonly type: ValueType
  kind: KindValue
  numbers: Float64Array
  longs: BigInt64Array
  /** Kind.Bytes: entry e is data[offsets[e], offsets[e+1]). */
  offsets: Uint32Array
  data: Uint8Array
  /** Kind.Bytes: entry of a slot; empty = identity. */
  codes: Uint32Array
  /** Flat layout: 1 where the row has the cell, by row; null = everywhere. Always null in the general layout. */
  valid: Uint8Array | null
  /** Set while the values still lie compressed: `ready()` runs it once. */
  pending: ((column: Column) => void) | null

  constructor(qualifier: Uint8Array, type: ValueType, kind: KindValue) {
    this.qualifier = qualifier
    this.type = type
    this.kind = kind
    this.numbers = NO_NUMBERS
    this.longs = NO_LONGS
    this.offsets = NO_UINTS
    this.data = NO_BYTES
    this.codes = NO_UINTS
    this.valid = null
    this.pending = null
  }

  /** Decodes the values when they are not there yet. Call it before touching numbers, longs, offsets, data, codes, kind or valid. */
  ready(): Column {
    const pending = this.pending
    if (pending !== null) {
      // In this order: damaged values fail whenever they are asked for, they never pass for absent ones.
      pending(this)
      this.pending = null
    }
    return this
  }
}
