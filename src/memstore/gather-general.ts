import type { RowBlock } from '../model/row-block.js'
import type { RowBlockBuilder } from '../model/row-block-builder.js'
import type { BatchLayout, BatchList } from './batch-list.js'
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
  for (let i = from; i < to; ) {
    let end = i + 1
    while (end < to && picks.isRepeat(end)) end++
    builder.beginRowKey(keyOfPick(index, picks, i))
    const layout = flatLayoutOf(batches, picks, i, end)
    if (layout === null) addRows(builder, batches, picks, i, end)
    else addFlatRows(builder, batches, picks, i, end, layout.columnIds.length)
    builder.endRow()
    i = end
  }
  return builder.finish()
}

/** The common layout of several picks that are all flat, else null. */
function flatLayoutOf(batches: BatchList, picks: RowPicks, from: number, to: number): BatchLayout | null {
  const first = batches.layoutOf[batches.batchOf(picks.ordinals[from]!)]!
  for (let i = from; i < to; i++) {
    const batch = batches.batchOf(picks.ordinals[i]!)
    if (!batches.batches[batch]!.block.flat || batches.layoutOf[batch] !== first) return null
  }
  return first
}

/** Column by column, newest first: mostly HBase's order already, so that the builder need not sort. */
function addFlatRows(
  builder: RowBlockBuilder,
  batches: BatchList,
  picks: RowPicks,
  from: number,
  to: number,
  width: number,
): void {
  for (let c = 0; c < width; c++) {
    for (let i = to - 1; i >= from; i--) {
      const ordinal = picks.ordinals[i]!
      const batch = batches.batchOf(ordinal)
      const { block } = batches.batches[batch]!
      const row = batches.rowOf(ordinal, batch)
      const { valid } = block.columns[c]!
      if (valid === null || valid[row] === 1) builder.addCell(block, row * width + c)
    }
  }
}

function addRows(
  builder: RowBlockBuilder,
  batches: BatchList,
  picks: RowPicks,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const ordinal = picks.ordinals[i]!
    const batch = batches.batchOf(ordinal)
    addCells(builder, batches.batches[batch]!.block, batches.rowOf(ordinal, batch))
  }
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
