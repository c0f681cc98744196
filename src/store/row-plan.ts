import type { RowCells } from './row-cells.js'
import type { VerdictCounts } from './verdict.js'

/** How the rows of one scan, flush or compaction are judged. */
export interface RowPlan {
  /** Sets `keep` of every cell of a row. */
  readonly decide: (row: RowCells) => void
  /** Null = all. */
  readonly columns: readonly Uint8Array[] | null
  /** A row that is one put a column, in one source alone, is kept when its timestamp lies in [flatMin, flatMax). */
  readonly flatMin: number
  readonly flatMax: number
  /** Cells written later are not seen. */
  readonly readPoint: number
  /** Compactions count what became of each cell; null: nobody asks. */
  readonly counts: VerdictCounts | null
}

export interface RowCounters {
  /** Rows handed on in runs, untouched. */
  rowsPassed: number
  /** Rows decided cell by cell. */
  rowsMerged: number
}
