/**
 * The naive model of a store's answers: every cell ever written, a few lines a rule, nothing flushed or compacted.
 * For NEW_VERSION_BEHAVIOR families this is the truth at every stage; for raw ones the answer of a store that never compacts.
 */
import type { KeepDeletedCells } from '../../src/model/descriptor.js'
import type { CellTypeName, FamilyRead, FamilyRow, StoredCell } from './golden-storage.js'

export interface OracleFamily {
  readonly versions: number
  readonly minVersions: number
  readonly ttlMs: number
  readonly keepDeletedCells: KeepDeletedCells
  readonly newVersionBehavior: boolean
}

const ORDER: Record<CellTypeName, number> = {
  Put: 4,
  Delete: 8,
  DeleteFamilyVersion: 10,
  DeleteColumn: 12,
  DeleteFamily: 14,
}

/** HBase's order inside a row. */
function compareCells(a: StoredCell, b: StoredCell): number {
  if (a.qualifier !== b.qualifier) return a.qualifier < b.qualifier ? -1 : 1
  return b.timestamp - a.timestamp || ORDER[b.type] - ORDER[a.type] || b.sequence - a.sequence
}

/** The rows of a read over all cells of one family, in any order. */
export function oracleRead(
  cells: readonly StoredCell[],
  family: OracleFamily,
  read: FamilyRead,
): FamilyRow[] {
  const rows = new Map<string, StoredCell[]>()
  for (const cell of cells) {
    if (cell.row < read.start || (read.stop !== '' && cell.row >= read.stop)) continue
    const list = rows.get(cell.row)
    if (list === undefined) rows.set(cell.row, [cell])
    else list.push(cell)
  }
  const keys = [...rows.keys()].sort()
  if (read.reversed) keys.reverse()
  return keys
    .map((row): FamilyRow => [row, oracleRow(rows.get(row)!, family, read)])
    .filter(([, kept]) => kept.length > 0)
}

export function oracleRow(
  cells: readonly StoredCell[],
  family: OracleFamily,
  read: FamilyRead,
): StoredCell[] {
  if (read.versions <= 0) return []
  const alive = cells.filter((cell) => !(cell.timestamp + cell.ttlMs < read.now)).sort(compareCells)
  if (read.raw) return rawRow(alive, read)
  const usable = family.minVersions > 0 ? alive : alive.filter((cell) => !isExpired(cell, family, read))
  const markers = usable.filter((cell) => cell.type !== 'Put' && applies(cell, family, read))
  const puts = usable.filter((cell) => cell.type === 'Put')
  const names = [...new Set(puts.map((cell) => cell.qualifier))]
  return names
    .filter((name) => read.columns === null || read.columns.includes(name))
    .flatMap((name) => {
      const mine = puts.filter((cell) => cell.qualifier === name)
      const masks = markers.filter((marker) => isFamilyMarker(marker) || marker.qualifier === name)
      return family.newVersionBehavior
        ? newVersions(mine, masks, family, read)
        : rawVersions(mine, masks, family, read)
    })
}

function isExpired(cell: StoredCell, family: OracleFamily, read: FamilyRead): boolean {
  return cell.timestamp < read.now - family.ttlMs
}

function isFamilyMarker(cell: StoredCell): boolean {
  return cell.type === 'DeleteFamily' || cell.type === 'DeleteFamilyVersion'
}

/** KEEP_DELETED_CELLS: only markers inside the time range hide (time travel). */
function applies(marker: StoredCell, family: OracleFamily, read: FamilyRead): boolean {
  return family.keepDeletedCells === 'FALSE' || inRange(marker, read)
}

function inRange(cell: StoredCell, read: FamilyRead): boolean {
  return cell.timestamp >= read.timeRange.min && cell.timestamp < read.timeRange.max
}

function masks(marker: StoredCell, timestamp: number): boolean {
  return marker.type === 'DeleteColumn' || marker.type === 'DeleteFamily'
    ? timestamp <= marker.timestamp
    : timestamp === marker.timestamp
}

/** By timestamp alone; counted inside the time range and after masking. */
function rawVersions(
  puts: StoredCell[],
  markers: StoredCell[],
  family: OracleFamily,
  read: FamilyRead,
): StoredCell[] {
  const versions = firstOfEachStamp(puts)
    .filter((put) => !markers.some((marker) => masks(marker, put.timestamp)))
    .filter((put) => inRange(put, read))
  const limit = Math.min(read.versions, family.versions)
  if (read.columns === null) {
    return versions
      .slice(0, limit)
      .filter((put, i) => i < family.minVersions || !isExpired(put, family, read))
  }
  // HBase's wart: with the column named, counting stops after the first expired version beyond MIN_VERSIONS, not before it.
  const end = versions.findIndex(
    (put, i) => i + 1 >= limit || (i + 1 >= family.minVersions && isExpired(put, family, read)),
  )
  return end < 0 ? versions : versions.slice(0, end + 1)
}

function firstOfEachStamp(puts: StoredCell[]): StoredCell[] {
  return puts.filter((put, i) => i === 0 || put.timestamp !== puts[i - 1]!.timestamp)
}

/** The column's life replayed in the order of writes: a put beyond VERSIONS pushes out the oldest for good. */
function newVersions(
  puts: StoredCell[],
  markers: StoredCell[],
  family: OracleFamily,
  read: FamilyRead,
): StoredCell[] {
  const live = new Map<number, StoredCell>()
  const writes = [...puts, ...markers].sort(
    (a, b) => a.sequence - b.sequence || ORDER[a.type] - ORDER[b.type],
  )
  for (const write of writes) {
    if (write.type === 'Put') {
      live.set(write.timestamp, write)
      if (live.size > family.versions) live.delete(Math.min(...live.keys()))
    } else {
      for (const timestamp of [...live.keys()]) if (masks(write, timestamp)) live.delete(timestamp)
    }
  }
  return [...live.values()]
    .sort(compareCells)
    .filter((put, i) => i < family.minVersions || !isExpired(put, family, read))
    .filter((put) => inRange(put, read))
    .slice(0, read.versions)
}

/** All that is stored: one cell a column, timestamp and kind; puts limited to the asked versions, what follows them unseen. */
function rawRow(cells: StoredCell[], read: FamilyRead): StoredCell[] {
  const kept: StoredCell[] = []
  let puts = 0
  let column: string | null = null
  let last: StoredCell | null = null
  for (const cell of cells.filter((c) => inRange(c, read))) {
    if (cell.qualifier !== column) {
      column = cell.qualifier
      puts = 0
      last = null
    }
    if (last !== null && last.timestamp === cell.timestamp && last.type === cell.type) continue
    if (cell.type === 'Put') puts++
    if (puts > read.versions) continue
    kept.push(cell)
    last = cell
  }
  return kept
}
