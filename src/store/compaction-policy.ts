/** What to compact: pure deciders over the facts of a store's files. */
import type { FamilyDescriptor } from '../model/descriptor.js'
import { dateTieredCuts, dateTieredSelection } from './date-tiered-policy.js'
import {
  COMPACTION_DEFAULTS,
  type CompactionPolicyOptions,
  exploringSelection,
  type FileFacts,
} from './exploring-policy.js'

/** The files of a store's next compaction, or null when none is due. Expired files are another matter: see expiredFiles. */
export function selectCompaction(
  family: FamilyDescriptor,
  files: readonly FileFacts[],
  now: number,
  options: CompactionPolicyOptions = COMPACTION_DEFAULTS,
): readonly number[] | null {
  if (family.compaction === 'FIFO') return null
  const isTiered = family.compaction === 'DATE_TIERED'
  const chosen = isTiered ? dateTieredSelection(files, now, options) : exploringSelection(files, options)
  return chosen === null ? null : chosen.map((file) => file.fileId)
}

/**
 * Files of which every cell is past the family's TTL: they are dropped whole, without reading them. MIN_VERSIONS keeps them.
 * A file with a marker that reaches into the future lives until a compaction.
 */
export function expiredFiles(family: FamilyDescriptor, files: readonly FileFacts[], now: number): number[] {
  if (family.minVersions > 0) return []
  return files.filter((file) => file.maxTimestamp < now - family.ttlMs).map((file) => file.fileId)
}

/** Where a compaction of all files cuts its output: DATE_TIERED families at the bounds of their windows. */
export function majorCuts(
  family: FamilyDescriptor,
  files: readonly FileFacts[],
  now: number,
): readonly number[] {
  return family.compaction === 'DATE_TIERED' && files.length > 0 ? dateTieredCuts(files, now) : []
}
