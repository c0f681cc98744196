/** What a recorded get or scan asks for. */
import { bytesText, type GoldenInteger, type GoldenOp, integerOf } from './golden-scenario.js'
import type { StoredCell } from './golden-storage.js'
import type { GoldenTable } from './golden-target.js'

export interface TextTimeRange {
  readonly min: number
  readonly max: number
}

export interface ReadPlan {
  /** By family: columns ascending, or null for all. */
  readonly columns: Readonly<Record<string, readonly string[] | null>>
  readonly timeRange: TextTimeRange
  readonly timeRanges: Readonly<Record<string, TextTimeRange>>
  readonly versions: number
  readonly raw: boolean
}

function timeRangeOf(range: readonly [GoldenInteger, GoldenInteger]): TextTimeRange {
  const min = integerOf(range[0])
  const max = integerOf(range[1])
  if (min < 0 || max < 0 || max < min) throw new Error('bad time range')
  return { min, max }
}

export function readPlan(op: GoldenOp, table: GoldenTable): ReadPlan {
  const columns: Record<string, string[] | null> = {}
  for (const family of op.families ?? []) columns[family] = null
  for (const [family, qualifier] of op.columns ?? []) {
    const list = columns[family] ?? []
    list.push(bytesText(qualifier))
    columns[family] = list
  }
  if (Object.keys(columns).length === 0)
    for (const family of Object.keys(table.families)) columns[family] = null
  for (const [family, list] of Object.entries(columns)) {
    if (!(family in table.families)) throw new Error(`no family ${family}`)
    if (list !== null) columns[family] = [...new Set(list)].sort()
  }
  if (op.raw === true && op.columns !== undefined) throw new Error('a raw scan takes no columns')
  const own = Object.entries(op.columnFamilyTimeRange ?? {}).map(([family, range]) => [
    family,
    timeRangeOf(range),
  ])
  const stamp = op.timestamp === undefined ? null : integerOf(op.timestamp)
  if (stamp !== null && stamp < 0) throw new Error('negative timestamp')
  return {
    columns,
    timeRange:
      stamp === null
        ? timeRangeOf(op.timeRange ?? [0, '9223372036854775807'])
        : { min: stamp, max: stamp + 1 },
    timeRanges: Object.fromEntries(own) as Record<string, TextTimeRange>,
    versions: op.versions === 'all' ? Number.POSITIVE_INFINITY : (op.versions ?? 1),
    raw: op.raw === true,
  }
}

/** The rows of a scan inside the region, [start, stop). */
export function rangeOf(
  op: GoldenOp,
  table: GoldenTable,
): { start: string; stop: string; reversed: boolean } {
  const reversed = op.reversed === true
  let first = bytesText(op.start ?? '')
  let last = bytesText(op.stop ?? '')
  if (op.prefix !== undefined) {
    first = bytesText(op.prefix)
    last = after(first)
  }
  const firstIn = op.startInclusive !== false
  const lastIn = op.stopInclusive === true
  let start = reversed
    ? last === '' || lastIn
      ? last
      : `${last}\0`
    : firstIn || first === ''
      ? first
      : `${first}\0`
  let stop = reversed
    ? first !== '' && firstIn
      ? `${first}\0`
      : first
    : last !== '' && lastIn
      ? `${last}\0`
      : last
  if (start < table.start) start = table.start
  if (table.stop !== '' && (stop === '' || stop > table.stop)) stop = table.stop
  return { start, stop, reversed }
}

/** The first text above all that begin with `prefix`. */
function after(prefix: string): string {
  const kept = prefix.replace(/\u00ff+$/, '')
  if (kept === '') return ''
  return kept.slice(0, -1) + String.fromCharCode(kept.charCodeAt(kept.length - 1) + 1)
}

/** maxResultsPerFamily and rowOffsetPerFamily count cells; a limit of 0 still gives one. */
export function limitCells(cells: readonly StoredCell[], op: GoldenOp): readonly StoredCell[] {
  const offset = Math.max(0, op.rowOffsetPerFamily ?? 0)
  const limit = op.maxResultsPerFamily ?? -1
  if (limit < 0) return cells.slice(offset)
  return cells.slice(0, Math.max(1, limit + offset)).slice(offset)
}
