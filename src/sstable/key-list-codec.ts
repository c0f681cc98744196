/**
 * A list of keys, each as the number of leading bytes it shares with the key before it and the rest:
 *  shared lengths (integers), rest lengths (integers), and the rests end to end, which the caller stores
 */
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readUints, writeUints } from './integer-codec.js'

/** Keys end to end: key i is data[offsets[i], offsets[i + 1]). */
export interface KeyList {
  readonly offsets: Uint32Array
  readonly data: Uint8Array
}

/** A key, or all keys of a list, never exceed these (a row key of HBase has 32,767 bytes at most). */
const KEY_BYTES_MAX = 65_535
const LIST_BYTES_MAX = 256 * 1024 * 1024

/** Appends the lengths of the first `count` keys and gives their rests. */
export function writeKeyList(writer: VarintWriter, keys: KeyList, count: number): Uint8Array {
  const { offsets, data } = keys
  const shared = new Uint32Array(count)
  const rests = new Uint32Array(count)
  const rest = new Uint8Array(count === 0 ? 0 : offsets[count]! - offsets[0]!)
  let at = 0
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!
    const end = offsets[i + 1]!
    const same = i === 0 ? 0 : sharedLength(data, offsets[i - 1]!, start, end)
    shared[i] = same
    rests[i] = end - start - same
    for (let from = start + same; from < end; from++) rest[at++] = data[from]!
  }
  writeUints(writer, shared, count)
  writeUints(writer, rests, count)
  return rest.subarray(0, at)
}

/** Bytes that data[start, end) shares with the key before it, data[before, start). */
function sharedLength(data: Uint8Array, before: number, start: number, end: number): number {
  const limit = Math.min(start - before, end - start)
  let same = 0
  while (same < limit && data[before + same] === data[start + same]) same++
  return same
}

/** Reads `count` keys whose rests are `rest`, or come next in the reader when `rest` is null. */
export function readKeyList(reader: VarintReader, count: number, rest: Uint8Array | null): KeyList {
  const shared = readUints(reader, count, KEY_BYTES_MAX, 'shared length')
  const rests = readUints(reader, count, KEY_BYTES_MAX, 'rest length')
  const offsets = new Uint32Array(count + 1)
  let total = 0
  let restTotal = 0
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? 0 : total - offsets[i - 1]!
    if (shared[i]! > before) throw damaged(`a key shares ${shared[i]} bytes with one of ${before}`)
    restTotal += rests[i]!
    total += shared[i]! + rests[i]!
    if (total > LIST_BYTES_MAX) throw damaged(`keys of more than ${LIST_BYTES_MAX} bytes`)
    offsets[i + 1] = total
  }
  const from = rest ?? reader.raw(restTotal)
  if (from.length !== restTotal) throw damaged(`${from.length} bytes of keys, expected ${restTotal}`)
  return { offsets, data: assemble(offsets, shared, from) }
}

function assemble(offsets: Uint32Array, shared: Uint32Array, rest: Uint8Array): Uint8Array {
  const count = shared.length
  const data = new Uint8Array(offsets[count]!)
  let restAt = 0
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!
    const end = offsets[i + 1]!
    const same = shared[i]!
    const before = i === 0 ? 0 : offsets[i - 1]!
    for (let k = 0; k < same; k++) data[start + k] = data[before + k]!
    for (let at = start + same; at < end; at++) data[at] = rest[restAt++]!
  }
  return data
}
