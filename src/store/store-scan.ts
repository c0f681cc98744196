/** The read path of one store: gates, merge, resolution. The cursor sees the sources as they are now, whatever is flushed or compacted later. */
import type { FamilyDescriptor, StoreSchema } from '../model/descriptor.js'
import type { RunCursor } from '../model/row-block.js'
import { isPointRange, type ScanRange } from '../model/scan-range.js'
import { ColumnLife } from './column-life.js'
import { MarkerTracker } from './marker-tracker.js'
import { RowMerge } from './merge.js'
import { decideNewVersionRead } from './new-version-read.js'
import { decideRawRead, decideRawScan, type ReadRules } from './raw-read.js'
import { ResolvingCursor } from './resolving-cursor.js'
import type { RowCells } from './row-cells.js'
import type { NewestRowRule, RowCounters, RowPlan } from './row-plan.js'
import { mayBear, meetsRange, type TimeInterval, timeGate } from './source-gates.js'
import type { FileSource, StoreSources } from './store-sources.js'

export type { StoreSources } from './store-sources.js'

export interface StoreScan {
  readonly range: ScanRange
  /** Qualifiers, ascending; null = all. */
  readonly columns: readonly Uint8Array[] | null
  readonly timeRange: TimeInterval
  readonly versions: number
  /** Markers and masked cells too. Takes no columns. */
  readonly raw: boolean
  readonly now: number
  /** Cells written later are not seen. Default: all are. */
  readonly readPoint?: number
  /** All versions of a row share one timestamp. */
  readonly stampsFollowKey?: boolean
}

export interface ScanCounters extends RowCounters {
  filesConsidered: number
  filesSkippedByRange: number
  filesSkippedByTime: number
  filesSkippedByBloom: number
  memstoresConsidered: number
  memstoresSkippedByTime: number
}

export function scanCounters(): ScanCounters {
  return {
    filesConsidered: 0,
    filesSkippedByRange: 0,
    filesSkippedByTime: 0,
    filesSkippedByBloom: 0,
    memstoresConsidered: 0,
    memstoresSkippedByTime: 0,
    rowsPassed: 0,
    rowsMerged: 0,
  }
}

/** The rows of a scan with their cells resolved; rows without cells do not appear. */
export function openStoreScan(
  family: FamilyDescriptor,
  schema: StoreSchema,
  sources: StoreSources,
  scan: StoreScan,
  counters: ScanCounters = scanCounters(),
): RunCursor {
  const oldestUnexpired = scan.now - family.ttlMs
  const gate = timeGate(family, {
    timeRange: scan.timeRange,
    raw: scan.raw,
    oldestUnexpired,
    stampsFollowKey: scan.stampsFollowKey === true,
  })
  const cursors = scan.versions <= 0 ? [] : openSources(sources, scan, gate, counters)
  const merge = new RowMerge(cursors, scan.range.reversed)
  return new ResolvingCursor(
    schema,
    merge,
    readPlan(family, scan, oldestUnexpired),
    scan.range.reversed,
    counters,
  )
}

function openSources(
  sources: StoreSources,
  scan: StoreScan,
  gate: TimeInterval,
  counters: ScanCounters,
): RunCursor[] {
  const cursors: RunCursor[] = []
  for (const view of sources.views) {
    counters.memstoresConsidered++
    if (mayBear(gate, view)) cursors.push(view.scan(scan.range))
    else counters.memstoresSkippedByTime++
  }
  const isPoint = isPointRange(scan.range)
  const isOpen = gate.min === Number.NEGATIVE_INFINITY && gate.max === Number.POSITIVE_INFINITY
  const options = { columns: scan.columns, prune: isOpen ? null : gate }
  for (const file of sources.files) {
    counters.filesConsidered++
    if (passes(file, scan.range, isPoint, gate, counters)) cursors.push(file.scan(scan.range, options))
  }
  return cursors
}

function passes(
  file: FileSource,
  range: ScanRange,
  isPoint: boolean,
  gate: TimeInterval,
  counters: ScanCounters,
): boolean {
  const meta = file.meta
  if (!meetsRange(range, meta.firstRow, meta.lastRow)) counters.filesSkippedByRange++
  else if (!mayBear(gate, meta)) counters.filesSkippedByTime++
  else if (isPoint && !file.mayContain(range.start)) counters.filesSkippedByBloom++
  else return true
  return false
}

function readPlan(family: FamilyDescriptor, scan: StoreScan, oldestUnexpired: number): RowPlan {
  const { min, max } = scan.timeRange
  const rules: ReadRules = {
    versions: scan.raw ? scan.versions : Math.min(scan.versions, family.versions),
    familyVersions: family.versions,
    minVersions: family.minVersions,
    oldestUnexpired,
    now: scan.now,
    timeMin: min,
    timeMax: max,
    seesPastMarkers: family.keepDeletedCells !== 'FALSE',
    namesColumns: scan.columns !== null,
  }
  const expires = family.minVersions <= 0 && !scan.raw
  return {
    makeDecider: () => readDecider(family, scan.raw, rules),
    columns: scan.columns,
    flatMin: expires ? Math.max(min, oldestUnexpired) : min,
    flatMax: max,
    newestRow: rules.versions === 1 ? newestRow(family, scan.raw) : null,
    readPoint: scan.readPoint ?? Number.POSITIVE_INFINITY,
    counts: null,
  }
}

/** Versions are counted inside the time range, but in new-version families before it is applied. */
function newestRow(family: FamilyDescriptor, raw: boolean): NewestRowRule {
  const countsAll = family.newVersionBehavior && !raw
  const isOne = countsAll && family.versions === 1
  return {
    rangeFirst: !isOne,
    mustBeLatest: false,
    placesMax: countsAll && !isOne ? family.versions : Number.POSITIVE_INFINITY,
  }
}

function readDecider(family: FamilyDescriptor, raw: boolean, rules: ReadRules): (row: RowCells) => void {
  if (raw) return (row) => decideRawScan(rules, row)
  if (family.newVersionBehavior) {
    const life = new ColumnLife()
    const markers: number[] = []
    return (row) => decideNewVersionRead(rules, row, life, markers)
  }
  const tracker = new MarkerTracker()
  return (row) => decideRawRead(rules, row, tracker)
}
