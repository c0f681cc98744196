/** Runs of other blocks into a draft, in bulk. Hot: compaction and every merge come through here. */
import { copyF64, roomForF64, roomForU32 } from './growable.js'
import { CellType, type RowBlock, rowSequence } from './row-block.js'
import { fillCounting } from './row-block-builder-cells.js'
import { groupAt, mapColumn, type SourceMap } from './row-block-builder-sources.js'
import type { RowBlockDraft } from './row-block-draft.js'

/** The draft's column for a column of the source. */
export function columnOf(draft: RowBlockDraft, source: SourceMap, column: number): number {
  let id = source.columns[column]!
  if (id < 0) {
    id = draft.columnId(source.block.columns[column]!.qualifier, column)
    mapColumn(source, column, id)
  }
  return id
}

/** Rows [from, to) of a flat block, ~10 ns a row and column while the draft is flat. */
export function appendFlatRun(draft: RowBlockDraft, source: SourceMap, from: number, to: number): void {
  const { block } = source
  const { columns } = block
  for (let c = 0; c < columns.length; c++) columnOf(draft, source, c)
  if (draft.flat && to - from === 1) {
    appendFlatRow(draft, source, from)
    return
  }
  const rows = draft.keys.rowCount
  const bases = draft.flat ? null : new Uint32Array(columns.length)
  source.group = draft.keys.appendRun(block, from, to, groupAt(source, from))
  for (let c = 0; c < columns.length; c++) {
    const column = draft.columns[source.columns[c]!]!
    if (bases === null) column.padTo(rows)
    else bases[c] = column.count
    column.appendRange(columns[c]!, from, to, source.remaps[c]!)
  }
  if (bases === null) appendStamps(draft, block, from, to, rows)
  else pushFlatCells(draft, source, from, to, bases, rows)
}

/** One row into a flat draft: what files that interleave row by row give. */
function appendFlatRow(draft: RowBlockDraft, source: SourceMap, row: number): void {
  const { block } = source
  const { columns } = block
  const rows = draft.keys.rowCount
  draft.keys.appendRow(block, row, groupAt(source, row))
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c]!
    if (column.valid !== null && column.valid[row] === 0) continue
    const into = draft.columns[source.columns[c]!]!
    if (into.count < rows) into.padTo(rows)
    into.appendSlot(column, row, source.remaps[c]!)
  }
  draft.stampRow(block.timestamps[row]!, rowSequence(block, row))
}

function appendStamps(draft: RowBlockDraft, block: RowBlock, from: number, to: number, at: number): void {
  draft.timestamps = roomForF64(draft.timestamps, at, to - from)
  draft.sequences = roomForF64(draft.sequences, at, to - from)
  copyF64(block.timestamps, from, to, draft.timestamps, at)
  if (block.sequences !== null) copyF64(block.sequences, from, to, draft.sequences, at)
  else fillCounting(draft.sequences, at, to - from, block.sequenceBase + from)
}

/** Cells of flat rows whose slots were copied to bases[c]…; `rows`: rows before them. */
function pushFlatCells(
  draft: RowBlockDraft,
  source: SourceMap,
  from: number,
  to: number,
  bases: Uint32Array,
  rows: number,
): void {
  const { block } = source
  const width = block.columns.length
  for (let row = from; row < to; row++) {
    const timestamp = block.timestamps[row]!
    const sequence = rowSequence(block, row)
    for (let c = 0; c < width; c++) {
      const valid = block.columns[c]!.valid
      if (valid !== null && valid[row] === 0) continue
      draft.cells.push(
        source.columns[c]!,
        bases[c]! + row - from,
        timestamp,
        CellType.Put,
        sequence,
        Number.NaN,
      )
    }
    draft.closeRow(rows + row - from + 1)
  }
}

/** Rows [from, to) of a general block into a general draft. */
export function appendGeneralRun(draft: RowBlockDraft, source: SourceMap, from: number, to: number): void {
  const { block } = source
  const firstRow = draft.keys.rowCount
  source.group = draft.keys.appendRun(block, from, to, groupAt(source, from))
  const list = draft.cells
  let at = list.count
  list.appendStamps(block, block.rowStarts[from]!, block.rowStarts[to]!)
  draft.rowStarts = roomForU32(draft.rowStarts, firstRow + 1, to - from)
  for (let row = from; row < to; row++) {
    const end = block.rowStarts[row + 1]!
    for (let cell = block.rowStarts[row]!; cell < end; cell++, at++) {
      const c = block.cellColumns[cell]!
      const id = columnOf(draft, source, c)
      const column = draft.columns[id]!
      list.columns[at] = id
      list.slots[at] = column.count
      if (block.sequences === null) list.sequences[at] = block.sequenceBase + row
      if (block.types[cell] === CellType.Put) {
        column.appendSlot(block.columns[c]!, block.slots[cell]!, source.remaps[c]!)
      } else {
        column.appendMarker()
      }
    }
    draft.rowStarts[firstRow + row - from + 1] = at
  }
}
