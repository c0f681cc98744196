import type { RowBlock } from './row-block.js'

/**
 * Rows on which all families agree. Row i (0 ≤ i < count) has its key at row keyFrom + i of keyBlock, and its cells of
 * family f (by index in TableDescriptor.families) at row froms[f] + i of blocks[f], or none where blocks[f] is null.
 * The same object is reused by its cursor: read it before the next call.
 */
export interface AlignedRun {
  count: number
  keyBlock: RowBlock
  keyFrom: number
  blocks: (RowBlock | null)[]
  froms: number[]
}
