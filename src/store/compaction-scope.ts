/** What a compaction of some sources may conclude from what it does not see. Pure. */
import type { FamilyDescriptor } from '../model/descriptor.js'

/** The sequences of an SSTable or MemStore. */
export interface SequenceSpan {
  readonly minSequence: number
  readonly maxSequence: number
}

export interface CompactionScope {
  readonly dropsMarkers: boolean
  readonly contiguous: boolean
}

/**
 * `otherFiles`: the store's files that stay. `memstores`: what is not flushed yet.
 * Raw families drop markers when all files take part, as HBase does, whatever the MemStores hold; new-version families when
 * all that stays outside was written later.
 */
export function compactionScope(
  family: FamilyDescriptor,
  inputs: readonly SequenceSpan[],
  otherFiles: readonly SequenceSpan[],
  memstores: readonly SequenceSpan[],
): CompactionScope {
  const first = inputs.reduce(
    (least, { minSequence }) => Math.min(least, minSequence),
    Number.POSITIVE_INFINITY,
  )
  const last = inputs.reduce((most, { maxSequence }) => Math.max(most, maxSequence), Number.NEGATIVE_INFINITY)
  const outside = [...otherFiles, ...memstores]
  const isOldest = outside.every(({ minSequence }) => minSequence > last)
  return {
    dropsMarkers: family.newVersionBehavior ? isOldest : otherFiles.length === 0,
    contiguous: outside.every(({ minSequence, maxSequence }) => minSequence > last || maxSequence < first),
  }
}
