import { assert } from '../util/assert.js'
import { CopiedMap } from './copied-map.js'
import type { ManifestState } from './manifest-state.js'

/** Ids of bulk loads that a retry is recognised by. */
export const LOAD_IDS_MAX = 4096

/** Of a state in the making: how far imports, loads and the WAL have come. */
export class ProgressDraft {
  readonly checkpoints: CopiedMap<string, Uint8Array>
  loadIds: ReadonlySet<string>
  walFloor: number
  walLast: number

  constructor(state: ManifestState) {
    this.checkpoints = new CopiedMap(state.checkpoints)
    this.loadIds = state.loadIds
    this.walFloor = state.walFloor
    this.walLast = state.walLast
  }

  addLoad(id: string): void {
    assert(!this.loadIds.has(id), `load ${id} is new`)
    this.loadIds = new Set([...this.loadIds, id].slice(-LOAD_IDS_MAX))
  }

  moveWal(floor: number, last: number): void {
    assert(floor >= this.walFloor && last >= this.walLast && last >= floor, 'WAL bounds do not go back')
    this.walFloor = floor
    this.walLast = last
  }
}
