/** Of splits and merges: what must hold of keys and files. */
import type { RegionDescriptor } from '../model/descriptor.js'
import { assert } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import type { FileDraft } from './file-draft.js'

function covers(whole: RegionDescriptor, low: RegionDescriptor, high: RegionDescriptor): boolean {
  return compareBytes(low.start, whole.start) === 0 && compareBytes(high.stop, whole.stop) === 0
}

/**
 * Of two regions that merge: a file that reaches over their border is in both. Else what one of them has compacted away would
 * come back through the other's file.
 */
export function checkBorder(files: FileDraft, low: RegionDescriptor, high: RegionDescriptor): void {
  const border = low.stop
  const lows = [...files.familiesOf(low.id).values()].flat()
  const highs = [...files.familiesOf(high.id).values()].flat()
  for (const id of lows) {
    const reaches = compareBytes(files.get(id).lastRow, border) >= 0
    assert(!reaches || highs.includes(id), `file ${id} lies in region ${low.id}`)
  }
  for (const id of highs) {
    const reaches = compareBytes(files.get(id).firstRow, border) < 0
    assert(!reaches || lows.includes(id), `file ${id} lies in region ${high.id}`)
  }
}

export function checkSplit(parent: RegionDescriptor, low: RegionDescriptor, high: RegionDescriptor): void {
  const key = low.stop
  assert(key.length > 0 && compareBytes(key, high.start) === 0, 'daughters meet at the split key')
  assert(covers(parent, low, high), 'daughters cover their parent')
  assert(compareBytes(parent.start, key) < 0, 'the split key is behind the start')
  assert(parent.stop.length === 0 || compareBytes(key, parent.stop) < 0, 'the split key is before the stop')
}

export function checkMerge(low: RegionDescriptor, high: RegionDescriptor, child: RegionDescriptor): void {
  assert(low.tableId === high.tableId, 'merged regions are of one table')
  const areNeighbours = low.stop.length > 0 && compareBytes(low.stop, high.start) === 0
  assert(areNeighbours, 'merged regions are neighbours, in order')
  assert(covers(child, low, high), 'the child covers both')
}
