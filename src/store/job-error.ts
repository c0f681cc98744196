/** Errors on their way from the worker: code, hint and place survive, so that callers tell a full disk from a damaged file. */
import { type ErrorCode, HourbaseError } from '../util/errors.js'

export interface JobError {
  /** Null: not one of ours. */
  readonly code: ErrorCode | null
  readonly message: string
  readonly hint: string | null
  readonly where: HourbaseError['where']
  readonly stack: string
}

export function encodeError(error: unknown): JobError {
  if (error instanceof HourbaseError) {
    const { code, message, hint, where, stack } = error
    return { code, message, hint: hint ?? null, where, stack: stack ?? '' }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: null, message, hint: null, where: {}, stack: stack ?? '' }
}

export function decodeError(error: JobError): Error {
  const { code, message, hint, where, stack } = error
  const cause = new Error(message)
  cause.stack = stack
  return new HourbaseError(code ?? 'INTERNAL', message, { where, cause, ...(hint === null ? {} : { hint }) })
}
