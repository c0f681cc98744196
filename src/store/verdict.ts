/** What a decider says of a cell: kept, or why not. A compaction counts its verdicts. */
export const Verdict = {
  Kept: 0,
  /** Past the family's or its own TTL. */
  Expired: 1,
  /** Hidden by a marker. */
  Masked: 2,
  /** Beyond VERSIONS. */
  Surplus: 3,
  /** Written again with the same column, timestamp and kind. */
  Overwritten: 4,
  /** A marker that has nothing left to hide. */
  Marker: 5,
  /** Reads only: outside the time range, or a marker itself. */
  NotAsked: 6,
} as const
export const VERDICTS = 7

/** Cells by verdict. */
export type VerdictCounts = Float64Array
