/**
 * Every error Hourbase throws on purpose is a HourbaseError with a stable `code`.
 * The message says what is wrong and where; `hint` says how to mend it. docs/errors.md lists every code.
 */
export const ERROR_CODES = {
  // the caller's mistake
  INVALID_ARGUMENT: { status: 400, retryable: false },
  TABLE_NOT_FOUND: { status: 404, retryable: false },
  TABLE_EXISTS: { status: 409, retryable: false },
  FAMILY_NOT_FOUND: { status: 404, retryable: false },
  COLUMN_NOT_FOUND: { status: 404, retryable: false },
  ROW_INVALID: { status: 400, retryable: false },
  VALUE_INVALID: { status: 400, retryable: false },
  EXPIRED_WRITE: { status: 400, retryable: false },
  TYPE_CONFLICT: { status: 409, retryable: false },
  READ_ONLY: { status: 409, retryable: false },
  TABLE_DISABLED: { status: 409, retryable: false },
  QUOTA_EXCEEDED: { status: 507, retryable: false },
  NAMESPACE_NOT_FOUND: { status: 404, retryable: false },
  NAMESPACE_EXISTS: { status: 409, retryable: false },
  SNAPSHOT_NOT_FOUND: { status: 404, retryable: false },
  SNAPSHOT_EXISTS: { status: 409, retryable: false },
  LIMIT_EXCEEDED: { status: 413, retryable: false },
  ABORTED: { status: 499, retryable: true },
  UNAUTHORIZED: { status: 401, retryable: false },
  // the state of the store
  CLOSED: { status: 503, retryable: false },
  LOCKED: { status: 409, retryable: true },
  BUSY: { status: 503, retryable: true },
  POISONED: { status: 503, retryable: false },
  OUT_OF_DISK: { status: 507, retryable: true },
  IO_ERROR: { status: 500, retryable: false },
  CORRUPTION: { status: 500, retryable: false },
  FORMAT_UNKNOWN: { status: 500, retryable: false },
  // import and export
  SOURCE_UNREACHABLE: { status: 502, retryable: true },
  SOURCE_DENIED: { status: 502, retryable: false },
  SOURCE_INVALID: { status: 400, retryable: false },
  SOURCE_CHANGED: { status: 409, retryable: false },
  ROWS_REJECTED: { status: 422, retryable: false },
  JOB_BUSY: { status: 409, retryable: true },
  JOB_NOT_FOUND: { status: 404, retryable: false },
  // the HTTP door
  ROUTE_NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  NOT_ACCEPTABLE: { status: 406, retryable: false },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, retryable: false },
  HOST_REFUSED: { status: 403, retryable: false },
  TIMEOUT: { status: 504, retryable: true },
  INTERNAL: { status: 500, retryable: false },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export interface ErrorDetails {
  /** How to mend it: the next step for the person who reads this. */
  readonly hint?: string
  readonly cause?: unknown
  /** What it is about: table, family, column, row index, file, offset, pid … (plain JSON values). */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
}

export class HourbaseError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly where: Readonly<Record<string, string | number | boolean | null>>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = code === 'ABORTED' ? 'AbortError' : 'HourbaseError'
    this.code = code
    this.hint = details.hint
    this.where = details.where ?? {}
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }

  get status(): number {
    return ERROR_CODES[this.code].status
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, hint: this.hint, where: this.where }
  }
}

export function isHourbaseError(error: unknown, code?: ErrorCode): error is HourbaseError {
  return error instanceof HourbaseError && (code === undefined || error.code === code)
}
