/**
 * The read path of one region: a store scan a family, lined up by row. Rows that only one family has, and rows that run in
 * step through all of them, pass in bulk as AlignedRuns.
 */
import type { AlignedRun } from '../model/aligned-run.js'
import type { FamilySelection } from '../model/column-selection.js'
import {
  compareRows,
  groupOfRow,
  lowerBoundRow,
  type RowBlock,
  type RunCursor,
  rowKeyOf,
} from '../model/row-block.js'
import type { ScanRange } from '../model/scan-range.js'
import type { TableSchema } from '../model/table-schema.js'
import { openStoreScan, type ScanCounters, type StoreScan } from '../store/store-scan.js'
import { compareBytes, displayBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import { type CellLimit, CellLimitCursor } from './cell-limit-cursor.js'
import type { RegionSnapshot } from './region.js'

export interface RegionScan {
  /** Asked range; it is clipped to the region. */
  readonly range: ScanRange
  /** By family index. */
  readonly families: readonly FamilySelection[]
  readonly timeRange: { readonly min: number; readonly max: number }
  /** By family, where it differs from timeRange. */
  readonly familyRanges?: readonly ({ readonly min: number; readonly max: number } | null)[] | null
  readonly versions: number
  /** Instead of `versions` in new-version families: there HBase counts before a filter sees the cells. */
  readonly newVersions?: number
  readonly raw: boolean
  readonly now: number
  /** Of each row's and family's cells only those in [offset, end). */
  readonly cellLimit?: CellLimit | null
}

export interface AlignedCursor {
  readonly run: AlignedRun
  /** Reversed cursors: the run's rows are read from count - 1 down to 0. */
  next(): boolean
  close(): void
}

function clip(range: ScanRange, start: Uint8Array, stop: Uint8Array): ScanRange {
  const from = compareBytes(range.start, start) > 0 ? range.start : start
  const noStop = range.stop.length === 0
  const to = stop.length === 0 || (!noStop && compareBytes(range.stop, stop) < 0) ? range.stop : stop
  return { start: from, stop: to, reversed: range.reversed }
}

export function openRegionScan(
  schema: TableSchema,
  snapshot: RegionSnapshot,
  scan: RegionScan,
  counters: ScanCounters,
): AlignedCursor {
  const range = clip(scan.range, snapshot.descriptor.start, snapshot.descriptor.stop)
  const cursors: (RunCursor | null)[] = schema.descriptor.families.map((family, index) => {
    const { read, qualifiers } = scan.families[index]!
    if (!read) return null
    refuseQuarantined(schema, index, snapshot, range)
    const storeScan: StoreScan = {
      range,
      columns: qualifiers,
      timeRange: scan.familyRanges?.[index] ?? scan.timeRange,
      versions: family.newVersionBehavior ? (scan.newVersions ?? scan.versions) : scan.versions,
      raw: scan.raw,
      now: scan.now,
      stampsFollowKey: schema.stampsFollowKey,
    }
    return openStoreScan(family, schema.stores[index]!, snapshot.sources[index]!, storeScan, counters)
  })
  const open = cursors.filter((c) => c !== null)
  const cursor =
    open.length === 1 ? new SingleFamilyCursor(cursors) : new AligningCursor(cursors, range.reversed)
  return scan.cellLimit == null ? cursor : new CellLimitCursor(schema, cursor, scan.cellLimit, range.reversed)
}

/** Never "skip and go on": rows that a damaged file may hold are not readable until it is mended. */
function refuseQuarantined(
  schema: TableSchema,
  family: number,
  snapshot: RegionSnapshot,
  range: ScanRange,
): void {
  for (const { record, reason } of snapshot.quarantined[family]!) {
    const before = range.stop.length > 0 && compareBytes(record.firstRow, range.stop) >= 0
    if (before || compareBytes(record.lastRow, range.start) < 0) continue
    throw new HourbaseError('CORRUPTION', `file ${record.fileId} of '${schema.name}' is damaged: ${reason}`, {
      where: {
        table: schema.name,
        region: snapshot.descriptor.id,
        file: record.fileId,
        firstRow: displayBytes(record.firstRow),
        lastRow: displayBytes(record.lastRow),
      },
      hint: 'rows outside this key range stay readable; restore the file from a backup, or import its range again',
    })
  }
}

function emptyRun(familyCount: number): AlignedRun {
  return {
    count: 0,
    keyBlock: undefined as unknown as RowBlock,
    keyFrom: 0,
    blocks: new Array<RowBlock | null>(familyCount).fill(null),
    froms: new Array<number>(familyCount).fill(0),
  }
}

class SingleFamilyCursor implements AlignedCursor {
  readonly run: AlignedRun
  readonly #family: number
  readonly #cursor: RunCursor

  constructor(cursors: readonly (RunCursor | null)[]) {
    this.#family = cursors.findIndex((c) => c !== null)
    this.#cursor = cursors[this.#family]!
    this.run = emptyRun(cursors.length)
  }

  next(): boolean {
    const cursor = this.#cursor
    if (!cursor.next()) return false
    const run = this.run
    run.count = cursor.to - cursor.from
    run.keyBlock = cursor.block
    run.keyFrom = cursor.from
    run.blocks[this.#family] = cursor.block
    run.froms[this.#family] = cursor.from
    return true
  }

  close(): void {
    this.#cursor.close()
  }
}

/** One family's cursor with the rows of its run that are not handed on yet: [from, to). */
interface Lane {
  readonly family: number
  readonly cursor: RunCursor
  from: number
  to: number
  done: boolean
}

class AligningCursor implements AlignedCursor {
  readonly run: AlignedRun
  readonly #lanes: Lane[] = []
  readonly #reversed: boolean
  readonly #first: Lane[] = []

  constructor(cursors: readonly (RunCursor | null)[], reversed: boolean) {
    this.run = emptyRun(cursors.length)
    this.#reversed = reversed
    cursors.forEach((cursor, family) => {
      if (cursor !== null) this.#lanes.push({ family, cursor, from: 0, to: 0, done: false })
    })
  }

  next(): boolean {
    for (const lane of this.#lanes) this.#refill(lane)
    const first = this.#firstLanes()
    if (first.length === 0) return false
    const count = this.#reversed ? 1 : this.#length(first)
    this.#emit(first, count)
    return true
  }

  close(): void {
    for (const lane of this.#lanes) lane.cursor.close()
  }

  #refill(lane: Lane): void {
    if (lane.done || lane.from < lane.to) return
    if (lane.cursor.next()) {
      lane.from = lane.cursor.from
      lane.to = lane.cursor.to
    } else {
      lane.done = true
    }
  }

  #head(lane: Lane): number {
    return this.#reversed ? lane.to - 1 : lane.from
  }

  /** The lanes whose next row is the next row of the region. */
  #firstLanes(): Lane[] {
    const first = this.#first
    first.length = 0
    for (const lane of this.#lanes) {
      if (lane.done) continue
      const order = first.length === 0 ? 0 : this.#compare(lane, first[0]!)
      const ahead = this.#reversed ? order > 0 : order < 0
      if (ahead) first.length = 0
      if (ahead || order === 0) first.push(lane)
    }
    return first
  }

  #compare(a: Lane, b: Lane): number {
    const aRow = this.#head(a)
    const bRow = this.#head(b)
    const aBlock = a.cursor.block
    const bBlock = b.cursor.block
    return compareRows(aBlock, groupOfRow(aBlock, aRow), aRow, bBlock, groupOfRow(bBlock, bRow), bRow)
  }

  /** How many rows the first lanes go on in step before another lane's next row comes. */
  #length(first: readonly Lane[]): number {
    const lead = first[0]!
    let count = lead.to - lead.from
    for (const lane of this.#lanes) {
      if (lane.done || first.includes(lane)) continue
      const key = rowKeyOf(lane.cursor.block, lane.from)
      count = Math.min(count, lowerBoundRow(lead.cursor.block, key, lead.from, lead.from + count) - lead.from)
    }
    for (let i = 1; i < first.length && count > 1; i++) count = stepsTogether(lead, first[i]!, count)
    return count
  }

  #emit(first: readonly Lane[], count: number): void {
    const run = this.run
    run.blocks.fill(null)
    run.count = count
    for (const lane of first) {
      const from = this.#reversed ? lane.to - count : lane.from
      run.blocks[lane.family] = lane.cursor.block
      run.froms[lane.family] = from
      if (this.#reversed) lane.to -= count
      else lane.from += count
    }
    run.keyBlock = first[0]!.cursor.block
    run.keyFrom = run.froms[first[0]!.family]!
  }
}

/** For how many rows two lanes have equal keys, at most `limit`. */
function stepsTogether(a: Lane, b: Lane, limit: number): number {
  const aBlock = a.cursor.block
  const bBlock = b.cursor.block
  const max = Math.min(limit, b.to - b.from)
  let aGroup = groupOfRow(aBlock, a.from)
  let bGroup = groupOfRow(bBlock, b.from)
  for (let i = 1; i < max; i++) {
    const aRow = a.from + i
    const bRow = b.from + i
    aGroup = nextGroup(aBlock, aGroup, aRow)
    bGroup = nextGroup(bBlock, bGroup, bRow)
    if (compareRows(aBlock, aGroup, aRow, bBlock, bGroup, bRow) !== 0) return i
  }
  return max
}

function nextGroup(block: RowBlock, group: number, row: number): number {
  if (block.suffixBytes === 0) return row
  return block.groupStarts[group + 1]! <= row ? group + 1 : group
}
