/**
 * One filter at work on a scan, as HBase calls it: for each row reset, rejectsKey, then ask for each cell and transform for
 * each included one, rowCells, rejectsRow. What is not overridden lets everything through.
 */
import { Code, type CodeValue, type FilterCell, type FilterHint } from './filter-cell.js'
import type { FilterPicks } from './filter-picks.js'

export abstract class CellFilter {
  /** Whether it decides on rows as a whole; only then rowCells is called. Such a filter refuses `batch`. */
  readonly decidesRows: boolean = false

  reset(): void {}

  /** Whether nothing more can pass: the scan ends. */
  isDone(): boolean {
    return false
  }

  /** Whether the row is out, whatever its cells are. */
  rejectsKey(_cell: FilterCell): boolean {
    return this.isDone()
  }

  ask(_cell: FilterCell): CodeValue {
    return Code.Include
  }

  transform(_cell: FilterCell): void {}

  /** May take out cells that were included. */
  rowCells(_picks: FilterPicks): void {}

  rejectsRow(): boolean {
    return false
  }

  /** Where to go on after Code.Hint; null = to the next cell. */
  hint(_cell: FilterCell): FilterHint | null {
    return null
  }
}

export function columnHint(
  cell: FilterCell,
  qualifier: Uint8Array,
  timestamp: number = Number.POSITIVE_INFINITY,
): FilterHint {
  return { row: null, family: cell.family, qualifier, timestamp }
}

export function rowHint(row: Uint8Array, cell: FilterCell): FilterHint {
  return { row, family: cell.family, qualifier: cell.qualifier, timestamp: Number.POSITIVE_INFINITY }
}
