/** The narrowest value type that holds every text of a column, for CSV files whose types nobody has told. */
import { parseInstant } from '../model/datetime.js'

const INTEGER = /^-?(?:0|[1-9]\d*)$/
/** No leading zeros: `007` is a code, not a number. */
const NUMBER = /^[+-]?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/
const DAY = /^\d{4}-\d\d-\d\d$/
const INT_MAX = 2 ** 31
const SAFE_DIGITS = 15

type Guess = 'int' | 'long' | 'double' | 'day' | 'datetime' | 'boolean'

export class TypeGuess {
  #guess: Guess | 'string' | null = null

  add(text: string): void {
    if (this.#guess === 'string') return
    const kind = kindOf(text)
    if (this.#guess === null || this.#guess === kind) this.#guess = kind
    else this.#guess = widest(this.#guess, kind)
  }

  /** A column without any value is text. */
  get type(): string {
    return this.#guess ?? 'string'
  }
}

const NUMERIC = ['int', 'long', 'double']

function widest(a: string, b: string): Guess | 'string' {
  const rank = Math.max(NUMERIC.indexOf(a), NUMERIC.indexOf(b))
  return NUMERIC.includes(a) && NUMERIC.includes(b) ? (NUMERIC[rank] as Guess) : 'string'
}

function kindOf(text: string): Guess | 'string' {
  if (INTEGER.test(text)) {
    if (text.length > SAFE_DIGITS + 4) return 'string'
    const number = Number(text)
    return number >= -INT_MAX && number < INT_MAX ? 'int' : 'long'
  }
  if (NUMBER.test(text) && /\d/.test(text)) return 'double'
  if (DAY.test(text)) return typeof parseInstant(text) === 'string' ? 'string' : 'day'
  if (text === 'true' || text === 'false') return 'boolean'
  return text.length >= 17 && typeof parseInstant(text) !== 'string' ? 'datetime' : 'string'
}
