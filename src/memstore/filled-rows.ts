import type { RowBlock } from '../model/row-block.js'

/** The rows that hold a cell: `rows` itself (null = all of the block) when every one does, else those that do. */
export function filledRows(block: RowBlock, rows: Uint32Array | null): Uint32Array | null {
  if (block.flat && block.columns.some((column) => column.valid === null)) return rows
  const count = rows === null ? block.rowCount : rows.length
  const filled = new Uint32Array(count)
  let length = 0
  for (let i = 0; i < count; i++) {
    const row = rows === null ? i : rows[i]!
    if (hasCell(block, row)) filled[length++] = row
  }
  return length === count ? rows : filled.slice(0, length)
}

function hasCell(block: RowBlock, row: number): boolean {
  if (!block.flat) return block.rowStarts[row]! < block.rowStarts[row + 1]!
  const { columns } = block
  for (let c = 0; c < columns.length; c++) if (columns[c]!.valid![row] === 1) return true
  return false
}
