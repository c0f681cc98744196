import { type ErrorCode, HourbaseError } from 'hourbase'
import { MissingDatabase } from './cli-context.js'

/** docs/cli.md has this table; import and resume have their own. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  locked: 5,
  corruption: 6,
  interrupted: 130,
} as const

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: EXIT.usage,
  ROW_INVALID: EXIT.usage,
  VALUE_INVALID: EXIT.usage,
  TABLE_NOT_FOUND: EXIT.notFound,
  FAMILY_NOT_FOUND: EXIT.notFound,
  COLUMN_NOT_FOUND: EXIT.notFound,
  JOB_NOT_FOUND: EXIT.notFound,
  NAMESPACE_NOT_FOUND: EXIT.notFound,
  SNAPSHOT_NOT_FOUND: EXIT.notFound,
  LOCKED: EXIT.locked,
  BUSY: EXIT.locked,
  CLOSED: EXIT.locked,
  POISONED: EXIT.locked,
  JOB_BUSY: EXIT.locked,
  CORRUPTION: EXIT.corruption,
  FORMAT_UNKNOWN: EXIT.corruption,
  ABORTED: EXIT.interrupted,
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof MissingDatabase) return EXIT.notFound
  return error instanceof HourbaseError ? (BY_CODE[error.code] ?? EXIT.failure) : EXIT.failure
}
