/** What a decoded RowBlock must hold so that walking it stays inside its arrays. Each throws CORRUPTION. */
import { HourbaseError } from '../util/errors.js'
import { CellType, type Column, Kind, type RowBlock } from './row-block.js'

export function corrupt(what: string): HourbaseError {
  return new HourbaseError('CORRUPTION', `row block: ${what}`)
}

/** Offsets never descend and end at `end`. */
function checkOffsets(offsets: Uint32Array, end: number, what: string): void {
  const last = offsets.length - 1
  if (offsets[last] !== end) throw corrupt(`${what} do not end where their data ends`)
  let descends = 0
  for (let i = 0; i < last; i++) descends |= offsets[i]! > offsets[i + 1]! ? 1 : 0
  if (descends !== 0) throw corrupt(`${what} descend`)
}

export function checkColumn(column: Column, flat: boolean, slotCount: number, rowCount: number): void {
  if (flat && slotCount !== rowCount) throw corrupt('a flat column has another length than the block')
  if (!flat && column.valid !== null) throw corrupt('a general block has validity marks')
  if (column.kind === Kind.Bytes) {
    checkOffsets(column.offsets, column.data.length, 'value offsets')
    const entries = column.offsets.length - 1
    const slots = column.codes.length > 0 ? column.codes.length : entries
    if (slots !== slotCount) throw corrupt('a column has another length than it says')
    if (column.codes.length > 0 && maxOf(column.codes) >= entries)
      throw corrupt('a code lies outside its dictionary')
  }
  if (column.valid !== null && maxOf(column.valid) > 1) throw corrupt('a validity mark is neither 0 nor 1')
}

export function checkKeys(block: RowBlock): void {
  checkOffsets(block.prefixOffsets, block.prefixData.length, 'key offsets')
  if (block.suffixBytes === 0) {
    if (block.groupCount !== block.rowCount) throw corrupt('there is not one key a row')
    return
  }
  checkOffsets(block.groupStarts, block.rowCount, 'group starts')
  if (block.groupStarts[0] !== 0) throw corrupt('the first key group does not start at the first row')
  let empty = 0
  for (let i = 0; i < block.groupCount; i++)
    empty |= block.groupStarts[i]! === block.groupStarts[i + 1]! ? 1 : 0
  if (empty !== 0) throw corrupt('a key group is empty')
}

/** `slotCounts`: slots by column. */
export function checkCells(block: RowBlock, slotCounts: Uint32Array): void {
  const cells = block.cellColumns.length
  checkOffsets(block.rowStarts, cells, 'row starts')
  if (block.rowStarts[0] !== 0) throw corrupt('the first row does not start at the first cell')
  for (let i = 0; i < cells; i++) {
    const column = block.cellColumns[i]!
    if (column >= slotCounts.length) throw corrupt('a cell lies in no column')
    const type = block.types[i]!
    if (type === CellType.Put) {
      if (block.slots[i]! >= slotCounts[column]!) throw corrupt('a cell has no value')
    } else if (!isMarker(type)) {
      throw corrupt('a cell is of no known type')
    }
  }
}

function isMarker(type: number): boolean {
  return (
    type === CellType.Delete ||
    type === CellType.DeleteFamilyVersion ||
    type === CellType.DeleteColumn ||
    type === CellType.DeleteFamily
  )
}

function maxOf(values: Uint32Array | Uint8Array): number {
  let max = 0
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!
  return max
}
