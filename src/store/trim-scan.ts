/** The rows of a flush or a compaction: sources merged, what may go left out and counted by reason. */
import type { FamilyDescriptor, StoreSchema } from '../model/descriptor.js'
import { CellType, type RunCursor } from '../model/row-block.js'
import { ColumnLife } from './column-life.js'
import { MarkerTracker } from './marker-tracker.js'
import { RowMerge } from './merge.js'
import { decideNewVersionTrim } from './new-version-trim.js'
import { decideRawTrim, type TrimRules } from './raw-trim.js'
import { ResolvingCursor } from './resolving-cursor.js'
import type { RowCells } from './row-cells.js'
import type { NewestRowRule, RowCounters, RowPlan } from './row-plan.js'
import { VERDICTS, type VerdictCounts } from './verdict.js'

export interface TrimOptions {
  readonly now: number
  /** Raw families: the input is all files of the store. New-version families: nothing outside was written before the last of the input. */
  readonly dropsMarkers: boolean
  /** No source outside the input has a sequence among those of the input. */
  readonly contiguous: boolean
  /** The oldest put of the input where deleted cells are kept; see earliestPut. */
  readonly earliestPut: number
  /** Cells written later are neither trimmed nor trim others. */
  readonly readPoint: number
}

export class TrimScan extends ResolvingCursor {
  /** Cells by verdict, complete when the cursor is at its end. */
  readonly counts: VerdictCounts
  readonly rows: RowCounters

  constructor(
    family: FamilyDescriptor,
    schema: StoreSchema,
    cursors: readonly RunCursor[],
    options: TrimOptions,
  ) {
    const counts = new Float64Array(VERDICTS)
    const rows = { rowsPassed: 0, rowsMerged: 0 }
    super(schema, new RowMerge(cursors, false), trimPlan(family, options, counts), false, rows)
    this.counts = counts
    this.rows = rows
  }
}

function trimPlan(family: FamilyDescriptor, options: TrimOptions, counts: VerdictCounts): RowPlan {
  const oldestUnexpired = options.now - family.ttlMs
  const rules: TrimRules = {
    dropsMarkers: options.dropsMarkers,
    versions: family.versions,
    minVersions: family.minVersions,
    oldestUnexpired,
    now: options.now,
    keepDeletedCells: family.keepDeletedCells,
    earliestPut: options.earliestPut,
    readPoint: options.readPoint,
    contiguous: options.contiguous,
  }
  const expiredBelow = family.minVersions > 0 ? Number.NEGATIVE_INFINITY : oldestUnexpired
  return {
    makeDecider: () => trimDecider(family, rules),
    columns: null,
    flatMin: expiredBelow,
    flatMax: Number.POSITIVE_INFINITY,
    newestRow:
      family.versions === 1 && options.readPoint === Number.POSITIVE_INFINITY
        ? newestRow(family, rules)
        : null,
    readPoint: Number.POSITIVE_INFINITY,
    counts,
  }
}

function newestRow(family: FamilyDescriptor, rules: TrimRules): NewestRowRule {
  const isWhole = rules.dropsMarkers && rules.keepDeletedCells === 'FALSE'
  return {
    rangeFirst: true,
    mustBeLatest: family.newVersionBehavior && !isWhole,
    placesMax: Number.POSITIVE_INFINITY,
  }
}

function trimDecider(family: FamilyDescriptor, rules: TrimRules): (row: RowCells) => void {
  if (family.newVersionBehavior) {
    const life = new ColumnLife()
    const markers: number[] = []
    return (row) => decideNewVersionTrim(rules, row, life, markers)
  }
  const tracker = new MarkerTracker()
  return (row) => decideRawTrim(rules, row, tracker)
}

/** The lowest timestamp of a put in all runs of the cursors; Infinity when there is none. Closes them. */
export function earliestPut(cursors: readonly RunCursor[]): number {
  let earliest = Number.POSITIVE_INFINITY
  for (const cursor of cursors) {
    while (cursor.next()) earliest = Math.min(earliest, earliestPutOf(cursor))
    cursor.close()
  }
  return earliest
}

function earliestPutOf(run: RunCursor): number {
  const { block, from, to } = run
  const first = block.flat ? from : block.rowStarts[from]!
  const end = block.flat ? to : block.rowStarts[to]!
  let earliest = Number.POSITIVE_INFINITY
  for (let i = first; i < end; i++) {
    if (block.timestamps[i]! < earliest && (block.flat || block.types[i] === CellType.Put)) {
      earliest = block.timestamps[i]!
    }
  }
  return earliest
}
