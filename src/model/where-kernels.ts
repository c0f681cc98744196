/**
 * The loops of a where expression: one value a row into a mask of TRUE, FALSE and UNKNOWN (SQL's three-valued logic).
 * A loop fills all rows first; rows without a value are made UNKNOWN afterwards.
 */
import { compareTexts, type RunVector, textAt } from './run-vector.js'
import type { NumberTest, SlotOp } from './where-bound.js'

export const FALSE = 0
export const TRUE = 1
export const UNKNOWN = 2

export function markUnknown(vector: RunVector, count: number, mask: Uint8Array): void {
  const { valid, validAt } = vector
  if (valid === null) return
  for (let i = 0; i < count; i++) if (valid[validAt + i] === 0) mask[i] = UNKNOWN
}

export function testNull(vector: RunVector, count: number, mask: Uint8Array): void {
  const { valid, validAt } = vector
  if (valid === null) mask.fill(FALSE, 0, count)
  else for (let i = 0; i < count; i++) mask[i] = valid[validAt + i] === 0 ? TRUE : FALSE
}

/** NaN is greater than every number: `>` and `>=` are the negations of `<=` and `<`, which NaN fails. */
export function testNumbers(
  op: SlotOp,
  values: Float64Array,
  at: number,
  bound: number,
  count: number,
  mask: Uint8Array,
): void {
  switch (op) {
    case '=':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! === bound ? TRUE : FALSE
      return
    case '!=':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! === bound ? FALSE : TRUE
      return
    case '<':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! < bound ? TRUE : FALSE
      return
    case '<=':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! <= bound ? TRUE : FALSE
      return
    case '>':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! <= bound ? FALSE : TRUE
      return
    case '>=':
      for (let i = 0; i < count; i++) mask[i] = values[at + i]! < bound ? FALSE : TRUE
      return
    case 'nan':
      for (let i = 0; i < count; i++) mask[i] = Number.isNaN(values[at + i]!) ? TRUE : FALSE
      return
    case 'not nan':
      for (let i = 0; i < count; i++) mask[i] = Number.isNaN(values[at + i]!) ? FALSE : TRUE
      return
    default:
      mask.fill(op === 'always' ? TRUE : FALSE, 0, count)
  }
}

export function testBigints(
  test: NumberTest,
  values: readonly bigint[],
  count: number,
  mask: Uint8Array,
): void {
  for (let i = 0; i < count; i++) mask[i] = holds(test.op, values[i]!, test.bigint) ? TRUE : FALSE
}

/** `a op b`; both numbers or bigints in any mix, or both texts of one type. */
export function holds<T extends number | bigint | string>(op: SlotOp, a: T, b: T): boolean {
  switch (op) {
    case '=':
      return compareSlots(a, b) === 0
    case '!=':
      return compareSlots(a, b) !== 0
    case '<':
      return compareSlots(a, b) < 0
    case '<=':
      return compareSlots(a, b) <= 0
    case '>':
      return compareSlots(a, b) > 0
    case '>=':
      return compareSlots(a, b) >= 0
    default:
      return op === 'always'
  }
}

/** The order of all slots of one type: numbers and bigints by value with NaN last, texts by code point. */
export function compareSlots(a: number | bigint | string, b: number | bigint | string): number {
  if (typeof a === 'string' || typeof b === 'string')
    return a === b ? 0 : compareTexts(a as string, b as string)
  if (a < b) return -1
  if (a > b) return 1
  const isNaNA = Number.isNaN(a)
  const isNaNB = Number.isNaN(b)
  return isNaNA === isNaNB ? 0 : isNaNA ? 1 : -1
}

/** Answers a test of texts once for each entry that several rows share. */
export class TextTest {
  readonly #test: (text: string) => boolean
  #texts: unknown = null
  #answers: Uint8Array = new Uint8Array(0)

  constructor(test: (text: string) => boolean) {
    this.#test = test
  }

  run(vector: RunVector, count: number, mask: Uint8Array): void {
    const { codes, at, texts, valid, validAt } = vector
    if (codes.length === 0) {
      for (let i = 0; i < count; i++) {
        if (valid === null || valid[validAt + i] === 1) mask[i] = this.#test(textAt(vector, i)) ? TRUE : FALSE
      }
      return
    }
    if (texts !== this.#texts) {
      this.#texts = texts
      this.#answers.fill(UNKNOWN)
    }
    for (let i = 0; i < count; i++) {
      if (valid !== null && valid[validAt + i] === 0) continue
      const entry = codes[at + i]!
      if (entry >= this.#answers.length) this.#grow(entry)
      let answer = this.#answers[entry]!
      if (answer === UNKNOWN) {
        answer = this.#test(texts.at(entry)) ? TRUE : FALSE
        this.#answers[entry] = answer
      }
      mask[i] = answer
    }
  }

  #grow(entry: number): void {
    const next = new Uint8Array((entry + 1) * 2).fill(UNKNOWN)
    next.set(this.#answers)
    this.#answers = next
  }
}

export function negateMask(mask: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = mask[i]!
    if (value !== UNKNOWN) mask[i] = 1 - value
  }
}

/** FALSE wins, then UNKNOWN. */
export function andMasks(mask: Uint8Array, other: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const a = mask[i]!
    const b = other[i]!
    mask[i] = a === FALSE || b === FALSE ? FALSE : a | b
  }
}

/** TRUE wins, then UNKNOWN. */
export function orMasks(mask: Uint8Array, other: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const a = mask[i]!
    const b = other[i]!
    mask[i] = a === TRUE || b === TRUE ? TRUE : a | b
  }
}
