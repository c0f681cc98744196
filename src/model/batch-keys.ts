/** The row keys and timestamps of a batch: rows keep their order, and neighbours with one prefix share a group. */

import { uint32At } from './key-reader.js'
import { KeyWriter, tryWriteText, writeByte, writePart } from './key-writer.js'
import { NO_UINTS } from './row-block.js'
import { guarded, readProperty, type Source } from './row-input.js'
import { checkLength, emptyKey, writeKeyPart } from './row-key.js'
import type { EventTime, TableSchema } from './table-schema.js'
import { type Slot, toSlot } from './value-codec.js'

export interface BatchKeys {
  readonly groupStarts: Uint32Array
  readonly prefixOffsets: Uint32Array
  readonly prefixData: Uint8Array
  readonly suffixes: Uint32Array
  readonly timestamps: Float64Array
}

interface PartPlan {
  readonly sources: readonly Source[]
  readonly name: string
  readonly isString: boolean
  readonly isLast: boolean
  readonly isTime: boolean
}

/** Reused by every call: keys are copied out of it. */
const writer = new KeyWriter()
const KEPT_BYTES_MAX = 1 << 20

/** `now` stamps rows without event time. @throws ROW_INVALID, VALUE_INVALID naming the row and the part. */
export function encodeKeys(schema: TableSchema, sources: readonly Source[], now: number): BatchKeys {
  const { key, time } = schema
  const rowCount = sources.length
  const plans = key.parts.map((part, index): PartPlan => {
    const source = guarded(sources, part.name)
    return {
      sources: source.sources,
      name: source.name,
      isString: part.type.name === 'string' && !part.nullable,
      isLast: index === key.parts.length - 1,
      isTime: time !== null && time.part === index,
    }
  })
  if (writer.bytes.length > KEPT_BYTES_MAX) writer.bytes = new Uint8Array(KEPT_BYTES_MAX)
  writer.at = 0
  const suffixBytes = key.suffixBytes
  const groupStarts = new Uint32Array(suffixBytes === 0 ? 0 : rowCount + 1)
  const prefixOffsets = new Uint32Array(rowCount + 1)
  const suffixes = suffixBytes === 0 ? NO_UINTS : new Uint32Array(rowCount)
  const timestamps = new Float64Array(rowCount)
  let groups = 0
  for (let row = 0; row < rowCount; row++) {
    const start = writer.at
    timestamps[row] = writeRow(schema, plans, row, now)
    const length = writer.at - start
    if (length === 0) throw emptyKey(row)
    checkLength(length, row)
    if (suffixBytes === 4) {
      const end = writer.at - 4
      suffixes[row] = uint32At(writer.bytes, end)
      writer.at = end
      if (groups > 0 && sameBytes(writer.bytes, prefixOffsets[groups - 1]!, start, end)) {
        writer.at = start
        continue
      }
      groupStarts[groups] = row
    }
    groups++
    prefixOffsets[groups] = writer.at
  }
  if (suffixBytes === 4) groupStarts[groups] = rowCount
  return {
    groupStarts: suffixBytes === 0 ? NO_UINTS : groupStarts.slice(0, groups + 1),
    prefixOffsets: groups === rowCount ? prefixOffsets : prefixOffsets.slice(0, groups + 1),
    prefixData: writer.bytes.slice(0, writer.at),
    suffixes,
    timestamps,
  }
}

/** Writes a row's whole key and gives the row's timestamp. */
function writeRow(schema: TableSchema, plans: readonly PartPlan[], row: number, now: number): number {
  const parts = schema.key.parts
  let timestamp = now
  for (let p = 0; p < plans.length; p++) {
    const plan = plans[p]!
    const value = readProperty(plan.sources[row]!, plan.name)
    if (plan.isString && typeof value === 'string' && tryWriteText(writer, value, plan.isLast)) continue
    const part = parts[p]!
    if (!plan.isTime || value === null || value === undefined) {
      writeKeyPart(writer, parts, p, value, row)
      continue
    }
    const slot = toSlot(part.type, value)
    // Written again with its checks, which throw.
    if (slot === undefined) writeKeyPart(writer, parts, p, value, row)
    if (part.nullable) writeByte(writer, 1)
    writePart(writer, part.type, slot!, plan.isLast)
    timestamp = stampOf(schema.time!, slot!)
  }
  return timestamp
}

/** The cells' timestamp of a row whose event time is not null: whole ms, a datetime's µs rounded down. */
export function stampOf(time: EventTime, slot: Slot): number {
  if (time.type.name !== 'datetime') return (slot as number) * time.msPerUnit
  if (typeof slot === 'number') return Math.floor(slot / 1000)
  const micros = slot as bigint
  return Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)
}

/** Whether bytes [before, start) and [start, end) are the same. */
function sameBytes(bytes: Uint8Array, before: number, start: number, end: number): boolean {
  if (start - before !== end - start) return false
  for (let i = end - 1, j = start - 1; i >= start; i--, j--) {
    if (bytes[i] !== bytes[j]) return false
  }
  return true
}
