/** Where expressions → tree. Grammar: docs/where.md. */
import { whereError } from './where-error.js'
import { type Token, whereTokens } from './where-lexer.js'

export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>='

export interface NameOperand {
  readonly kind: 'name'
  readonly name: string
  readonly at: number
}
export interface LiteralOperand {
  readonly kind: 'number' | 'string' | 'boolean' | 'nan'
  readonly text: string
  readonly at: number
}
export type Operand = NameOperand | LiteralOperand

export type WhereNode =
  | { readonly kind: 'and' | 'or'; readonly left: WhereNode; readonly right: WhereNode }
  | { readonly kind: 'not'; readonly child: WhereNode }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: NameOperand; readonly right: Operand }
  | { readonly kind: 'null'; readonly name: NameOperand }
  | { readonly kind: 'in'; readonly name: NameOperand; readonly list: readonly LiteralOperand[] }
  | { readonly kind: 'prefix'; readonly name: NameOperand; readonly prefix: LiteralOperand }
  | { readonly kind: 'truth'; readonly name: NameOperand }

const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}
/** Deeper nesting than any person writes, shallower than any stack. */
const DEPTH_MAX = 200

export function parseWhere(text: string): WhereNode {
  const parser = new WhereParser(text)
  return parser.parse()
}

class WhereParser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = whereTokens(text)
  }

  parse(): WhereNode {
    const node = this.#or()
    const token = this.#peek()
    if (token.kind !== 'end')
      throw this.#error(token, `unexpected ${shown(token)}`, "conditions are joined by 'and' or 'or'")
    return node
  }

  #or(): WhereNode {
    let left = this.#and()
    while (this.#takeKeyword('or')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): WhereNode {
    let left = this.#not()
    while (this.#takeKeyword('and')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): WhereNode {
    const token = this.#peek()
    if (++this.#depth > DEPTH_MAX) throw this.#error(token, `nested deeper than ${DEPTH_MAX} levels`)
    let node: WhereNode
    if (this.#takeKeyword('not')) {
      node = { kind: 'not', child: this.#not() }
    } else if (this.#takeSymbol('(')) {
      node = this.#or()
      this.#expectSymbol(')')
    } else {
      node = this.#condition()
    }
    this.#depth--
    return node
  }

  #condition(): WhereNode {
    const left = this.#operand('a column')
    const token = this.#peek()
    if (token.kind === 'symbol' && token.text in FLIPPED)
      return this.#comparison(left, token.text as CompareOp)
    if (left.kind !== 'name') throw this.#error(token, `a comparison must follow ${written(left)}`)
    if (this.#takeKeyword('is')) {
      const negated = this.#takeKeyword('not')
      this.#expectKeyword('null')
      return negate(negated, { kind: 'null', name: left })
    }
    const negated = this.#takeKeyword('not')
    if (this.#takeKeyword('in')) return negate(negated, { kind: 'in', name: left, list: this.#list() })
    if (this.#takeKeyword('between')) return negate(negated, this.#between(left))
    if (this.#takeKeyword('like')) return negate(negated, this.#like(left))
    if (this.#takeKeyword('starts')) {
      this.#expectKeyword('with')
      return negate(negated, { kind: 'prefix', name: left, prefix: this.#string() })
    }
    if (negated) throw this.#error(this.#peek(), "'not' is followed by in, between, like or starts with here")
    return { kind: 'truth', name: left }
  }

  #comparison(left: Operand, op: CompareOp): WhereNode {
    this.#next++
    const right = this.#operand('a value or a column')
    if (left.kind === 'name') return { kind: 'compare', op, left, right }
    if (right.kind === 'name') return { kind: 'compare', op: FLIPPED[op], left: right, right: left }
    throw whereError(this.#text, left.at, 'a comparison needs a column')
  }

  #between(name: NameOperand): WhereNode {
    const low = this.#operand('a value or a column')
    this.#expectKeyword('and')
    const high = this.#operand('a value or a column')
    const from: WhereNode = { kind: 'compare', op: '>=', left: name, right: low }
    return { kind: 'and', left: from, right: { kind: 'compare', op: '<=', left: name, right: high } }
  }

  #like(name: NameOperand): WhereNode {
    const pattern = this.#string()
    const prefix = pattern.text.replace(/%$/, '')
    if (/[%_]/.test(prefix)) {
      throw whereError(this.#text, pattern.at, 'like knows one % at the end only', "such as name like 'N1%'")
    }
    if (prefix === pattern.text) return { kind: 'compare', op: '=', left: name, right: pattern }
    return { kind: 'prefix', name, prefix: { ...pattern, text: prefix } }
  }

  #list(): LiteralOperand[] {
    this.#expectSymbol('(')
    const list: LiteralOperand[] = []
    do {
      const operand = this.#operand('a value')
      if (operand.kind === 'name') throw whereError(this.#text, operand.at, 'a list holds values, no columns')
      list.push(operand)
    } while (this.#takeSymbol(','))
    this.#expectSymbol(')')
    return list
  }

  #string(): LiteralOperand {
    const token = this.#peek()
    if (token.kind !== 'string') throw this.#error(token, `expected a 'text', found ${shown(token)}`)
    this.#next++
    return { kind: 'string', text: token.text, at: token.at }
  }

  #operand(wanted: string): Operand {
    const token = this.#peek()
    const { kind, text, at } = token
    if (kind === 'name') {
      this.#next++
      return { kind, name: text, at }
    }
    if (kind === 'number' || kind === 'string') {
      this.#next++
      return { kind, text, at }
    }
    if (kind === 'keyword' && (text === 'true' || text === 'false' || text === 'nan')) {
      this.#next++
      return { kind: text === 'nan' ? 'nan' : 'boolean', text, at }
    }
    if (kind === 'keyword' && text === 'null') {
      throw this.#error(token, 'nothing is equal to null', "write 'is null' or 'is not null'")
    }
    const hint = kind === 'keyword' ? `a column of this name stands in double quotes: "${text}"` : undefined
    throw this.#error(token, `expected ${wanted}, found ${shown(token)}`, hint)
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }

  #takeKeyword(word: string): boolean {
    return this.#take('keyword', word)
  }

  #takeSymbol(symbol: string): boolean {
    return this.#take('symbol', symbol)
  }

  #take(kind: 'keyword' | 'symbol', text: string): boolean {
    const token = this.#peek()
    const isIt = token.kind === kind && token.text === text
    if (isIt) this.#next++
    return isIt
  }

  #expectKeyword(word: string): void {
    if (!this.#takeKeyword(word))
      throw this.#error(this.#peek(), `expected '${word}', found ${shown(this.#peek())}`)
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol))
      throw this.#error(this.#peek(), `expected '${symbol}', found ${shown(this.#peek())}`)
  }

  #error(token: Token, message: string, hint?: string): Error {
    return whereError(this.#text, token.at, message, hint)
  }
}

function written(literal: LiteralOperand): string {
  return literal.kind === 'string' ? `'${literal.text}'` : literal.text
}

function negate(negated: boolean, node: WhereNode): WhereNode {
  return negated ? { kind: 'not', child: node } : node
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end'
  return token.kind === 'string' ? `'${token.text}'` : token.text
}
