/** Row keys of typed tables: named parts ↔ bytes whose order is the order of the parts. See key-writer.ts for the encodings. */
import { displayBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { KeyParts, Scalar } from './api.js'
import type { RowKeyPart } from './descriptor.js'
import { type KeySlot, readSlot, skipPart } from './key-reader.js'
import { KeyWriter, keyWidth, writeByte, writePart } from './key-writer.js'
import { nearestHint } from './names.js'
import { type RowBlock, rowKeyOf } from './row-block.js'
import { fromSlot, type LongsAs, toSlot } from './value-codec.js'
import { rowInvalid, valueInvalid } from './value-error.js'

/** HBase's: the length is a signed 16-bit number. */
export const KEY_BYTES_MAX = 32_767

/** 4 where the last part is not nullable and of fixed width ≥ 4: its last 4 bytes are kept as a number per row. */
function suffixBytesOf(parts: readonly RowKeyPart[]): 0 | 4 {
  const last = parts[parts.length - 1]!
  return !last.nullable && keyWidth(last.type) >= 4 ? 4 : 0
}

export class RowKeyCodec {
  readonly parts: readonly RowKeyPart[]
  readonly suffixBytes: 0 | 4
  readonly #indexes: ReadonlyMap<string, number>
  readonly #writer = new KeyWriter()

  constructor(parts: readonly RowKeyPart[]) {
    this.parts = parts
    this.suffixBytes = suffixBytesOf(parts)
    this.#indexes = new Map(parts.map((part, index) => [part.name, index]))
  }

  /** Index of a part, -1 where there is none of this name. */
  indexOf(name: string): number {
    return this.#indexes.get(name) ?? -1
  }

  /** The whole key. @throws ROW_INVALID for missing or unknown parts, VALUE_INVALID for a value of the wrong type. */
  encode(parts: KeyParts): Uint8Array {
    this.#checkNames(parts)
    const writer = this.#writer
    writer.at = 0
    for (let i = 0; i < this.parts.length; i++) {
      writeKeyPart(writer, this.parts, i, ownValue(parts, this.parts[i]!.name), undefined)
    }
    return finishKey(writer, undefined)
  }

  /** The leading parts that are given, {} = the empty key: a prefix, or a bound. Complete parts give the whole key. */
  encodePrefix(parts: KeyParts): Uint8Array {
    this.#checkNames(parts)
    const writer = this.#writer
    writer.at = 0
    let missing: string | null = null
    for (let i = 0; i < this.parts.length; i++) {
      const { name } = this.parts[i]!
      const value = ownValue(parts, name)
      if (value === undefined) {
        missing ??= name
        continue
      }
      if (missing !== null) {
        throw rowInvalid(
          undefined,
          `row-key part '${missing}' is missing before '${name}'`,
          'give leading parts only',
        )
      }
      writeKeyPart(writer, this.parts, i, value, undefined)
    }
    checkLength(writer.at, undefined)
    return writer.bytes.slice(0, writer.at)
  }

  /** Whether every part is given, so that encodePrefix gives a whole key. */
  isComplete(parts: KeyParts): boolean {
    return this.parts.every((part) => ownValue(parts, part.name) !== undefined)
  }

  /** The parts of a whole key. @throws ROW_INVALID for bytes that are no key of this table. */
  decode(key: Uint8Array, longs: LongsAs = 'bigint'): Record<string, Scalar> {
    const out: Record<string, Scalar> = {}
    let at = 0
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i]!
      const raw = i === this.parts.length - 1
      const end = skipPart(part, raw, key, at, key.length)
      if (end < 0) throw this.#invalidKey(key)
      const slot = readSlot(part, raw, key, at, end)
      const value = slot === null ? null : fromSlot(part.type, slot, longs)
      Object.defineProperty(out, part.name, { value, enumerable: true, writable: true, configurable: true })
      at = end
    }
    if (at !== key.length) throw this.#invalidKey(key)
    return out
  }

  /** One part of the whole key in key[start, end). O(bytes of the parts before it). @throws ROW_INVALID */
  readPart(part: number, key: Uint8Array, start = 0, end: number = key.length): KeySlot {
    let at = start
    for (let i = 0; ; i++) {
      const raw = i === this.parts.length - 1
      const next = skipPart(this.parts[i]!, raw, key, at, end)
      if (next < 0) throw this.#invalidKey(key.subarray(start, end))
      if (i === part) return readSlot(this.parts[i]!, raw, key, at, next)
      at = next
    }
  }

  /** A part that lies in the group's prefix as a whole: all with suffixBytes = 0, else all but the last. */
  readGroupPart(part: number, block: RowBlock, group: number): KeySlot {
    return this.readPart(part, block.prefixData, block.prefixOffsets[group]!, block.prefixOffsets[group + 1]!)
  }

  /** Any part of a row's key. Copies the key for the last part: see key-columns.ts for many rows. */
  readRowPart(part: number, block: RowBlock, group: number, row: number): KeySlot {
    if (this.suffixBytes === 0 || part < this.parts.length - 1) return this.readGroupPart(part, block, group)
    return this.readPart(part, rowKeyOf(block, row, group))
  }

  #checkNames(parts: KeyParts): void {
    for (const name of Object.keys(parts)) {
      if (this.#indexes.has(name)) continue
      const names = this.parts.map((part) => part.name)
      throw rowInvalid(undefined, `there is no row-key part '${name}'`, nearestHint(name, names))
    }
  }

  #invalidKey(key: Uint8Array): HourbaseError {
    const shape = this.parts
      .map((part) => `${part.name}:${part.type.text}${part.nullable ? '?' : ''}`)
      .join(', ')
    const shown = displayBytes(key.subarray(0, 64))
    return new HourbaseError('ROW_INVALID', `'${shown}' is not a row key of (${shape})`, {
      where: { row: shown },
    })
  }
}

/** Own properties only: a part may be called `constructor`. */
function ownValue(parts: KeyParts, name: string): unknown {
  return Object.hasOwn(parts, name) ? parts[name] : undefined
}

/** Checks and writes one part; `row` names the row of the call in errors. */
export function writeKeyPart(
  writer: KeyWriter,
  parts: readonly RowKeyPart[],
  index: number,
  value: unknown,
  row: number | undefined,
): void {
  const part = parts[index]!
  if (value === null || value === undefined) {
    if (value === null && part.nullable) {
      writeByte(writer, 0)
      return
    }
    const problem = value === undefined ? 'is missing' : 'is null'
    throw rowInvalid(row, `row-key part '${part.name}' ${problem}`, missingHint(part))
  }
  const slot = toSlot(part.type, value)
  if (slot === undefined) {
    throw valueInvalid({ part: part.name, row }, part.type, value)
  }
  if (part.nullable) writeByte(writer, 1)
  writePart(writer, part.type, slot, index === parts.length - 1)
}

function missingHint(part: RowKeyPart): string {
  if (part.nullable) return 'say null where there is no value'
  return `every row has one; a part may be null where it is defined as '${part.name}:${part.type.text}?'`
}

function finishKey(writer: KeyWriter, row: number | undefined): Uint8Array {
  checkLength(writer.at, row)
  if (writer.at === 0) throw emptyKey(row)
  return writer.bytes.slice(0, writer.at)
}

export function checkLength(length: number, row: number | undefined): void {
  if (length <= KEY_BYTES_MAX) return
  throw rowInvalid(row, `the row key has ${length} bytes, ${KEY_BYTES_MAX} at most`, 'use a shorter key')
}

export function emptyKey(row: number | undefined): HourbaseError {
  return rowInvalid(row, 'the row key is empty', 'a row key has at least one byte')
}
