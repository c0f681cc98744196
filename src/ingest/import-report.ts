/** What a run tells when it ends, and the exit code that a command ends with. */
import type { ErrorCode } from '../util/errors.js'
import type { ImportState } from './import-state.js'
import type { LookupCounts } from './pipeline.js'

export interface RejectedRow {
  /** `id 7` or `file flights.csv.gz, line 12`. */
  readonly place: string
  readonly stage: 'read' | 'transform' | 'write'
  readonly column: string | null
  readonly message: string
}

export interface ImportReport {
  readonly job: string
  readonly runId: string
  /** 'stopped': on request; the job can be resumed. */
  readonly status: 'done' | 'stopped'
  readonly source: string
  readonly table: string
  readonly created: boolean
  /** Counts of the whole import, all its runs together. */
  readonly rows: number
  readonly read: number
  readonly rejected: number
  readonly skipped: number
  /** Zero dates that became null. */
  readonly zeroDates: number
  readonly lookups: readonly LookupCounts[]
  /** Of this run alone. */
  readonly elapsedMs: number
  readonly rowsPerSecond: number
  /** How often the import was resumed. */
  readonly resumes: number
  readonly snapshot: 'kept' | 'lost' | 'none'
  readonly reconnects: number
  readonly quarantine: string | null
  /** The first few. */
  readonly rejectedRows: readonly RejectedRow[]
  /** Stamp of rows without event time, ms. */
  readonly timestamp: number
  readonly notes: readonly string[]
}

/** Of an import that needs no more run. */
export function reportOfDone({
  job,
  runId,
  source,
  spec,
  counts,
  lookups,
  resumes,
  timestamp,
}: ImportState): ImportReport {
  return {
    job,
    runId,
    status: 'done',
    source,
    table: spec.table,
    created: false,
    rows: counts.stored,
    read: counts.read,
    rejected: counts.rejected,
    skipped: counts.skipped,
    zeroDates: counts.zeroDates,
    lookups,
    elapsedMs: 0,
    rowsPerSecond: 0,
    resumes,
    snapshot: 'none',
    reconnects: 0,
    quarantine: spec.quarantine ?? null,
    rejectedRows: [],
    timestamp,
    notes: ['the import was done already'],
  }
}

export const IMPORT_EXIT_CODES = {
  ok: 0,
  usage: 1,
  source: 2,
  rejected: 3,
  verify: 4,
  stopped: 5,
  changed: 6,
  busy: 7,
  tooManyErrors: 8,
  internal: 70,
} as const

export function exitCodeOfReport({ status, rejected }: ImportReport): number {
  if (status === 'stopped') return IMPORT_EXIT_CODES.stopped
  return rejected > 0 ? IMPORT_EXIT_CODES.rejected : IMPORT_EXIT_CODES.ok
}

export function exitCodeOfError(code: ErrorCode): number {
  switch (code) {
    case 'SOURCE_UNREACHABLE':
    case 'SOURCE_DENIED':
      return IMPORT_EXIT_CODES.source
    case 'SOURCE_CHANGED':
      return IMPORT_EXIT_CODES.changed
    case 'JOB_BUSY':
    case 'LOCKED':
      return IMPORT_EXIT_CODES.busy
    case 'ROWS_REJECTED':
      return IMPORT_EXIT_CODES.tooManyErrors
    case 'ABORTED':
      return IMPORT_EXIT_CODES.stopped
    case 'INTERNAL':
    case 'IO_ERROR':
    case 'OUT_OF_DISK':
    case 'CORRUPTION':
    case 'POISONED':
      return IMPORT_EXIT_CODES.internal
    default:
      return IMPORT_EXIT_CODES.usage
  }
}
