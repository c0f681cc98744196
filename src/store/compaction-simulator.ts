/** What a compaction policy costs, without writing anything: flushes of equal size, and the policy's own choices after each. Pure. */
import type { FamilyDescriptor } from '../model/descriptor.js'
import { selectCompaction } from './compaction-policy.js'
import type { FileFacts } from './exploring-policy.js'

export interface SimulationInput {
  readonly policy: FamilyDescriptor['compaction']
  readonly flushBytes: number
  readonly flushes: number
  /** Time between two flushes, ms: what date-tiered windows go by. */
  readonly flushEveryMs: number
  /** Of a compaction's input bytes, what it writes: 1 = nothing is overwritten or deleted. */
  readonly keptShare: number
}

export interface SimulationReport {
  readonly flushedBytes: number
  readonly compactedBytes: number
  readonly compactions: number
  /** Bytes written for each byte flushed, the flush included. */
  readonly writeAmplification: number
  readonly filesMax: number
  readonly filesAtEnd: number
}

/** O(flushes × files²), as the policy is. */
export function simulateCompactions(input: SimulationInput): SimulationReport {
  const { flushBytes, flushes, flushEveryMs, keptShare } = input
  const family = { compaction: input.policy } as FamilyDescriptor
  let files: FileFacts[] = []
  let nextId = 1
  let compactedBytes = 0
  let compactions = 0
  let filesMax = 0
  for (let flush = 1; flush <= flushes; flush++) {
    const now = flush * flushEveryMs
    const fresh = { fileId: nextId++, bytes: flushBytes, minTimestamp: now - flushEveryMs, maxTimestamp: now }
    files = [...files, fresh]
    filesMax = Math.max(filesMax, files.length)
    for (;;) {
      const chosen = selectCompaction(family, files, now)
      if (chosen === null) break
      const merged = mergedFile(files, chosen, nextId++, keptShare)
      const at = files.findIndex(({ fileId }) => chosen.includes(fileId))
      files = files.filter(({ fileId }) => !chosen.includes(fileId)).toSpliced(at, 0, merged)
      compactedBytes += merged.bytes
      compactions++
    }
  }
  const flushedBytes = flushBytes * flushes
  return {
    flushedBytes,
    compactedBytes,
    compactions,
    writeAmplification: flushedBytes === 0 ? 1 : (flushedBytes + compactedBytes) / flushedBytes,
    filesMax,
    filesAtEnd: files.length,
  }
}

function mergedFile(
  files: readonly FileFacts[],
  chosen: readonly number[],
  fileId: number,
  keptShare: number,
): FileFacts {
  const inputs = files.filter((file) => chosen.includes(file.fileId))
  return {
    fileId,
    bytes: Math.ceil(inputs.reduce((sum, { bytes }) => sum + bytes, 0) * keptShare),
    minTimestamp: Math.min(...inputs.map(({ minTimestamp }) => minTimestamp)),
    maxTimestamp: Math.max(...inputs.map(({ maxTimestamp }) => maxTimestamp)),
  }
}
