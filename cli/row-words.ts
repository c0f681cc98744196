/** The words of put, increment and append: a row key and column=value. */
import type { RowKeyLike, Scalar, TableDescriptor } from 'hourbase'
import { bytesFromText, scalarFromText, suggestHint } from 'hourbase/text'
import { usageError } from './command.js'
import { keyFromWords } from './query-options.js'

export type Values<T = Scalar> = Record<string, Record<string, T>>

export interface RowWords {
  readonly key: RowKeyLike
  /** `column=value` as they were written. */
  readonly columns: readonly { readonly name: string; readonly text: string }[]
}

/** Words that name a row-key part are the key, the others are columns. */
export function rowWords(descriptor: TableDescriptor, words: readonly string[]): RowWords {
  const parts = (descriptor.rowKey ?? []).map((part) => part.name)
  const isKeyWord = (word: string, i: number): boolean => {
    return descriptor.rowKey === null
      ? i === 0
      : parts.includes(word.slice(0, Math.max(0, word.indexOf('='))))
  }
  const columns = words
    .filter((word, i) => !isKeyWord(word, i))
    .map((word) => {
      const at = word.indexOf('=')
      if (at < 1) throw usageError(`'${word}' is no column`, 'write column=value')
      return { name: word.slice(0, at), text: word.slice(at + 1) }
    })
  if (columns.length === 0) throw usageError('there is nothing to write', 'give at least one column=value')
  return { key: keyFromWords(descriptor, words.filter(isKeyWord)), columns }
}

/** `read` makes the value of a column from its text; null = of a raw column. */
export function valuesOf<T>(
  descriptor: TableDescriptor,
  columns: RowWords['columns'],
  read: (column: ColumnPlace, text: string) => T,
): Values<T> {
  const values: Values<T> = {}
  for (const { name, text } of columns) {
    const place = columnPlace(descriptor, name)
    values[place.family] ??= {}
    values[place.family]![place.column] = read(place, text)
  }
  return values
}

export interface ColumnPlace {
  readonly name: string
  readonly family: string
  readonly column: string
  /** Null in a raw table. */
  readonly type: Parameters<typeof scalarFromText>[0] | null
}

export function scalarOf({ type, name }: ColumnPlace, text: string): Scalar {
  return type === null ? bytesFromText(text) : scalarFromText(type, text, { parameter: name })
}

export function columnPlace(descriptor: TableDescriptor, name: string): ColumnPlace {
  const colon = name.indexOf(':')
  const typed = descriptor.families.flatMap((family) => {
    return family.columns.map((column) => ({ family: family.name, column: column.name, type: column.type }))
  })
  const found = typed.filter(({ family, column }) => name === `${family}:${column}` || name === column)
  if (found.length === 1) return { name, ...found[0]! }
  if (found.length > 1) throw usageError(`'${name}' is in several families`, 'write family:column=value')
  if (descriptor.rowKey === null && colon > 0)
    return { name, family: name.slice(0, colon), column: name.slice(colon + 1), type: null }
  const names = typed.map(({ family, column }) => (colon > 0 ? `${family}:${column}` : column))
  throw usageError(
    `table '${descriptor.name}' has no column '${name}'`,
    descriptor.rowKey === null ? 'write family:qualifier=value' : suggestHint(name, names, 'columns'),
  )
}
