import type { Command } from 'commander'
import type { PutOptions, RowKeyLike, Scalar, TableDescriptor } from 'hourbase'
import { bytesFromText, findTable, integerFromText, scalarFromText, suggestHint } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, usageError, withDatabase } from '../command.js'
import { keyFromWords } from '../query-options.js'

interface PutFlags extends CommonOptions {
  readonly timestamp?: string
  readonly ttlMs?: string
}

export function addPut(program: Command, context: CliContext): void {
  command(program, {
    name: 'put',
    arguments: '<table> <words...>',
    summary: 'Write one row: its key, then column=value; null deletes a column',
    examples: [
      'hourbase put readings station=JFK hour=2013-01-01T05:00:00Z temp=21.5 d:rain=null',
      "hourbase put pages 'com.example/\\x00' cf:title=Home cf:body='…' --timestamp 5",
    ],
  })
    .option('--timestamp <ms>', 'raw tables: stamp of the cells, default the clock')
    .option('--ttl-ms <ms>', 'the cells expire after this time')
    .action(async (name: string, words: string[], flags: PutFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const { key, values } = rowFromWords(descriptor, words)
        await table.put(key, values, putOptions(flags))
        await context.stdout.write(flags.json === true ? '{"rows":1}\n' : '')
      })
    })
}

function putOptions(flags: PutFlags): PutOptions {
  return {
    ...(flags.timestamp === undefined ? {} : { timestamp: integerFromText('--timestamp', flags.timestamp) }),
    ...(flags.ttlMs === undefined ? {} : { ttlMs: integerFromText('--ttl-ms', flags.ttlMs) }),
  }
}

type Values = Record<string, Record<string, Scalar>>

/** Words that name a row-key part are the key, the others are columns. */
function rowFromWords(
  descriptor: TableDescriptor,
  words: readonly string[],
): { key: RowKeyLike; values: Values } {
  const parts = (descriptor.rowKey ?? []).map((part) => part.name)
  const isKeyWord = (word: string, i: number): boolean => {
    return descriptor.rowKey === null
      ? i === 0
      : parts.includes(word.slice(0, Math.max(0, word.indexOf('='))))
  }
  const values: Values = {}
  for (const word of words.filter((candidate, i) => !isKeyWord(candidate, i))) {
    const at = word.indexOf('=')
    if (at < 1) throw usageError(`'${word}' is no column`, 'write column=value')
    const { family, column, value } = columnValue(descriptor, word.slice(0, at), word.slice(at + 1))
    values[family] ??= {}
    values[family][column] = value
  }
  if (Object.keys(values).length === 0)
    throw usageError('there is nothing to write', 'give at least one column=value')
  return { key: keyFromWords(descriptor, words.filter(isKeyWord)), values }
}

function columnValue(
  descriptor: TableDescriptor,
  name: string,
  text: string,
): { family: string; column: string; value: Scalar } {
  const colon = name.indexOf(':')
  const typed = descriptor.families.flatMap((family) => {
    return family.columns.map((column) => ({ family: family.name, column: column.name, type: column.type }))
  })
  const found = typed.filter(({ family, column }) => name === `${family}:${column}` || name === column)
  if (found.length === 1) {
    const { family, column, type } = found[0]!
    return { family, column, value: scalarFromText(type, text, { parameter: name }) }
  }
  if (found.length > 1) throw usageError(`'${name}' is in several families`, 'write family:column=value')
  if (descriptor.rowKey === null && colon > 0) {
    return { family: name.slice(0, colon), column: name.slice(colon + 1), value: bytesFromText(text) }
  }
  const names = typed.map(({ family, column }) => (colon > 0 ? `${family}:${column}` : column))
  throw usageError(
    `table '${descriptor.name}' has no column '${name}'`,
    descriptor.rowKey === null ? 'write family:qualifier=value' : suggestHint(name, names, 'columns'),
  )
}
