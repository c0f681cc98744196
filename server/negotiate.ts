import { HourbaseError } from 'hourbase'

export type AnswerFormat = 'json' | 'ndjson' | 'csv'

export const CONTENT_TYPES: Readonly<Record<AnswerFormat, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
}

/** In the order of preference when a client takes anything. */
const MEDIA: readonly (readonly [string, AnswerFormat])[] = [
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['text/csv', 'csv'],
]

/** `?format=` wins over the Accept header. */
export function negotiate(format: string | undefined, accept: string | undefined): AnswerFormat {
  if (format !== undefined) {
    if (format === 'json' || format === 'ndjson' || format === 'csv') return format
    throw new HourbaseError('INVALID_ARGUMENT', `format: no format '${format}'`, {
      where: { parameter: 'format' },
      hint: 'formats: json, ndjson, csv',
    })
  }
  if (accept === undefined) return 'json'
  const ranges = accept
    .split(',')
    .map(parseRange)
    .sort((a, b) => b.quality - a.quality)
  for (const { type, quality } of ranges) {
    const found = quality > 0 ? MEDIA.find(([media]) => matches(type, media)) : undefined
    if (found !== undefined) return found[1]
  }
  throw new HourbaseError('NOT_ACCEPTABLE', 'no format the Accept header allows', {
    hint: 'accept application/json, application/x-ndjson or text/csv',
  })
}

function parseRange(text: string): { type: string; quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = q === undefined ? 1 : Number(q.slice(2))
  return { type, quality: Number.isFinite(quality) ? quality : 0 }
}

function matches(range: string, media: string): boolean {
  return range === '*/*' || range === media || (range.endsWith('/*') && media.startsWith(range.slice(0, -1)))
}
