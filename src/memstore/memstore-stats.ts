import { CellType, type RowBlock, rowSequence } from '../model/row-block.js'

/** Bounds over all cells of a MemStore. */
export interface MemStoreStats {
  minTimestamp: number
  maxTimestamp: number
  minSequence: number
  maxSequence: number
  hasMarkers: boolean
}

export function emptyStats(): MemStoreStats {
  return {
    minTimestamp: Number.POSITIVE_INFINITY,
    maxTimestamp: Number.NEGATIVE_INFINITY,
    minSequence: Number.POSITIVE_INFINITY,
    maxSequence: 0,
    hasMarkers: false,
  }
}

/** Widens the bounds by rows of a block; null = all of it. */
export function widenStats(stats: MemStoreStats, block: RowBlock, rows: Uint32Array | null): void {
  if (rows === null) {
    stats.minTimestamp = Math.min(stats.minTimestamp, block.minTimestamp)
    stats.maxTimestamp = Math.max(stats.maxTimestamp, block.maxTimestamp)
    stats.maxSequence = Math.max(stats.maxSequence, block.maxSequence)
    stats.minSequence = Math.min(stats.minSequence, leastSequence(block))
    stats.hasMarkers ||= block.hasMarkers
    return
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (block.flat) {
      widenStamp(stats, block.timestamps[row]!, rowSequence(block, row))
      continue
    }
    for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) {
      widenStamp(stats, block.timestamps[cell]!, block.sequences?.[cell] ?? block.sequenceBase + row)
      if (block.types[cell] !== CellType.Put) stats.hasMarkers = true
    }
  }
}

function widenStamp(stats: MemStoreStats, timestamp: number, sequence: number): void {
  if (timestamp < stats.minTimestamp) stats.minTimestamp = timestamp
  if (timestamp > stats.maxTimestamp) stats.maxTimestamp = timestamp
  if (sequence < stats.minSequence) stats.minSequence = sequence
  if (sequence > stats.maxSequence) stats.maxSequence = sequence
}

function leastSequence(block: RowBlock): number {
  if (block.sequences === null) return block.rowCount === 0 ? Number.POSITIVE_INFINITY : block.sequenceBase
  const count = block.flat ? block.rowCount : block.rowStarts[block.rowCount]!
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < count; i++) if (block.sequences[i]! < least) least = block.sequences[i]!
  return least
}
