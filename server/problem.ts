/** Errors as RFC 9457 problem details. What a client may not see (paths, stacks) stays in the log. */
import { ERROR_CODES, type ErrorCode, HourbaseError } from 'hourbase'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly hint?: string
  readonly where?: Readonly<Record<string, string | number | boolean | null>>
}

export function problemOf(error: unknown, requestId: string): Problem {
  const known = toHourbaseError(error)
  const status = statusOf(error, known)
  const shown = status < 500 ? known : forStrangers(known)
  return {
    type: `urn:hourbase:error:${known.code}`,
    title: titleOf(known.code),
    status,
    detail: shown.message,
    instance: `urn:hourbase:request:${requestId}`,
    code: known.code,
    retryable: ERROR_CODES[known.code].retryable,
    ...(shown.hint === undefined ? {} : { hint: shown.hint }),
    ...(Object.keys(shown.where).length === 0 ? {} : { where: shown.where }),
  }
}

type Shown = Pick<HourbaseError, 'message' | 'hint' | 'where'>

/** Failures of the machine are for its owner; what is damaged may be known, but not where on the disk. */
function forStrangers(error: HourbaseError): Shown {
  if (['INTERNAL', 'IO_ERROR', 'OUT_OF_DISK'].includes(error.code)) {
    return { message: 'the server could not do it; its log says why', hint: undefined, where: {} }
  }
  const where = Object.entries(error.where).map(
    ([name, value]): [string, string | number | boolean | null] => {
      return [name, typeof value === 'string' ? withoutPaths(value) : value]
    },
  )
  const hint = error.hint === undefined ? undefined : withoutPaths(error.hint)
  return { message: withoutPaths(error.message), hint, where: Object.fromEntries(where) }
}

/** Fastify's own errors carry a status; everything unknown is ours to mend. */
export function toHourbaseError(error: unknown): HourbaseError {
  if (error instanceof HourbaseError) return error
  const { statusCode, message } = (error ?? {}) as { statusCode?: number; message?: string }
  const text = message ?? String(error)
  if (statusCode === 413)
    return new HourbaseError('LIMIT_EXCEEDED', 'the request body is too large', { cause: error })
  if (statusCode === 415) {
    return new HourbaseError('MEDIA_TYPE_UNSUPPORTED', 'a body must be JSON', {
      cause: error,
      hint: 'send the header Content-Type: application/json',
    })
  }
  if (statusCode === 404) return new HourbaseError('ROUTE_NOT_FOUND', text, { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new HourbaseError('INVALID_ARGUMENT', text, { cause: error })
  }
  return new HourbaseError('INTERNAL', text, { cause: error })
}

function statusOf(error: unknown, known: HourbaseError): number {
  const { statusCode } = (error ?? {}) as { statusCode?: number }
  const isClientError = known.code === 'INVALID_ARGUMENT' && statusCode !== undefined && statusCode < 500
  return isClientError ? statusCode : ERROR_CODES[known.code].status
}

/** `TABLE_NOT_FOUND` → `Table not found`. */
function titleOf(code: ErrorCode): string {
  return code[0]! + code.slice(1).toLowerCase().replaceAll('_', ' ')
}

/** A file's name helps, the directories above it are nobody's business. */
function withoutPaths(text: string): string {
  return text.replace(/(^|[\s'"(])(?:\/[^\s/'":]+)+\/([^\s/'":]+)/g, '$1$2')
}
