/** Which regions to split and which neighbours to merge, so that a table's regions are of like size (HBase's simple normaliser). Pure. */
import type { NormaliserAction } from '../model/admin-api.js'

export interface RegionSize {
  readonly id: number
  readonly bytes: number
}

const REGIONS_MIN = 3
const SPLIT_FACTOR = 2

/**
 * Splits what is above twice the average; merges neighbours that together stay below it. Each region takes part in one
 * action at most. `regions` in key order. A table of fewer than three regions is left alone, as in HBase.
 */
export function planNormalisation(regions: readonly RegionSize[]): NormaliserAction[] {
  if (regions.length < REGIONS_MIN) return []
  const average = regions.reduce((sum, region) => sum + region.bytes, 0) / regions.length
  const actions: NormaliserAction[] = []
  for (let i = 0; i < regions.length; i++) {
    const { id, bytes } = regions[i]!
    const next = regions[i + 1]
    if (bytes > SPLIT_FACTOR * average) actions.push({ kind: 'split', regions: [id] })
    else if (next !== undefined && bytes + next.bytes < average) {
      actions.push({ kind: 'merge', regions: [id, next.id] })
      i++
    }
  }
  return actions
}
