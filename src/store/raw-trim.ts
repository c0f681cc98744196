/** What a flush or compaction of a raw family keeps, exactly as HBase trims. */
import type { KeepDeletedCells } from '../model/descriptor.js'
import { CellType } from '../model/row-block.js'
import { type MarkerTracker, Masked } from './marker-tracker.js'
import type { RowCells } from './row-cells.js'
import { Verdict } from './verdict.js'

export interface TrimRules {
  /** Flush and minor compaction: false. All files of the store: true. */
  readonly dropsMarkers: boolean
  readonly versions: number
  readonly minVersions: number
  readonly oldestUnexpired: number
  readonly now: number
  readonly keepDeletedCells: KeepDeletedCells
  /** The oldest put of the input: a kept marker below it has nothing left to hide. */
  readonly earliestPut: number
  /** Cells written later may not be trimmed yet, nor trim others: a reader is older than they are. */
  readonly readPoint: number
  /** New-version families: no source outside the input has a sequence among those of the input. */
  readonly contiguous: boolean
}

export function decideRawTrim(rules: TrimRules, row: RowCells, markers: MarkerTracker): void {
  const { columns, timestamps, types, ttls, sequences, keep } = row
  const { oldestUnexpired, now, minVersions, versions } = rules
  const expires = minVersions <= 0
  markers.reset()
  let column = -1
  let seen = 0
  let last = -1
  /** Set while the rest of the column goes: the verdict on it. */
  let rest = 0
  for (let i = 0; i < row.count; i++) {
    const timestamp = timestamps[i]!
    if (columns[i] !== column) {
      column = columns[i]!
      seen = 0
      last = -1
      rest = Verdict.Kept
    }
    if (rest !== Verdict.Kept && !(column === 0 && row.firstIsUnnamed)) {
      keep[i] = rest
      continue
    }
    if (timestamp + ttls[i]! < now || (expires && timestamp < oldestUnexpired)) {
      keep[i] = Verdict.Expired
      if (expires && timestamp < oldestUnexpired) rest = Verdict.Expired
      continue
    }
    keep[i] = Verdict.Kept
    if (sequences[i]! > rules.readPoint) continue
    const isMarker = types[i] !== CellType.Put
    if (isMarker) {
      if (tracks(rules, timestamp)) markers.add(timestamp, types[i]!, column)
      if (!rules.dropsMarkers) continue
      if (!outlives(rules, timestamp)) {
        keep[i] = Verdict.Marker
        continue
      }
      if (timestamp < rules.earliestPut) {
        keep[i] = Verdict.Marker
        rest = Verdict.Marker
        continue
      }
    } else if (!markers.isEmpty) {
      const masked = markers.masks(timestamp, column)
      if (masked === Masked.Column) rest = Verdict.Masked
      if (masked !== Masked.No) {
        keep[i] = Verdict.Masked
        continue
      }
    }
    if (last >= 0 && timestamps[last] === timestamp && types[last] === types[i]) {
      keep[i] = Verdict.Overwritten
      continue
    }
    if (!isMarker) seen++
    if (seen > versions || (seen > minVersions && timestamp < oldestUnexpired)) {
      keep[i] = seen > versions ? Verdict.Surplus : Verdict.Expired
      rest = keep[i]!
    } else last = i
  }
}

/** Where deleted cells are kept, only VERSIONS and TTL trim. */
function tracks(rules: TrimRules, timestamp: number): boolean {
  if (rules.keepDeletedCells === 'TTL') return timestamp < rules.oldestUnexpired
  return rules.keepDeletedCells === 'FALSE'
}

/** Whether a marker stays in spite of dropsMarkers. */
function outlives(rules: TrimRules, timestamp: number): boolean {
  if (rules.keepDeletedCells === 'TTL') return timestamp >= rules.oldestUnexpired
  return rules.keepDeletedCells === 'TRUE'
}
