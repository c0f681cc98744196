/** Flat text parameters (a query string, CLI options) → the JSON form of a query, which query-input.ts then checks. */
import type { RowKeyLike } from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { HourbaseError } from '../util/errors.js'
import { keyFromText, keyPartsFromText } from './key-input.js'
import { timeFromText } from './scalar-input.js'
import { selectFromText, splitTop } from './select-input.js'

/** `prefix.station=JFK` is the parameter `prefix.station`. Lists may be repeated or cut by commas. */
export type QueryParams = Readonly<Record<string, string | readonly string[] | undefined>>

const LISTS = ['columns', 'groupBy', 'select']
const KEYS = ['prefix', 'start', 'stop'] as const

export function queryInputFromParams(
  descriptor: TableDescriptor,
  params: QueryParams,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const parts: Record<string, Record<string, string>> = {}
  for (const [name, given] of Object.entries(params)) {
    if (given === undefined) continue
    const text = oneText(name, given)
    const dot = name.indexOf('.')
    const key = dot < 0 ? undefined : KEYS.find((candidate) => candidate === name.slice(0, dot))
    if (key === undefined) input[name] = valueFromText(descriptor, name, text)
    else {
      parts[key] ??= {}
      parts[key][name.slice(dot + 1)] = text
    }
  }
  for (const [name, texts] of Object.entries(parts)) {
    if (input[name] !== undefined) throw bad(name, `give either ${name} or ${name}.PART`)
    input[name] = keyPartsFromText(descriptor, texts, { parameter: name })
  }
  return input
}

function oneText(name: string, given: string | readonly string[]): string {
  if (typeof given === 'string') return given
  if (LISTS.includes(name)) return given.join(',')
  if (given.length === 1) return given[0]!
  throw bad(name, `${name} is given ${given.length} times`)
}

function valueFromText(descriptor: TableDescriptor, name: string, text: string): unknown {
  switch (name) {
    case 'from':
    case 'to':
      return text === '' ? null : timeFromText(text)
    case 'prefix':
    case 'start':
    case 'stop':
      return keyFromText(descriptor, text, { parameter: name }) satisfies RowKeyLike
    case 'columns':
      return splitTop(text)
    case 'groupBy':
      return text.trimStart().startsWith('[') ? jsonFromText(name, text) : splitTop(text)
    case 'select':
      return text.trimStart().startsWith('{') ? jsonFromText(name, text) : selectFromText(text)
    case 'timeRange':
      return jsonFromText(name, text)
    case 'filter':
      return text.trimStart().startsWith('{') ? jsonFromText(name, text) : text
    case 'limit':
    case 'versions':
    case 'groupsMax':
      return integerFromText(name, text)
    case 'reversed':
    case 'cells':
    case 'raw':
      return booleanFromText(name, text)
    default:
      return text
  }
}

function jsonFromText(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw bad(name, `${name} is not JSON: ${(cause as Error).message}`)
  }
}

export function integerFromText(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw bad(name, `${name} must be a whole number, not '${text}'`)
}

export function booleanFromText(name: string, text: string): boolean {
  if (text === '' || text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw bad(name, `${name} must be true or false, not '${text}'`)
}

function bad(parameter: string, message: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', message, { where: { parameter } })
}
