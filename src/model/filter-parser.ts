/**
 * The filter string language: `PrefixFilter('a') AND (SKIP ValueFilter(!=, 'binary:0') OR …)`. OR binds loosest, then AND,
 * then SKIP and WHILE; a run of ANDs or ORs is one list. Works on bytes, held as latin1 text, as HBase does.
 */
import { utf8 } from '../util/bytes.js'
import { filterFromArguments } from './filter-arguments.js'
import { filterInvalid } from './filter-fields.js'
import type { FilterSpec } from './filter-spec.js'

type Operator = '(' | 'OR' | 'AND' | 'SKIP' | 'WHILE'

const LOOSENESS: Readonly<Record<string, number>> = { SKIP: 1, WHILE: 1, AND: 2, OR: 3 }

/** @throws INVALID_ARGUMENT with the place of the mistake. */
export function parseFilter(string: string | Uint8Array): FilterSpec {
  const bytes = typeof string === 'string' ? utf8(string) : string
  return new FilterParser(Buffer.from(bytes).toString('latin1')).parse()
}

class FilterParser {
  readonly #text: string
  readonly #operators: Operator[] = []
  readonly #filters: FilterSpec[] = []

  constructor(text: string) {
    this.#text = text
  }

  parse(): FilterSpec {
    const text = this.#text
    for (let at = 0; at < text.length; ) {
      const keyword = this.#keywordAt(at)
      if (text[at] === ' ') at++
      else if (text[at] === '(') {
        this.#operators.push('(')
        at++
      } else if (text[at] === ')') {
        this.#closeGroup(at)
        at++
      } else if (keyword !== null) {
        this.#reduce(keyword)
        this.#operators.push(keyword)
        at += keyword.length
      } else {
        const end = this.#endOfFilter(at)
        this.#filters.push(filterFromArguments(text.slice(at, end), at))
        at = end
      }
    }
    while (this.#operators.length > 0) this.#apply()
    const [filter, ...more] = this.#filters
    if (filter === undefined) throw filterInvalid('the filter string holds no filter')
    if (more.length > 0) throw filterInvalid('two filters stand side by side', 'join them by AND or OR')
    return filter
  }

  /** A keyword counts where spaces or parentheses stand around it; AND and OR never at the beginning. */
  #keywordAt(at: number): Exclude<Operator, '('> | null {
    const before = at === 0 ? '' : this.#text[at - 1]!
    for (const keyword of ['OR', 'AND', 'SKIP', 'WHILE'] as const) {
      if (!this.#text.startsWith(keyword, at)) continue
      const after = this.#text[at + keyword.length]
      const isUnary = keyword === 'SKIP' || keyword === 'WHILE'
      const begins = before === ' ' || before === ')' || (isUnary && (before === '' || before === '('))
      if (begins && (after === ' ' || after === '(')) return keyword
    }
    return null
  }

  /** The end of `Name(…)` that begins at `at`: behind the first closing parenthesis outside quotes. */
  #endOfFilter(at: number): number {
    const text = this.#text
    let quoted = false
    for (let i = at; i < text.length; i++) {
      if (text[i] === "'") {
        if (text[i + 1] === "'") i++
        else quoted = !quoted
      } else if (text[i] === ')' && !quoted) return i + 1
    }
    throw filterInvalid(
      `'${text.slice(at, at + 30)}' at position ${at} has no end`,
      quoted
        ? 'a quote is open'
        : "a filter is written Name(arguments), also without arguments: 'KeyOnlyFilter()'",
    )
  }

  #closeGroup(at: number): void {
    for (;;) {
      const top = this.#operators.at(-1)
      if (top === undefined) throw filterInvalid(`the ')' at position ${at} closes nothing`)
      if (top === '(') break
      this.#apply()
    }
    this.#operators.pop()
  }

  #reduce(operator: Operator): void {
    for (;;) {
      const top = this.#operators.at(-1)
      if (top === undefined || top === '(' || LOOSENESS[top]! >= LOOSENESS[operator]!) return
      this.#apply()
    }
  }

  /** Applies the operator on top, AND and OR together with all of their kind below it. An open '(' is forgiven. */
  #apply(): void {
    const top = this.#operators.at(-1)!
    if (top === '(') {
      this.#operators.pop()
      this.#filters.push(this.#popFilter(top))
    } else if (top === 'SKIP' || top === 'WHILE') {
      const filter = this.#popFilter(this.#operators.pop()!)
      this.#filters.push({ name: top === 'SKIP' ? 'SkipFilter' : 'WhileMatchFilter', filter })
    } else {
      const filters = [this.#popFilter(top)]
      while (this.#operators.at(-1) === top) {
        this.#operators.pop()
        filters.unshift(this.#popFilter(top))
      }
      const operator = top === 'AND' ? 'MUST_PASS_ALL' : 'MUST_PASS_ONE'
      this.#filters.push({ name: 'FilterList', operator, filters })
    }
  }

  #popFilter(operator: Operator): FilterSpec {
    const filter = this.#filters.pop()
    if (filter !== undefined) return filter
    throw filterInvalid(
      `'${operator}' lacks a filter`,
      'AND and OR stand between two filters, SKIP and WHILE before one',
    )
  }
}
