import type { RowCells } from './row-cells.js'
import type { VerdictCounts } from './verdict.js'

/** How the rows of one scan, flush or compaction are judged. */
export interface RowPlan {
  /** Makes a judge: it sets `keep` of every cell of a row. */
  readonly makeDecider: () => (row: RowCells) => void
  /** Null = all. */
  readonly columns: readonly Uint8Array[] | null
  /** A row that is one put a column, in one source alone, is kept when its timestamp lies in [flatMin, flatMax). */
  readonly flatMin: number
  readonly flatMax: number
  /** Where only the newest version counts; null: several may. */
  readonly newestRow: NewestRowRule | null
  /** Cells written later are not seen. */
  readonly readPoint: number
  /** Compactions count what became of each cell; null: nobody asks. */
  readonly counts: VerdictCounts | null
}

/** Of plain puts of a row in several places the one with the highest timestamp, then sequence, stands; see row-winner. */
export interface NewestRowRule {
  /** The newest inside [flatMin, flatMax); else the newest of all, if it lies there. */
  readonly rangeFirst: boolean
  /** Only if it was also written last: an earlier write of a later time does not make up for it. */
  readonly mustBeLatest: boolean
  /** With more places older versions may be out for other reasons. */
  readonly placesMax: number
}

export interface RowCounters {
  /** Rows of one source handed on in runs, untouched. */
  rowsPassed: number
  /** Rows of several sources, or with versions and markers to decide. */
  rowsMerged: number
}
