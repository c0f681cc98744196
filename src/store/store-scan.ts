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
import type { FileCursor, FileSource, StoreSources } from './store-sources.js'

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
  blocksRead: number
  blocksSkipped: number
  memstoresConsidered: number
  memstoresSkippedByTime: number
  bytesCached: number
}

export function scanCounters(): ScanCounters {
  return {
    filesConsidered: 0,
    filesSkippedByRange: 0,
    filesSkippedByTime: 0,
    filesSkippedByBloom: 0,
    blocksRead: 0,
    blocksSkipped: 0,
    memstoresConsidered: 0,
    memstoresSkippedByTime: 0,
    bytesCached: 0,
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
  const opened = scan.versions <= 0 ? NOTHING : openSources(sources, scan, gate, counters)
  return new StoreCursor(
    schema,
    opened,
    readPlan(family, scan, oldestUnexpired),
    scan.range.reversed,
    counters,
  )
}

interface OpenedSources {
  readonly views: readonly RunCursor[]
  readonly files: readonly FileCursor[]
}

const NOTHING: OpenedSources = { views: [], files: [] }

class StoreCursor extends ResolvingCursor {
  readonly #files: readonly FileCursor[]
  readonly #counters: ScanCounters
  #isCounted = false

  constructor(
    schema: StoreSchema,
    { views, files }: OpenedSources,
    plan: RowPlan,
    reversed: boolean,
    counters: ScanCounters,
  ) {
    super(schema, new RowMerge([...views, ...files], reversed), plan, reversed, counters)
    this.#files = files
    this.#counters = counters
  }

  override next(): boolean {
    const isThere = super.next()
    if (!isThere) this.#count()
    return isThere
  }

  override close(): void {
    super.close()
    this.#count()
  }

  #count(): void {
    if (this.#isCounted) return
    this.#isCounted = true
    for (const file of this.#files) {
      this.#counters.blocksRead += file.blocksRead
      this.#counters.blocksSkipped += file.blocksSkipped
    }
  }
}

function openSources(
  sources: StoreSources,
  scan: StoreScan,
  gate: TimeInterval,
  counters: ScanCounters,
): OpenedSources {
  const views: RunCursor[] = []
  const files: FileCursor[] = []
  for (const view of sources.views) {
    counters.memstoresConsidered++
    if (mayBear(gate, view)) views.push(view.scan(scan.range))
    else counters.memstoresSkippedByTime++
  }
  const isPoint = isPointRange(scan.range)
  const isOpen = gate.min === Number.NEGATIVE_INFINITY && gate.max === Number.POSITIVE_INFINITY
  const options = { columns: scan.columns, prune: isOpen ? null : gate, tally: counters }
  try {
    for (const file of sources.files) {
      counters.filesConsidered++
      if (passes(file, scan.range, isPoint, gate, counters)) files.push(file.scan(scan.range, options))
    }
  } catch (error) {
    // A damaged Bloom filter: the files opened before it must not stay held.
    for (const file of files) file.close()
    throw error
  }
  return { views, files }
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
  const versions = scan.raw ? scan.versions : Math.min(scan.versions, family.versions)
  const expires = family.minVersions <= 0 && !scan.raw
  return {
    makeDecider: () => readDecider(family, scan, { versions, oldestUnexpired }),
    columns: scan.columns,
    flatMin: expires ? Math.max(min, oldestUnexpired) : min,
    flatMax: max,
    newestRow: versions === 1 ? newestRow(family, scan.raw) : null,
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

function readDecider(
  family: FamilyDescriptor,
  scan: StoreScan,
  limits: { versions: number; oldestUnexpired: number },
): (row: RowCells) => void {
  const rules: ReadRules = {
    ...limits,
    familyVersions: family.versions,
    minVersions: family.minVersions,
    now: scan.now,
    timeMin: scan.timeRange.min,
    timeMax: scan.timeRange.max,
    seesPastMarkers: family.keepDeletedCells !== 'FALSE',
    namesColumns: scan.columns !== null,
  }
  if (scan.raw) return (row) => decideRawScan(rules, row)
  if (family.newVersionBehavior) {
    const life = new ColumnLife()
    const markers: number[] = []
    return (row) => decideNewVersionRead(rules, row, life, markers)
  }
  const tracker = new MarkerTracker()
  return (row) => decideRawRead(rules, row, tracker)
}
