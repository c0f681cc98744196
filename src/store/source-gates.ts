/** Which sources and blocks a read may leave out. A gate must never change an answer: the rules on time are here, in one place. */
import type { FamilyDescriptor } from '../model/descriptor.js'
import type { ScanRange } from '../model/scan-range.js'
import { compareBytes } from '../util/bytes.js'

export interface TimeInterval {
  /** Inclusive. */
  readonly min: number
  /** Exclusive. */
  readonly max: number
}

export const ALL_TIME: TimeInterval = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }

export interface TimeGateInput {
  readonly timeRange: TimeInterval
  readonly raw: boolean
  /** Timestamps below are past the family's TTL; -Infinity without one. */
  readonly oldestUnexpired: number
  readonly stampsFollowKey: boolean
}

/**
 * The timestamps that can bear on the answer; a source or block without any may be left out.
 * What is older than the range never bears on it: older versions displace nothing, older markers hide only what is older.
 * What is newer does in a NEW_VERSION_BEHAVIOR family, where versions are counted before the range is applied: unless all
 * versions of a row share one timestamp, or any number of them is kept. Markers are looked at apart: see mayBear.
 */
export function timeGate(family: FamilyDescriptor, input: TimeGateInput): TimeInterval {
  const expires = family.minVersions <= 0 && !input.raw
  const min = expires ? Math.max(input.timeRange.min, input.oldestUnexpired) : input.timeRange.min
  const isDisplaced =
    family.newVersionBehavior &&
    !input.raw &&
    !input.stampsFollowKey &&
    family.versions !== Number.POSITIVE_INFINITY
  return { min, max: isDisplaced ? Number.POSITIVE_INFINITY : input.timeRange.max }
}

/** Whether a source may bear on the answer. A marker newer than the range hides what lies in it. */
export function mayBear(
  gate: TimeInterval,
  source: { readonly minTimestamp: number; readonly maxTimestamp: number; readonly hasMarkers: boolean },
): boolean {
  return source.maxTimestamp >= gate.min && (source.hasMarkers || source.minTimestamp < gate.max)
}

/** Whether rows [firstRow, lastRow] meet the range. */
export function meetsRange(range: ScanRange, firstRow: Uint8Array, lastRow: Uint8Array): boolean {
  if (range.stop.length > 0 && compareBytes(firstRow, range.stop) >= 0) return false
  return compareBytes(lastRow, range.start) >= 0
}
