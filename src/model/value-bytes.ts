/** Values ↔ value bytes, one at a time: for HBase's doors, single cells and tests. Columns go by column-filler and lanes. */
import { compareBytes, utf8 } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { Scalar } from './api.js'
import { decimalFromBytes, decimalToBytes } from './decimal.js'
import { numberByteLength, readLong, readNumber, writeLong, writeNumber } from './slot-bytes.js'
import { decodeUtf8 } from './text.js'
import { fromSlot, type LongsAs, narrow, type Slot, toSlot } from './value-codec.js'
import { type ValuePlace, valueInvalid, whereOf } from './value-error.js'
import type { ValueType } from './value-type.js'

/** HBase's bytes of a value that is not null. @throws VALUE_INVALID */
export function valueToBytes(type: ValueType, value: Scalar, place: ValuePlace = {}): Uint8Array {
  const slot = toSlot(type, value)
  if (slot === undefined) throw valueInvalid(place, type, value)
  if (typeof slot === 'string') return utf8(slot)
  if (slot instanceof Uint8Array) return slot
  if (type.name === 'decimal') return decimalToBytes(BigInt(slot), type.scale)
  const bytes = new Uint8Array(typeof slot === 'number' ? numberByteLength(type, slot) : 8)
  if (typeof slot === 'number') writeNumber(type, slot, bytes, 0)
  else writeLong(BigInt.asIntN(64, slot), bytes, 0)
  return bytes
}

/** The value in HBase's bytes. @throws VALUE_INVALID for bytes that are no value of the type. */
export function valueFromBytes(type: ValueType, bytes: Uint8Array, longs: LongsAs = 'bigint'): Scalar {
  return fromSlot(type, slotOfBytes(type, bytes), longs)
}

function slotOfBytes(type: ValueType, bytes: Uint8Array): Slot {
  if (type.name === 'bytes') return bytes
  if (type.name === 'string') return decodeUtf8(bytes, 0, bytes.length)
  if (!isValueLength(type, bytes.length)) throw impossibleLength(type, bytes.length, {})
  if (type.name === 'decimal') {
    const unscaled = decimalFromBytes(bytes, type.scale)
    if (unscaled === null) throw impossibleLength(type, bytes.length, {})
    return narrow(unscaled)
  }
  if (type.name === 'long' || type.name === 'datetime') return narrow(readLong(bytes, 0))
  if (type.name === 'ulong') return narrow(BigInt.asUintN(64, readLong(bytes, 0)))
  return readNumber(type, bytes, 0, bytes.length)
}

/** By value where both are values of the type (NaN above all numbers), else by bytes. */
export function compareValueBytes(type: ValueType, a: Uint8Array, b: Uint8Array): number {
  const isOrdered = type.name === 'string' || type.name === 'bytes'
  if (isOrdered || !isValueLength(type, a.length) || !isValueLength(type, b.length)) return compareBytes(a, b)
  const x = slotOfBytes(type, a) as number | bigint
  const y = slotOfBytes(type, b) as number | bigint
  if (x < y) return -1
  if (x > y) return 1
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
}

/** Whether values of the type may have this many bytes. */
export function isValueLength(type: ValueType, length: number): boolean {
  switch (type.name) {
    case 'string':
    case 'bytes':
      return true
    case 'decimal':
      return length >= 5
    case 'boolean':
      return length === 1
    case 'int':
    case 'hour':
    case 'day':
      return length === 4
    default:
      return length === 8
  }
}

export function impossibleLength(type: ValueType, length: number, place: ValuePlace): HourbaseError {
  const at = place.column === undefined ? '' : `column '${place.column}': `
  return new HourbaseError('VALUE_INVALID', `${at}${length} bytes are no ${type.text}`, {
    where: { ...whereOf(place), type: type.text, bytes: length },
    hint: "values are the bytes of HBase's Bytes.toBytes",
  })
}
