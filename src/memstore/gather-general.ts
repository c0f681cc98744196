import type { RowBlock } from '../model/row-block.js'
import type { RowBlockBuilder } from '../model/row-block-builder.js'
import type { BatchList } from './batch-list.js'
import type { RowIndex } from './row-index.js'
import type { RowPicks } from './row-picks.js'

/** The block of picks [from, to), which do not cut a row: all cells written under a key become one row. */
export function gatherGeneral(
  builder: RowBlockBuilder,
  index: RowIndex,
  batches: BatchList,
  picks: RowPicks,
  from: number,
  to: number,
): RowBlock {
  for (let i = from; i < to; i++) {
    if (!picks.isRepeat(i)) {
      if (i > from) builder.endRow()
      builder.beginRowKey(keyOfPick(index, picks, i))
    }
    const ordinal = picks.ordinals[i]!
    addCells(builder, batches.batches[batches.batchOf[ordinal]!]!.block, batches.rowOf[ordinal]!)
  }
  builder.endRow()
  return builder.finish()
}

/** The whole key of pick i. */
export function keyOfPick(index: RowIndex, picks: RowPicks, i: number): Uint8Array {
  const { offsets, data } = index.table.prefixes
  const group = picks.groups[i]!
  const start = offsets[group]!
  const length = offsets[group + 1]! - start
  const key = new Uint8Array(length + index.suffixBytes)
  key.set(data.subarray(start, start + length))
  if (index.suffixBytes === 4) {
    const suffix = picks.suffixes[i]!
    for (let b = 0; b < 4; b++) key[length + b] = suffix >>> (24 - 8 * b)
  }
  return key
}

function addCells(builder: RowBlockBuilder, block: RowBlock, row: number): void {
  if (!block.flat) {
    const end = block.rowStarts[row + 1]!
    for (let cell = block.rowStarts[row]!; cell < end; cell++) builder.addCell(block, cell)
    return
  }
  const { columns } = block
  for (let c = 0; c < columns.length; c++) {
    const { valid } = columns[c]!
    if (valid === null || valid[row] === 1) builder.addCell(block, row * columns.length + c)
  }
}
