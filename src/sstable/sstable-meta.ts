import { EMPTY } from '../util/bytes.js'
import type { SstableFrame } from './sstable-file.js'

/** What the manifest and the store keep of a file: plain values, fit for MessagePack. */
export interface SstableMeta {
  readonly fileId: number
  readonly tableId: number
  readonly familyId: number
  readonly bytes: number
  readonly blocks: number
  readonly rows: number
  readonly cells: number
  /** Cells that are Puts; the others are delete markers. */
  readonly puts: number
  /** Empty in a file without rows. */
  readonly firstRow: Uint8Array
  readonly lastRow: Uint8Array
  /** -Infinity when there are markers: a marker reaches back without limit. */
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly minSequence: number
  readonly maxSequence: number
  readonly hasMarkers: boolean
  /** Every block is flat: no markers, versions or TTLs anywhere. */
  readonly isFlat: boolean
}

export function metaOf(frame: SstableFrame): SstableMeta {
  const { header, footer, index } = frame
  const { summaries: blocks } = index
  const count = blocks.count
  let minTimestamp: number = Number.POSITIVE_INFINITY
  let maxTimestamp: number = Number.NEGATIVE_INFINITY
  let maxSequence = 0
  let hasMarkers = false
  let isFlat = true
  for (let i = 0; i < count; i++) {
    minTimestamp = Math.min(minTimestamp, blocks.minTimestamps[i]!)
    maxTimestamp = Math.max(maxTimestamp, blocks.maxTimestamps[i]!)
    maxSequence = Math.max(maxSequence, blocks.maxSequences[i]!)
    hasMarkers ||= blocks.hasMarkers(i)
    isFlat &&= blocks.isFlat(i)
  }
  return {
    ...header,
    bytes: footer.fileBytes,
    blocks: count,
    rows: index.rows,
    cells: index.cells,
    puts: index.puts,
    firstRow: count === 0 ? EMPTY : blocks.firstRow(0),
    lastRow: count === 0 ? EMPTY : blocks.lastRow(count - 1),
    minTimestamp,
    maxTimestamp,
    minSequence: index.minSequence,
    maxSequence,
    hasMarkers,
    isFlat,
  }
}
