/** Parameters of the answer rather than of the query: format, times, bytes, cursor. */
import type { FastifyRequest } from 'fastify'
import { HourbaseError } from 'hourbase'
import { booleanFromText, type QueryParams, type TextStyle } from 'hourbase/text'
import { type AnswerFormat, negotiate } from './negotiate.js'

export const DOOR_PARAMS: readonly string[] = ['format', 'times', 'bytes', 'rawCsv']

export interface DoorParams {
  readonly format: AnswerFormat
  readonly style: TextStyle
  /** What is left for the query. */
  readonly params: QueryParams
}

export function doorParams(request: FastifyRequest): DoorParams {
  const query = request.query as QueryParams
  const rest: Record<string, string | readonly string[] | undefined> = { ...query }
  for (const name of DOOR_PARAMS) delete rest[name]
  return {
    format: negotiate(once(query, 'format'), request.headers.accept),
    style: {
      times: choice(query, 'times', ['iso', 'ms'] as const),
      bytes: choice(query, 'bytes', ['base64', 'text'] as const),
      rawCsv: booleanFromText('rawCsv', once(query, 'rawCsv') ?? 'false'),
    },
    params: rest,
  }
}

export function once(query: QueryParams, name: string): string | undefined {
  const value = query[name]
  if (value === undefined || typeof value === 'string') return value
  throw new HourbaseError('INVALID_ARGUMENT', `${name} is given ${value.length} times`, {
    where: { parameter: name },
  })
}

/** The first choice is the default. */
function choice<T extends string>(query: QueryParams, name: string, choices: readonly [T, ...T[]]): T {
  const value = once(query, name)
  if (value === undefined) return choices[0]
  const found = choices.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw new HourbaseError('INVALID_ARGUMENT', `${name}: '${value}' is none of ${choices.join(', ')}`, {
    where: { parameter: name },
  })
}

/** The body of a POST: a JSON object; the query string may hold parameters of the answer only. */
export function bodyOf(request: FastifyRequest, door: DoorParams): Record<string, unknown> {
  const stray = Object.keys(door.params)[0]
  if (stray !== undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', `${stray} belongs into the body of a POST`, {
      where: { parameter: stray },
      hint: `only ${DOOR_PARAMS.join(', ')} are taken from the query string`,
    })
  }
  const { body } = request
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw new HourbaseError('INVALID_ARGUMENT', 'the body must be a JSON object', {
    where: { parameter: 'body' },
    hint: 'e.g. {"from": "2013-01-01", "to": "2013-02-01"}',
  })
}
