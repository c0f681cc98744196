/** The row-key part that lies in the suffix, for many rows of one group at once. */
import { doubleOf, int32Of, uint32At } from './key-reader.js'
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

function lastTypeName(codec: RowKeyCodec): string {
  return codec.parts[codec.parts.length - 1]!.type.name
}
