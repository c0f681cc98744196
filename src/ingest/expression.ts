/** `name(arg, …)`: arguments are columns, 'texts' and numbers. The whole grammar of a derived column. */
import { HourbaseError } from '../util/errors.js'

export type Argument =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }

export interface Call {
  readonly name: string
  readonly args: readonly Argument[]
  readonly text: string
}

const TOKEN = /\s*(?:'((?:[^']|'')*)'|`([^`]+)`|(-?\d+(?:\.\d+)?)|([\p{L}_][\p{L}\d_.:]*)|([(),]))/uy

interface Token {
  readonly argument: Argument | null
  /** A name or a sign. */
  readonly word: string | null
}

/** @throws INVALID_ARGUMENT */
export function parseCall(text: string): Call {
  const tokens = tokenize(text)
  const name = tokens[0]?.argument
  if (name?.kind !== 'column' || tokens[1]?.word !== '(' || tokens.at(-1)?.word !== ')') throw malformed(text)
  const args: Argument[] = []
  const inner = tokens.slice(2, -1)
  inner.forEach((token, i) => {
    if (i % 2 === 1 ? token.word !== ',' : token.argument === null) throw malformed(text)
    if (token.argument !== null) args.push(token.argument)
  })
  if (inner.length > 0 && inner.length % 2 === 0) throw malformed(text)
  return { name: name.name, args, text }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(text)
    if (match === null) throw malformed(text)
    const [, quoted, ticked, number, word, sign] = match
    if (sign !== undefined) tokens.push({ argument: null, word: sign })
    else if (quoted !== undefined)
      tokens.push({ argument: { kind: 'text', value: quoted.replaceAll("''", "'") }, word: null })
    else if (number !== undefined)
      tokens.push({ argument: { kind: 'number', value: Number(number) }, word: null })
    else tokens.push({ argument: { kind: 'column', name: ticked ?? word! }, word: null })
  }
  return tokens
}

function malformed(text: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `'${text}' is not an expression`, {
    where: { expression: text },
    hint: "write it as function(column, 'text', 1), e.g. utcHour(year, month, day, hour, 'America/New_York')",
  })
}
