/**
 * What a flush or compaction of a NEW_VERSION_BEHAVIOR family keeps: everything that can still matter to some read. A put that
 * a marker hides may have pushed out an older version which lies elsewhere, and a marker elsewhere may have freed the place of
 * a newer version before an older one was written. So, unless nothing older lies outside the input:
 *  VERSIONS = 1          a put goes when a later write has the same timestamp or a higher one: whatever else happened, that
 *                        write ended it, and ends all that it had ended;
 *  VERSIONS = unlimited  a put goes when its own timestamp was written again;
 *  else                  the newest VERSIONS timestamps stay, but only where no marker, seen or unseen, can lie between.
 * With nothing older outside (`dropsMarkers`), the column's state is known: what is alive stays, all else goes.
 * Puts with a TTL of their own act only until it runs out: a row that has one keeps all that is not expired.
 */
import { CellType } from '../model/row-block.js'
import type { ColumnLife } from './column-life.js'
import { collectFamilyMarkers } from './new-version-read.js'
import type { TrimRules } from './raw-trim.js'
import type { RowCells } from './row-cells.js'
import { Verdict } from './verdict.js'

export function decideNewVersionTrim(
  rules: TrimRules,
  row: RowCells,
  life: ColumnLife,
  familyMarkers: number[],
): void {
  const mayTrim = markExpired(rules, row)
  if (!mayTrim) return
  const { columns, count } = row
  const isWhole = rules.dropsMarkers && rules.keepDeletedCells === 'FALSE'
  collectFamilyMarkers(row, familyMarkers)
  for (let from = 0; from < count; ) {
    const column = columns[from]!
    let to = from + 1
    while (to < count && columns[to] === column) to++
    if (isWhole && row.hasMarkers) life.replay(row, from, to, familyMarkers, rules.versions)
    else if (isWhole || rules.versions === Number.POSITIVE_INFINITY) {
      trimToNewest(row, from, to, rules.versions)
    } else if (rules.versions === 1) trimToLatest(row, from, to)
    else if (rules.contiguous && familyMarkers.length === 0 && !hasMarker(row, from, to)) {
      trimToNewest(row, from, to, rules.versions)
    }
    from = to
  }
  if (isWhole && row.hasMarkers) dropMarkers(row)
}

/** @returns whether anything else of the row may go. */
function markExpired(rules: TrimRules, row: RowCells): boolean {
  const { timestamps, ttls, sequences, keep } = row
  const oldest = rules.minVersions > 0 ? Number.NEGATIVE_INFINITY : rules.oldestUnexpired
  let mayTrim = true
  for (let i = 0; i < row.count; i++) {
    const timestamp = timestamps[i]!
    const ttl = ttls[i]!
    const isExpired = timestamp < oldest || timestamp + ttl < rules.now
    keep[i] = isExpired ? Verdict.Expired : Verdict.Kept
    if (!isExpired && (!Number.isNaN(ttl) || sequences[i]! > rules.readPoint)) mayTrim = false
  }
  return mayTrim
}

function dropMarkers(row: RowCells): void {
  for (let i = 0; i < row.count; i++) {
    if (row.types[i] !== CellType.Put && row.keep[i] === Verdict.Kept) row.keep[i] = Verdict.Marker
  }
}

function hasMarker(row: RowCells, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (row.types[i] !== CellType.Put && row.keep[i] === Verdict.Kept) return true
  }
  return false
}

function trimToLatest(row: RowCells, from: number, to: number): void {
  const { timestamps, types, sequences, keep } = row
  let latest = -1
  for (let i = from; i < to; i++) {
    if (types[i] !== CellType.Put || keep[i] !== Verdict.Kept) continue
    if (latest >= 0 && sequences[i]! <= sequences[latest]!) {
      keep[i] = timestamps[i] === timestamps[latest] ? Verdict.Overwritten : Verdict.Surplus
    } else latest = i
  }
}

function trimToNewest(row: RowCells, from: number, to: number, versions: number): void {
  const { timestamps, types, keep } = row
  let seen = 0
  let last = Number.NaN
  for (let i = from; i < to; i++) {
    if (types[i] !== CellType.Put || keep[i] !== Verdict.Kept) continue
    if (timestamps[i] === last) keep[i] = Verdict.Overwritten
    else if (seen >= versions) keep[i] = Verdict.Surplus
    else seen++
    last = timestamps[i]!
  }
}
