/** Increment and Append by HBase's rules: what is asked and the newest cells → the new cells. Pure. */
import { concatBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { MutationCell } from './mutation.js'
import { CellType } from './row-block.js'
import { readLong, writeLong } from './slot-bytes.js'
import type { ValueType } from './value-type.js'

/** A change of one column. */
export interface ComputedColumn {
  readonly family: number
  readonly qualifier: Uint8Array
  /** `family:qualifier`, for errors. */
  readonly name: string
  /** Null in a raw table. */
  readonly type: ValueType | null
  readonly by: { readonly amount: bigint } | { readonly suffix: Uint8Array }
}

export interface ComputeStamp {
  readonly now: number
  /** The row's event time, which all its cells carry; null = by the clock. */
  readonly eventStamp: number | null
  /** NaN = what the old cell had. */
  readonly ttlMs: number
}

/** The column's new cell; `old` is its newest one that the read shows, or null. @throws VALUE_INVALID */
export function computeCell(
  column: ComputedColumn,
  old: MutationCell | null,
  stamp: ComputeStamp,
): MutationCell {
  const { family, qualifier, by } = column
  const value = 'amount' in by ? added(column, old, by.amount) : appended(old, by.suffix)
  // A counter that is hit often runs ahead of the clock: every result is a version of its own.
  const timestamp = stamp.eventStamp ?? (old === null ? stamp.now : Math.max(stamp.now, old.timestamp + 1))
  const ttlMs = Number.isNaN(stamp.ttlMs) ? (old?.ttlMs ?? Number.NaN) : stamp.ttlMs
  return { family, qualifier, timestamp, type: CellType.Put, ttlMs, value }
}

function appended(old: MutationCell | null, suffix: Uint8Array): Uint8Array {
  return old === null ? suffix : concatBytes([old.value, suffix])
}

/** Eight bytes are a number whatever they look like; overflow wraps. An int column holds four and does not wrap. */
function added(column: ComputedColumn, old: MutationCell | null, amount: bigint): Uint8Array {
  const length = column.type?.name === 'int' ? 4 : 8
  if (old !== null && old.value.length !== length) throw notANumber(column, old.value.length, length)
  if (length === 8) {
    const sum = old === null ? amount : readLong(old.value, 0) + amount
    const bytes = new Uint8Array(8)
    writeLong(BigInt.asIntN(64, sum), bytes, 0)
    return bytes
  }
  const before = old === null ? 0 : new DataView(old.value.buffer, old.value.byteOffset, 4).getInt32(0)
  const sum = BigInt(before) + amount
  if (BigInt.asIntN(32, sum) !== sum) {
    throw new HourbaseError('VALUE_INVALID', `column '${column.name}': ${sum} is no int`, {
      where: { column: column.name },
      hint: 'use a long column for counters',
    })
  }
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, Number(sum))
  return bytes
}

function notANumber(column: ComputedColumn, bytes: number, expected: number): HourbaseError {
  return new HourbaseError(
    'VALUE_INVALID',
    `column '${column.name}': ${bytes} bytes are no number to add to, it has ${expected}`,
    { where: { column: column.name, bytes }, hint: 'put an 8-byte number first, or use another column' },
  )
}
