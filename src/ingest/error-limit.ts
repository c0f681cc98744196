/** How many rows may be rejected before an import gives up. */
import { HourbaseError } from '../util/errors.js'

export interface ErrorLimit {
  readonly rows: number
  /** Of the rows read; judged from PERCENT_ROWS_MIN rows on, and at the end. */
  readonly percent: number
}

const PERCENT_ROWS_MIN = 1_000

/** `10` or `'10'` or `'0.5%'`. @throws INVALID_ARGUMENT */
export function parseErrorLimit(value: number | string | undefined): ErrorLimit {
  const text = String(value ?? 0).trim()
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text)
  const number = Number(match?.[1])
  const isPercent = match?.[2] === '%'
  if (match === null || (isPercent ? number > 100 : !Number.isInteger(number))) {
    throw new HourbaseError('INVALID_ARGUMENT', `'${text}' is no limit for errors`, {
      hint: "give a number of rows, or a share such as '1%'",
    })
  }
  return isPercent ? { rows: Number.POSITIVE_INFINITY, percent: number } : { rows: number, percent: 100 }
}

export function isTooMany(limit: ErrorLimit, rejected: number, read: number, isEnd: boolean): boolean {
  if (rejected === 0) return false
  if (rejected > limit.rows) return true
  return limit.percent < 100 && (isEnd || read >= PERCENT_ROWS_MIN) && rejected * 100 > limit.percent * read
}
