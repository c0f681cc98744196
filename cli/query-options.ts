/** The options of scan, count, get and aggregate → the parameters that `hourbase/text` reads, the same as over HTTP. */
import { type Command, Option } from 'commander'
import type { RowKeyLike, TableDescriptor } from 'hourbase'
import {
  keyFromText,
  keyPartsFromText,
  type QueryParams,
  TEXT_FORMATS,
  type TextFormat,
  type TextStyle,
} from 'hourbase/text'
import { type CommonOptions, collect, usageError } from './command.js'

export interface RangeFlags extends CommonOptions {
  readonly from?: string
  readonly to?: string
  readonly prefix?: readonly string[]
  readonly start?: readonly string[]
  readonly stop?: readonly string[]
  readonly where?: string
}

export function addRangeOptions(made: Command): Command {
  return made
    .option('--from <time>', 'rows from this time on: 2013-01-01, 2013-01-01T05:00:00Z or ms')
    .option('--to <time>', 'rows before this time')
    .option(
      '--prefix <part=value>',
      'leading row-key part, repeatable; a raw table: bytes with \\xNN',
      collect,
    )
    .option('--start <part=value>', 'first row, inclusive, repeatable', collect)
    .option('--stop <part=value>', 'stop row, exclusive, repeatable', collect)
    .option('--where <condition>', 'rows for which it is true: "temp < 0 and station = \'JFK\'"')
}

export interface FilterFlags extends RangeFlags {
  readonly filter?: string
}

export function addFilterOption(made: Command): Command {
  return made.option(
    '--filter <filter>',
    "HBase's filters, as a filter string or JSON: \"PrefixFilter('a') AND PageFilter(10)\"",
  )
}

/** The range's options as parameters: `--prefix station=JFK` is `prefix.station=JFK`. */
export function rangeParams(
  descriptor: TableDescriptor,
  flags: RangeFlags,
): Record<string, string | undefined> {
  const params: Record<string, string | undefined> = { from: flags.from, to: flags.to, where: flags.where }
  for (const name of ['prefix', 'start', 'stop'] as const) {
    for (const word of flags[name] ?? []) {
      const isWhole = descriptor.rowKey === null || word.startsWith('{')
      const at = isWhole ? -1 : word.indexOf('=')
      if (!isWhole && at < 1)
        throw usageError(`--${name} ${word}: write part=value`, `e.g. --${name} ${firstPart(descriptor)}=…`)
      const key = isWhole ? name : `${name}.${word.slice(0, at)}`
      if (params[key] !== undefined)
        throw usageError(`--${name}: ${key} is given twice`, 'give each part once')
      params[key] = isWhole ? word : word.slice(at + 1)
    }
  }
  return params
}

export function definedParams(params: Record<string, string | readonly string[] | undefined>): QueryParams {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
}

/** The words of a row key: `station=JFK hour=2013-01-01T05:00:00Z`, or the one raw key. */
export function keyFromWords(descriptor: TableDescriptor, words: readonly string[]): RowKeyLike {
  const place = { parameter: 'key' }
  if (descriptor.rowKey === null || words[0]?.startsWith('{') === true) {
    if (words.length === 1) return keyFromText(descriptor, words[0]!, place)
    throw usageError(
      `a row of '${descriptor.name}' is one word, not ${words.length}`,
      'quote a key that holds spaces',
    )
  }
  const parts = words.map((word): [string, string] => {
    const at = word.indexOf('=')
    if (at < 1) throw usageError(`'${word}' is no row-key part`, `write ${firstPart(descriptor)}=VALUE …`)
    return [word.slice(0, at), word.slice(at + 1)]
  })
  return keyPartsFromText(descriptor, Object.fromEntries(parts), place)
}

function firstPart(descriptor: TableDescriptor): string {
  return descriptor.rowKey?.[0]?.name ?? 'part'
}

export interface OutputFlags extends CommonOptions {
  readonly format: TextFormat
  readonly times: TextStyle['times']
  readonly rawCsv?: boolean
}

export function addOutputOptions(made: Command): Command {
  return made
    .addOption(new Option('--format <format>', 'of the rows').choices(TEXT_FORMATS).default('table'))
    .addOption(
      new Option('--times <form>', 'hours, days and datetimes as ISO text or ms')
        .choices(['iso', 'ms'])
        .default('iso'),
    )
    .option('--raw-csv', 'CSV: leave text as it is that a spreadsheet would run as a formula')
}

/** --json is short for --format json. */
export function formatOf(flags: OutputFlags): TextFormat {
  return flags.json === true && flags.format === 'table' ? 'json' : flags.format
}

export function styleOf(flags: OutputFlags): TextStyle {
  return { times: flags.times, bytes: 'base64', rawCsv: flags.rawCsv === true }
}
