import type { Command } from 'commander'
import type { Result, TypedRow } from 'hourbase'
import { bytesFromText, findTable } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, usageError, withDatabase } from '../command.js'
import { rowWords, valuesOf } from '../row-words.js'

export function addIncrement(program: Command, context: CliContext): void {
  command(program, {
    name: 'increment',
    arguments: '<table> <words...>',
    summary: 'Add to numbers of one row: its key, then column=amount',
    examples: [
      'hourbase increment pages com.example cf:hits=1',
      'hourbase increment readings station=JFK n=-5',
    ],
  }).action(async (name: string, words: string[], flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { table, descriptor } = await findTable(db, name)
      const { key, columns } = rowWords(descriptor, words)
      const amounts = valuesOf(descriptor, columns, (column, text) => {
        if (/^[+-]?\d+$/.test(text)) return BigInt(text)
        throw usageError(`${column.name}=${text}: no whole number`, `e.g. ${column.name}=1`)
      })
      const answer = await table.increment(key, amounts)
      await context.stdout.write(answerText(answer, flags.json === true, numberText))
    })
  })
}

export function addAppend(program: Command, context: CliContext): void {
  command(program, {
    name: 'append',
    arguments: '<table> <words...>',
    summary: 'Add to the ends of values of one row: its key, then column=suffix',
    examples: ["hourbase append pages com.example cf:log='; seen'"],
  }).action(async (name: string, words: string[], flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { table, descriptor } = await findTable(db, name)
      const { key, columns } = rowWords(descriptor, words)
      const suffixes = valuesOf(descriptor, columns, ({ type }, text) =>
        type?.name === 'string' ? text : bytesFromText(text),
      )
      const answer = await table.append(key, suffixes)
      await context.stdout.write(answerText(answer, flags.json === true, bytesText))
    })
  })
}

/** `column  value` a line, or one JSON object; the values as texts, which hold every number. */
function answerText(
  answer: TypedRow | Result | null,
  isJson: boolean,
  show: (value: Uint8Array) => string,
): string {
  if (answer === null) return isJson ? 'null\n' : ''
  const fields: [string, string][] = isResult(answer)
    ? answer.cells.map(({ family, qualifier, value }) => [`${family}:${bytesText(qualifier)}`, show(value)])
    : Object.entries(answer).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? bytesText(value) : String(value),
      ])
  if (isJson) return `${JSON.stringify(Object.fromEntries(fields))}\n`
  return fields.map(([name, value]) => `${name}  ${value}\n`).join('')
}

function isResult(answer: TypedRow | Result): answer is Result {
  return answer['row'] instanceof Uint8Array && Array.isArray(answer['cells'])
}

function numberText(value: Uint8Array): string {
  return String(Buffer.from(value).readBigInt64BE())
}

/** As bytesFromText reads them. */
function bytesText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c
    text += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
  }
  return text
}
