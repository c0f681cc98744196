/** HBase's exploring compaction policy, pure. */

/** A file as the deciders see it; lists are oldest first. */
export interface FileFacts {
  readonly fileId: number
  readonly bytes: number
  readonly minTimestamp: number
  readonly maxTimestamp: number
}

export interface CompactionPolicyOptions {
  /** Files below this are always in ratio. HBase: the flush size. */
  readonly smallBytes: number
  /** A selection above is never made. */
  readonly selectionBytesMax: number
  readonly ratio: number
  readonly filesMin: number
  readonly filesMax: number
  /** From this many files on, writes outrun compaction: the cheapest selection is taken whatever its ratio. */
  readonly stuckFiles: number
}

export const COMPACTION_DEFAULTS: CompactionPolicyOptions = {
  smallBytes: 16 << 20,
  selectionBytesMax: Number.POSITIVE_INFINITY,
  ratio: 1.2,
  filesMin: 3,
  filesMax: 10,
  stuckFiles: 16,
}

/**
 * HBase's exploring policy: of all runs of neighbours the one that replaces most files, then the one of least bytes, where no
 * file is larger than `ratio` times the others together.
 */
export function exploringSelection(
  files: readonly FileFacts[],
  options: CompactionPolicyOptions,
): readonly FileFacts[] | null {
  const isStuck = files.length >= options.stuckFiles
  let best: readonly FileFacts[] | null = null
  let bestBytes = 0
  let smallest: readonly FileFacts[] | null = null
  let smallestBytes = Number.POSITIVE_INFINITY
  for (let start = 0; start < files.length; start++) {
    const last = Math.min(files.length, start + options.filesMax)
    for (let end = start + options.filesMin; end <= last; end++) {
      const run = files.slice(start, end)
      const bytes = totalBytes(run)
      if (bytes < smallestBytes) {
        smallest = run
        smallestBytes = bytes
      }
      if (bytes > options.selectionBytesMax) continue
      if (bytes >= options.smallBytes && !isInRatio(run, bytes, options.ratio)) continue
      if (best !== null && !isBetter(run.length, bytes, best.length, bestBytes, isStuck)) continue
      best = run
      bestBytes = bytes
    }
  }
  return best ?? (isStuck ? smallest : null)
}

/** Stuck: most files a byte, by a margin of 5 % so that earlier and smaller selections win. */
function isBetter(
  count: number,
  bytes: number,
  bestCount: number,
  bestBytes: number,
  isStuck: boolean,
): boolean {
  if (isStuck && bestBytes > 0 && bytes > 0) return count / bytes > (bestCount / bestBytes) * 1.05
  return count > bestCount || (count === bestCount && bytes < bestBytes)
}

function isInRatio(files: readonly FileFacts[], bytes: number, ratio: number): boolean {
  return files.length < 2 || files.every((file) => file.bytes <= (bytes - file.bytes) * ratio)
}

function totalBytes(files: readonly FileFacts[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}
