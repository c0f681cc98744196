/**
 * A row that several sources hold as plain puts, of which only the newest version counts: when the newest place has all of the
 * columns, it is the row as a whole, and no cell needs to be looked at. Rewritten rows resolve at the speed of a comparison.
 */
import { type RowBlock, rowSequence } from '../model/row-block.js'
import type { BlockView, QualifierIds } from './block-view.js'
import { countFlatCells } from './flat-run.js'
import type { RowPlan } from './row-plan.js'
import { Verdict } from './verdict.js'

/** The cells must be decided one by one. */
export const UNDECIDED = -1
/** Nothing of the row is kept. */
export const NOBODY = -2

/** @returns the place that stands for the row, UNDECIDED or NOBODY. */
export function winnerOf(
  plan: RowPlan,
  blocks: readonly RowBlock[],
  rows: readonly number[],
  views: readonly BlockView[],
  places: number,
  ids: QualifierIds,
): number {
  const rule = plan.newestRow
  if (rule === null || places > rule.placesMax) return UNDECIDED
  const { flatMin, flatMax } = plan
  let best = NOBODY
  let bestStamp = 0
  let bestSequence = 0
  let latest = 0
  for (let i = 0; i < places; i++) {
    const block = blocks[i]!
    if (!block.flat || block.maxSequence > plan.readPoint) return UNDECIDED
    const timestamp = block.timestamps[rows[i]!]!
    if (views[i]!.isEmpty || (rule.rangeFirst && (timestamp < flatMin || timestamp >= flatMax))) continue
    const sequence = rowSequence(block, rows[i]!)
    if (sequence > latest) latest = sequence
    if (best >= 0 && (timestamp < bestStamp || (timestamp === bestStamp && sequence < bestSequence))) continue
    best = i
    bestStamp = timestamp
    bestSequence = sequence
  }
  if (best === NOBODY) return NOBODY
  if (rule.mustBeLatest && bestSequence < latest) return UNDECIDED
  if (!hasAll(best, rows, views, places, ids)) return UNDECIDED
  return bestStamp >= flatMin && bestStamp < flatMax ? best : NOBODY
}

function hasAll(
  best: number,
  rows: readonly number[],
  views: readonly BlockView[],
  places: number,
  ids: QualifierIds,
): boolean {
  const view = views[best]!
  const list = view.listId(ids)
  for (let i = 0; i < places; i++) {
    if (!views[i]!.isEmpty && views[i]!.listId(ids) !== list) return false
  }
  return view.isFull(rows[best]!)
}

/** Counts the cells of a row that was decided so. */
export function countPlaces(
  plan: RowPlan,
  blocks: readonly RowBlock[],
  rows: readonly number[],
  places: number,
  winner: number,
): void {
  const counts = plan.counts
  if (counts === null) return
  const newest = winner < 0 ? Number.NaN : blocks[winner]!.timestamps[rows[winner]!]!
  for (let i = 0; i < places; i++) {
    const row = rows[i]!
    const timestamp = blocks[i]!.timestamps[row]!
    let verdict: number = Verdict.Surplus
    if (i === winner) verdict = Verdict.Kept
    else if (timestamp < plan.flatMin) verdict = Verdict.Expired
    else if (timestamp === newest) verdict = Verdict.Overwritten
    counts[verdict]! += countFlatCells(blocks[i]!, row, row + 1)
  }
}
