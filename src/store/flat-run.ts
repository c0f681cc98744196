/**
 * Which rows of a flat block are kept, by their timestamps and the presence of an asked cell: sub-runs, found in one pass.
 * `sparse`: the validity of each asked column where none of them fills every row, else null.
 */
import type { RowBlock } from '../model/row-block.js'

/** The first kept row in [from, to), else `to`. */
export function firstKept(
  stamps: Float64Array,
  sparse: readonly Uint8Array[] | null,
  min: number,
  max: number,
  from: number,
  to: number,
): number {
  let row = from
  while (row < to && !isKept(stamps, sparse, min, max, row)) row++
  return row
}

/** The end of the kept rows that begin at `from`. */
export function keptUntil(
  stamps: Float64Array,
  sparse: readonly Uint8Array[] | null,
  min: number,
  max: number,
  from: number,
  to: number,
): number {
  let row = from
  while (row < to && isKept(stamps, sparse, min, max, row)) row++
  return row
}

/** Going down from `to`: one past the last kept row in [from, to), else `from`. */
export function lastKept(
  stamps: Float64Array,
  sparse: readonly Uint8Array[] | null,
  min: number,
  max: number,
  from: number,
  to: number,
): number {
  let end = to
  while (end > from && !isKept(stamps, sparse, min, max, end - 1)) end--
  return end
}

/** Going down: the first of the kept rows that end before `to`. */
export function keptFrom(
  stamps: Float64Array,
  sparse: readonly Uint8Array[] | null,
  min: number,
  max: number,
  from: number,
  to: number,
): number {
  let row = to
  while (row > from && isKept(stamps, sparse, min, max, row - 1)) row--
  return row
}

function isKept(
  stamps: Float64Array,
  sparse: readonly Uint8Array[] | null,
  min: number,
  max: number,
  row: number,
): boolean {
  return stamps[row]! >= min && stamps[row]! < max && (sparse === null || hasCell(sparse, row))
}

function hasCell(sparse: readonly Uint8Array[], row: number): boolean {
  for (let i = 0; i < sparse.length; i++) {
    if (sparse[i]![row] === 1) return true
  }
  return false
}

/** Cells of rows [from, to) of a flat block. */
export function countFlatCells(block: RowBlock, from: number, to: number): number {
  let cells = 0
  for (let i = 0; i < block.columns.length; i++) {
    const valid = block.columns[i]!.ready().valid
    if (valid === null) cells += to - from
    else for (let row = from; row < to; row++) cells += valid[row]!
  }
  return cells
}
