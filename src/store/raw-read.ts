/**
 * Reads of raw families, exactly as HBase answers: cells are judged one by one in the row's order. `done` stands for HBase's
 * "seek to the next column", which passes over the rest of a column, but never over the column without a name: the family's
 * markers lie there.
 */
import { CellType } from '../model/row-block.js'
import { type MarkerTracker, Masked } from './marker-tracker.js'
import type { RowCells } from './row-cells.js'
import { Verdict } from './verdict.js'

export interface ReadRules {
  /** Versions shown of a column: the lesser of what was asked and VERSIONS (raw scans: what was asked). */
  readonly versions: number
  readonly familyVersions: number
  readonly minVersions: number
  /** Timestamps below are past the family's TTL. */
  readonly oldestUnexpired: number
  readonly now: number
  readonly timeMin: number
  readonly timeMax: number
  /** KEEP_DELETED_CELLS: only markers inside the time range hide. */
  readonly seesPastMarkers: boolean
  /** Columns were named. HBase then counts expired versions in another way. */
  readonly namesColumns: boolean
}

export function decideRawRead(rules: ReadRules, row: RowCells, markers: MarkerTracker): void {
  const { versions, minVersions, oldestUnexpired, now, timeMin, timeMax, seesPastMarkers, namesColumns } =
    rules
  const { columns, timestamps, types, ttls, keep } = row
  const expires = minVersions <= 0
  markers.reset()
  let column = -1
  let seen = 0
  let last = Number.NaN
  let done = false
  for (let i = 0; i < row.count; i++) {
    const timestamp = timestamps[i]!
    keep[i] = Verdict.NotAsked
    if (columns[i] !== column) {
      column = columns[i]!
      seen = 0
      last = Number.NaN
      done = false
    }
    if (done && !(column === 0 && row.firstIsUnnamed)) continue
    if (expires && timestamp < oldestUnexpired) {
      done = true
      continue
    }
    if (timestamp + ttls[i]! < now) continue
    if (types[i] !== CellType.Put) {
      if (timestamp >= timeMin && (timestamp < timeMax || !seesPastMarkers)) {
        markers.add(timestamp, types[i]!, column)
      }
      continue
    }
    if (done) continue
    if (!markers.isEmpty) {
      const masked = markers.masks(timestamp, column)
      if (masked === Masked.Column) done = true
      if (masked !== Masked.No) continue
    }
    if (timestamp >= timeMax || timestamp === last) continue
    if (timestamp < timeMin) {
      done = true
      continue
    }
    seen++
    if (namesColumns) {
      keep[i] = Verdict.Kept
      last = timestamp
      done = seen >= versions || (seen >= minVersions && timestamp < oldestUnexpired)
    } else if (seen <= versions && (seen <= minVersions || timestamp >= oldestUnexpired)) {
      keep[i] = Verdict.Kept
      last = timestamp
    } else done = true
  }
}

/** Raw scans: all that is stored, one cell a column, timestamp and kind; the asked versions limit the puts alone. */
export function decideRawScan(rules: ReadRules, row: RowCells): void {
  const { versions, now, timeMin, timeMax } = rules
  const { columns, timestamps, types, ttls, keep } = row
  let column = -1
  let puts = 0
  let last = -1
  for (let i = 0; i < row.count; i++) {
    const timestamp = timestamps[i]!
    keep[i] = Verdict.NotAsked
    if (columns[i] !== column) {
      column = columns[i]!
      puts = 0
      last = -1
    }
    if (timestamp + ttls[i]! < now || timestamp < timeMin || timestamp >= timeMax) continue
    if (last >= 0 && timestamps[last] === timestamp && types[last] === types[i]) continue
    if (types[i] === CellType.Put) puts++
    if (puts > versions) continue
    keep[i] = Verdict.Kept
    last = i
  }
}
