/** Streams rows to a client at the client's pace. A failure on the way never looks like the end of the answer. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { RowWriter, TextBatch } from 'hourbase/text'
import { type AnswerFormat, CONTENT_TYPES } from './negotiate.js'
import { problemOf } from './problem.js'
import type { RequestScope } from './request-scope.js'
import type { ServerSettings } from './server-options.js'
import { drained, finished } from './slow-reader.js'

export interface RowAnswer {
  readonly format: AnswerFormat
  readonly writer: RowWriter
  /** Names for an answer without rows. */
  readonly fields: readonly string[]
  readonly batches: AsyncIterator<TextBatch> | Iterator<TextBatch>
  /** The token of the next page, known after the last batch. */
  next(): string | null
}

/** Errors before the first batch are thrown (and become a problem with a status); later ones cut the connection. */
export async function sendRows(
  reply: FastifyReply,
  answer: RowAnswer,
  scope: RequestScope,
  settings: ServerSettings,
): Promise<FastifyReply> {
  let first: IteratorResult<TextBatch>
  try {
    first = await answer.batches.next()
  } catch (error) {
    throw scope.reasonFor(error)
  }
  scope.begun()
  reply.header('content-type', CONTENT_TYPES[answer.format])
  reply.hijack()
  const response = reply.raw
  response.writeHead(200, reply.getHeaders() as Record<string, string>)
  // The reader's pace is watched below: silence on the socket is no fault while a scan looks for its next match.
  // An injected request has no real socket.
  response.socket?.setTimeout?.(0)
  try {
    await pump(response, answer, first, scope, settings)
  } catch (error) {
    const reason = scope.reasonFor(error)
    settings.log(`${reply.request.id} cut off: ${reason instanceof Error ? reason.message : String(reason)}`)
    cutOff(response, answer.format, problemOf(reason, reply.request.id))
  } finally {
    await answer.batches.return?.()
  }
  return reply
}

async function pump(
  response: ServerResponse,
  answer: RowAnswer,
  first: IteratorResult<TextBatch>,
  scope: RequestScope,
  settings: ServerSettings,
): Promise<void> {
  let piece = answer.writer.head(answer.fields)
  for (let step = first; step.done !== true; step = await answer.batches.next()) {
    scope.signal.throwIfAborted()
    piece += answer.writer.rows(step.value)
    if (piece !== '' && !response.write(piece)) await drained(response, scope.signal, settings)
    piece = ''
  }
  const isSent = finished(response, scope.signal, settings)
  response.end(piece + answer.writer.tail(answer.next()))
  await isSent
}

/** NDJSON says why in a last record; then the socket is destroyed, so that no client takes the part for the whole. */
function cutOff(response: ServerResponse, format: AnswerFormat, problem: unknown): void {
  if (response.destroyed || response.writableNeedDrain) {
    response.destroy()
    return
  }
  // The write's callback comes when all before it has left, too.
  const last = format === 'ndjson' ? JSON.stringify({ error: problem }) : ''
  response.write(`${last}\n`, () => response.destroy())
}
