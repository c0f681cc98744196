/** Reads of NEW_VERSION_BEHAVIOR families: what is alive at the end of the writes, then MIN_VERSIONS and TTL, time range, versions. */
import { CellType } from '../model/row-block.js'
import { type ColumnLife, isFamilyMarker } from './column-life.js'
import type { ReadRules } from './raw-read.js'
import type { RowCells } from './row-cells.js'
import { Verdict } from './verdict.js'

export function decideNewVersionRead(
  rules: ReadRules,
  row: RowCells,
  life: ColumnLife,
  familyMarkers: number[],
): void {
  const { columns, count, keep } = row
  excludeUnseen(rules, row)
  collectFamilyMarkers(row, familyMarkers)
  for (let from = 0; from < count; ) {
    const column = columns[from]!
    let to = from + 1
    while (to < count && columns[to] === column) to++
    if (row.hasMarkers) {
      life.replay(row, from, to, familyMarkers, rules.familyVersions)
      for (let i = from; i < to; i++) keep[i] = Verdict.NotAsked
      showLive(rules, row, life.live)
    } else showColumn(rules, row, from, to)
    from = to
  }
}

/** Expired cells never were; markers outside the time range neither, where deleted cells are kept. */
function excludeUnseen(rules: ReadRules, row: RowCells): void {
  const { timestamps, ttls, types, keep } = row
  const oldest = rules.minVersions > 0 ? Number.NEGATIVE_INFINITY : rules.oldestUnexpired
  for (let i = 0; i < row.count; i++) {
    const timestamp = timestamps[i]!
    const isGone = timestamp < oldest || timestamp + ttls[i]! < rules.now
    const isOutside =
      rules.seesPastMarkers &&
      types[i] !== CellType.Put &&
      (timestamp < rules.timeMin || timestamp >= rules.timeMax)
    keep[i] = isGone || isOutside ? Verdict.NotAsked : Verdict.Kept
  }
}

export function collectFamilyMarkers(row: RowCells, into: number[]): void {
  into.length = 0
  if (!row.hasMarkers || !row.firstIsUnnamed) return
  for (let i = 0; i < row.count && row.columns[i] === 0; i++) {
    if (row.keep[i] === Verdict.Kept && isFamilyMarker(row.types[i]!)) into.push(i)
  }
}

function showLive(rules: ReadRules, row: RowCells, live: readonly number[]): void {
  let shown = 0
  for (let rank = 0; rank < live.length && shown < rules.versions; rank++) {
    const cell = live[rank]!
    const timestamp = row.timestamps[cell]!
    if (rank >= rules.minVersions && timestamp < rules.oldestUnexpired) return
    if (timestamp < rules.timeMin || timestamp >= rules.timeMax) continue
    row.keep[cell] = Verdict.Kept
    shown++
  }
}

/** Without markers the newest VERSIONS timestamps are alive, whatever the order of writes. */
function showColumn(rules: ReadRules, row: RowCells, from: number, to: number): void {
  const { timestamps, keep } = row
  let rank = 0
  let shown = 0
  let last = Number.NaN
  for (let i = from; i < to; i++) {
    const timestamp = timestamps[i]!
    const isVersion = keep[i] === Verdict.Kept && timestamp !== last && rank < rules.familyVersions
    keep[i] = Verdict.NotAsked
    if (!isVersion) continue
    last = timestamp
    rank++
    if (rank > rules.minVersions && timestamp < rules.oldestUnexpired) continue
    if (timestamp < rules.timeMin || timestamp >= rules.timeMax || shown >= rules.versions) continue
    keep[i] = Verdict.Kept
    shown++
  }
}
