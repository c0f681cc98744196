/** The row-key part that lies in the suffix, for many rows of one group at once. */
import { assert } from '../util/assert.js'
import { doubleOf, int32Of, longOf, uint32At } from './key-reader.js'
import type { RowBlock } from './row-block.js'
import type { RowKeyCodec } from './row-key.js'

/** Last part int, hour, day (hours, days) or double: rows [from, to) of one group into out[at…]. */
export function fillLastNumbers(
  codec: RowKeyCodec,
  block: RowBlock,
  group: number,
  from: number,
  to: number,
  out: Float64Array,
  at: number,
): void {
  const suffixes = block.suffixes
  const shift = at - from
  if (lastTypeName(codec) === 'double') {
    const high = uint32At(block.prefixData, block.prefixOffsets[group + 1]! - 4)
    for (let row = from; row < to; row++) out[row + shift] = doubleOf(high, suffixes[row]!)
    return
  }
  for (let row = from; row < to; row++) out[row + shift] = int32Of(suffixes[row]!)
}

/** Last part long, ulong (bits) or datetime (µs). */
export function fillLastLongs(
  codec: RowKeyCodec,
  block: RowBlock,
  group: number,
  from: number,
  to: number,
  out: BigInt64Array,
  at: number,
): void {
  const type = codec.parts[codec.parts.length - 1]!.type
  assert(type.name === 'long' || type.name === 'ulong' || type.name === 'datetime', `${type.text} is no long`)
  const suffixes = block.suffixes
  const high = uint32At(block.prefixData, block.prefixOffsets[group + 1]! - 4)
  // All rows of the group share the high half: one bigint addition a row.
  const base = longOf(type, high, 0)
  for (let row = from; row < to; row++) out[at + row - from] = base + BigInt(suffixes[row]!)
}

function lastTypeName(codec: RowKeyCodec): string {
  return codec.parts[codec.parts.length - 1]!.type.name
}
