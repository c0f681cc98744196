/** The words of a where expression. */
import { whereError } from './where-error.js'

export type TokenKind = 'name' | 'keyword' | 'number' | 'string' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Names and strings without quotes, keywords in lower case, the rest as written. */
  readonly text: string
  readonly at: number
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'is',
  'null',
  'in',
  'between',
  'like',
  'starts',
  'with',
  'true',
  'false',
  'nan',
])
const SPACE = /\s+/y
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?/y
/** `temp`, `d:temp`, `d:1h`. Other names stand in double quotes. */
const NAME = /[\p{L}_][\p{L}\p{N}_.]*(?::[\p{L}\p{N}_.]+)?/uy
const SYMBOL = /<=|>=|<>|!=|[=<>(),]/y

/** The tokens of `text`, the last one of kind 'end'. @throws INVALID_ARGUMENT */
export function whereTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += match(SPACE, text, at).length
    if (at >= text.length) break
    const length = quoted(text, at, tokens) || plain(text, at, tokens)
    if (length === 0) throw whereError(text, at, `'${text[at]}' has no place here`, hintFor(text[at]!))
    at += length
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function plain(text: string, at: number, tokens: Token[]): number {
  const number = match(NUMBER, text, at)
  if (number !== '') return push(tokens, 'number', number, at, number)
  const name = match(NAME, text, at)
  if (name !== '') {
    const word = name.toLowerCase()
    if (KEYWORDS.has(word)) return push(tokens, 'keyword', word, at, name)
    return push(tokens, 'name', name, at, name)
  }
  const symbol = match(SYMBOL, text, at)
  return push(tokens, 'symbol', symbol === '<>' ? '!=' : symbol, at, symbol)
}

/** 'text' or "name"; a doubled quote stands for one. */
function quoted(text: string, at: number, tokens: Token[]): number {
  const quote = text[at]!
  if (quote !== "'" && quote !== '"') return 0
  let value = ''
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === quote) {
      if (text[i + 1] !== quote) {
        const kind = quote === "'" ? 'string' : 'name'
        return push(tokens, kind, value, at, text.slice(at, i + 1))
      }
      i++
    }
    value += text[i]
  }
  throw whereError(
    text,
    at,
    `the quote ${quote} is not closed`,
    `a quote inside is doubled: ${quote}${quote}`,
  )
}

/** Answers the length of `written`; nothing written is no token. */
function push(tokens: Token[], kind: TokenKind, text: string, at: number, written: string): number {
  if (written !== '') tokens.push({ kind, text, at })
  return written.length
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function hintFor(char: string): string {
  if (char === '`' || char === '[') return 'names with special characters stand in double quotes'
  if (char === '&' || char === '|') return "write 'and' and 'or'"
  if (char === '!') return "write 'not', or != between two values"
  return 'texts stand in \'single quotes\', names with special characters in "double quotes"'
}
