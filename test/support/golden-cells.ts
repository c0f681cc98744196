/** The cells that a recorded put or delete writes. */
import {
  bytesText,
  type GoldenBytes,
  type GoldenInteger,
  type GoldenOp,
  integerOf,
} from './golden-scenario.js'
import type { CellTypeName, WrittenCell } from './golden-storage.js'

export function stampOf(value: GoldenInteger | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const stamp = integerOf(value)
  if (stamp < 0) throw new Error('negative timestamp')
  return stamp === Number.POSITIVE_INFINITY ? fallback : stamp
}

export function putCells(op: GoldenOp, row: string, now: number): WrittenCell[] {
  if (op.cellOfRow !== undefined && bytesText(op.cellOfRow) !== row) throw new Error('a cell of another row')
  if (op.cells!.length === 0) throw new Error('no cells')
  return op.cells!.map((cell): WrittenCell => {
    const [family, qualifier, value, ts] = cell as [string, GoldenBytes, GoldenBytes, GoldenInteger?]
    return {
      row,
      family,
      qualifier: bytesText(qualifier),
      timestamp: stampOf(ts, stampOf(op.ts, now)),
      type: 'Put',
      value: bytesText(value),
      ttlMs: op.ttl ?? Number.NaN,
    }
  })
}

type Newest = (family: string, qualifier: string, n: number) => number

/** `newest` gives the timestamp of the n-th newest version of a column, or now where there are fewer. */
export function deleteCells(
  op: GoldenOp,
  row: string,
  now: number,
  families: readonly string[],
  newest: Newest,
): WrittenCell[] {
  if (op.ttl !== undefined) throw new Error('a delete takes no TTL')
  const whole = stampOf(op.ts, now)
  const marker = (family: string, qualifier: string, timestamp: number, type: CellTypeName): WrittenCell => ({
    row,
    family,
    qualifier,
    timestamp,
    type,
    value: '',
    ttlMs: Number.NaN,
  })
  if (op.what === undefined) return families.map((family) => marker(family, '', whole, 'DeleteFamily'))
  const cells: WrittenCell[] = []
  const asked = new Map<string, number>()
  for (const entry of effective(op.what)) {
    const family = entry[1] as string
    if (entry[0] === 'family') {
      cells.push(marker(family, '', stampOf(entry[2] as GoldenInteger, whole), 'DeleteFamily'))
    } else if (entry[0] === 'familyVersion') {
      cells.push(marker(family, '', stampOf(entry[2] as GoldenInteger, whole), 'DeleteFamilyVersion'))
    } else {
      const qualifier = bytesText(entry[2] as GoldenBytes)
      const ts = entry[3] as GoldenInteger | undefined
      if (entry[0] === 'columns') {
        cells.push(marker(family, qualifier, stampOf(ts, whole), 'DeleteColumn'))
      } else {
        const given = ts ?? op.ts
        const key = JSON.stringify([family, qualifier])
        if (given === undefined) asked.set(key, (asked.get(key) ?? 0) + 1)
        const stamp = given === undefined ? newest(family, qualifier, asked.get(key)!) : stampOf(given, now)
        cells.push(marker(family, qualifier, stamp, 'Delete'))
      }
    }
  }
  return cells
}

/** A `family` entry throws away the entries listed before it for the same family. */
function effective(what: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  return what.filter(
    (entry, i) => !what.slice(i + 1).some((later) => later[0] === 'family' && later[1] === entry[1]),
  )
}
