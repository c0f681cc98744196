import { HourbaseError } from '../util/errors.js'

const GRAMMAR = "a condition reads like: temp < 0 and station = 'JFK'; the whole grammar is in docs/where.md"

/** How much of a long expression is shown around the place. */
const SHOWN_BEFORE = 60
const SHOWN_AFTER = 40

/** An error at a position of a where expression, with a caret under it. */
export function whereError(text: string, at: number, message: string, hint: string = GRAMMAR): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `where: ${message}\n${caret(text, at)}`, {
    where: { where: text, position: at },
    hint,
  })
}

/** Two lines: the expression (on one line, cut where it is long) and a caret under position `at`. */
export function caret(text: string, at: number): string {
  const from = Math.max(0, at - SHOWN_BEFORE)
  const to = Math.min(text.length, at + SHOWN_AFTER)
  const before = `${from > 0 ? '…' : ''}${text.slice(from, at)}`
  const shown = `${before}${text.slice(at, to)}${to < text.length ? '…' : ''}`.replaceAll(/\s/g, ' ')
  return `  ${shown}\n  ${' '.repeat(before.length)}^`
}
