import type { BatchList } from './batch-list.js'
import type { RowPicks } from './row-picks.js'

/** A shorter flat stretch between general rows is not worth a block of its own. */
const FLAT_STRETCH_MIN = 64

/** Picks [from, to) that become one block. */
export interface PickSegment {
  readonly from: number
  to: number
  readonly flat: boolean
}

/**
 * Cuts picks so that long stretches of rows written once, in flat batches, stay flat: a few rows written again do not make
 * a whole block general. Never cuts a row.
 */
export function segmentsOf(batches: BatchList, picks: RowPicks): PickSegment[] {
  if (batches.isFlat && picks.rowCount === picks.count) return [{ from: 0, to: picks.count, flat: true }]
  const segments: PickSegment[] = []
  let i = 0
  while (i < picks.count) {
    const from = i
    const isFlat = isFlatRow(batches, picks, i)
    do i = endOfRow(picks, i)
    while (i < picks.count && isFlatRow(batches, picks, i) === isFlat)
    pushSegment(segments, from, i, isFlat)
  }
  return segments
}

function endOfRow(picks: RowPicks, from: number): number {
  let i = from + 1
  while (i < picks.count && picks.isRepeat(i)) i++
  return i
}

function isFlatRow(batches: BatchList, picks: RowPicks, i: number): boolean {
  if (i + 1 < picks.count && picks.isRepeat(i + 1)) return false
  return batches.isFlat || batches.batches[batches.batchOf(picks.ordinals[i]!)]!.block.flat
}

function pushSegment(segments: PickSegment[], from: number, to: number, flat: boolean): void {
  const last = segments.at(-1)
  const joins = last !== undefined && !last.flat && (!flat || to - from < FLAT_STRETCH_MIN)
  if (joins) last.to = to
  else segments.push({ from, to, flat })
}
