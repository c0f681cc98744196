import { HourbaseError } from './errors.js'

/** A broken invariant is a bug of ours, never of the caller: it is reported as INTERNAL. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new HourbaseError('INTERNAL', `invariant broken: ${message}`)
}

export function assertNever(value: never): never {
  throw new HourbaseError('INTERNAL', `unreachable: ${String(value)}`)
}
