/** Runs → Results: every row with its cells, families by index, cells in HBase's order. All bytes are copies. */
import { EMPTY } from '../util/bytes.js'
import type { AlignedRun } from './aligned-run.js'
import type { Cell, Result } from './api.js'
import { slotBytes } from './cell-access.js'
import { CellType, type Column, groupOfRow, Kind, type RowBlock, rowKeyOf } from './row-block.js'
import type { TableSchema } from './table-schema.js'

const TYPE_NAMES: Readonly<Record<number, Cell['type']>> = {
  [CellType.Put]: 'Put',
  [CellType.Delete]: 'Delete',
  [CellType.DeleteFamilyVersion]: 'DeleteFamilyVersion',
  [CellType.DeleteColumn]: 'DeleteColumn',
  [CellType.DeleteFamily]: 'DeleteFamily',
}

/** Appends rows [from, to) of the run; a row without a cell is no Result. */
export function decodeResults(
  schema: TableSchema,
  run: AlignedRun,
  from: number,
  to: number,
  out: Result[],
): void {
  if (from >= to) return
  const { keyBlock, keyFrom, blocks, froms } = run
  const names = schema.descriptor.families.map((family) => family.name)
  const qualifiers = blocks.map((block) => block?.columns.map((column) => column.qualifier.slice()) ?? [])
  let group = groupOfRow(keyBlock, keyFrom + from)
  for (let i = from; i < to; i++) {
    const keyRow = keyFrom + i
    if (keyBlock.suffixBytes === 0) group = keyRow
    else while (keyBlock.groupStarts[group + 1]! <= keyRow) group++
    const row = rowKeyOf(keyBlock, keyRow, group)
    const cells: Cell[] = []
    for (let f = 0; f < blocks.length; f++) {
      const block = blocks[f]!
      if (block === null) continue
      if (block.flat) addFlatCells(block, froms[f]! + i, row, names[f]!, qualifiers[f]!, cells)
      else addCells(block, froms[f]! + i, row, names[f]!, qualifiers[f]!, cells)
    }
    if (cells.length > 0) out.push({ row, cells })
  }
}

function addFlatCells(
  block: RowBlock,
  index: number,
  row: Uint8Array,
  family: string,
  qualifiers: readonly Uint8Array[],
  out: Cell[],
): void {
  const timestamp = block.timestamps[index]!
  for (let c = 0; c < block.columns.length; c++) {
    const column = block.columns[c]!.ready()
    if (column.valid !== null && column.valid[index] !== 1) continue
    const value = valueCopy(column, index)
    out.push({ row, family, qualifier: qualifiers[c]!, timestamp, type: 'Put', value })
  }
}

function addCells(
  block: RowBlock,
  index: number,
  row: Uint8Array,
  family: string,
  qualifiers: readonly Uint8Array[],
  out: Cell[],
): void {
  const end = block.rowStarts[index + 1]!
  for (let cell = block.rowStarts[index]!; cell < end; cell++) {
    const c = block.cellColumns[cell]!
    const timestamp = block.timestamps[cell]!
    const type = TYPE_NAMES[block.types[cell]!]!
    const value = type === 'Put' ? valueCopy(block.columns[c]!, block.slots[cell]!) : EMPTY
    out.push({ row, family, qualifier: qualifiers[c]!, timestamp, type, value })
  }
}

/** Numbers come as bytes of their own; the rest is a view on the block and is copied. */
function valueCopy(column: Column, slot: number): Uint8Array {
  const bytes = slotBytes(column, slot)
  return column.kind === Kind.Bytes ? bytes.slice() : bytes
}
