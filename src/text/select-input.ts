/**
 * Measures as text: `mean:avg(d:temp), n:count(*), p95:quantile(d:temp, 0.95), cold:count(* where temp < 0)`.
 * Without a name a measure is called by its function and column: `avg_temp`.
 */
import type { Measure, MeasureOptions } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import { suggestHint } from './suggest.js'

export const MEASURE_NAMES: readonly string[] = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'first',
  'last',
  'distinct',
  'quantile',
]

export function selectFromText(text: string): Record<string, Measure> {
  const select: Record<string, Measure> = {}
  for (const item of splitTop(text)) {
    const match = /^(?:([^\s():'",]+)\s*:)?\s*([a-z]+)\s*\((.*)\)$/s.exec(item)
    if (match === null) throw badMeasure(item, 'write name:function(column), e.g. mean:avg(d:temp)')
    const measure = measureFromText(item, match[2]!, match[3]!.trim())
    const name = match[1] ?? defaultName(measure)
    if (Object.hasOwn(select, name))
      throw badMeasure(item, `the name '${name}' is used twice: write other:${match[2]}(…)`)
    select[name] = measure
  }
  if (Object.keys(select).length === 0) throw badMeasure(text, 'name at least one measure, e.g. n:count(*)')
  return select
}

/** Cuts at commas outside parentheses and quotes; parts are trimmed, empty ones dropped. */
export function splitTop(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let from = 0
  for (let i = 0; i <= text.length; i++) {
    const char = text[i]
    if (char === undefined || (char === ',' && depth <= 0 && quote === '')) {
      parts.push(text.slice(from, i).trim())
      from = i + 1
    } else if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === "'" || char === '"') quote = char
    else if (char === '(') depth++
    else if (char === ')') depth--
  }
  return parts.filter((part) => part !== '')
}

function measureFromText(item: string, kind: string, inside: string): Measure {
  if (!MEASURE_NAMES.includes(kind)) throw badMeasure(item, suggestHint(kind, MEASURE_NAMES, 'functions'))
  const condition = /^(\S+(?:\s*,\s*\S+)*?)\s+where\s+(.+)$/is.exec(inside)
  const args = splitTop(condition === null ? inside : condition[1]!)
  const where: MeasureOptions = condition === null ? {} : { where: condition[2]!.trim() }
  const subject = args[0]
  if (subject === undefined)
    throw badMeasure(item, `write ${kind}(column)${kind === 'count' ? ' or count(*)' : ''}`)
  if (kind === 'quantile') return quantileFromArgs(item, args, where)
  if (args.length > 1) throw badMeasure(item, `${kind} takes one column`)
  const plain = kind as Exclude<Measure[0], 'quantile'>
  return condition === null ? [plain, subject] : [plain, subject, where]
}

function quantileFromArgs(item: string, args: readonly string[], where: MeasureOptions): Measure {
  const q = Number(args[1])
  const method = args[2]
  const isMethod = method === undefined || method === 'discrete' || method === 'interpolated'
  if (args.length < 2 || args.length > 3 || !(q >= 0 && q <= 1) || !isMethod) {
    throw badMeasure(item, 'write quantile(column, 0.95) or quantile(column, 0.95, discrete)')
  }
  const options: MeasureOptions = method === undefined ? where : { ...where, method }
  return Object.keys(options).length === 0 ? ['quantile', args[0]!, q] : ['quantile', args[0]!, q, options]
}

function defaultName(measure: Measure): string {
  if (measure[1] === '*') return measure[0]
  const short = measure[1].slice(measure[1].indexOf(':') + 1)
  return measure[0] === 'quantile'
    ? `p${Math.round(measure[2] * 100_00) / 100}_${short}`
    : `${measure[0]}_${short}`
}

function badMeasure(item: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `select: '${item}' is no measure`, {
    where: { parameter: 'select' },
    hint,
  })
}
