import type { FastifyReply } from 'fastify'
import { type Clock, HourbaseError } from 'hourbase'
import type { ServerSettings } from './server-options.js'

/** One running query: its place at the gate and the signal that ends it (client gone, too slow, server stops). */
export class RequestScope {
  readonly #abort: AbortController = new AbortController()
  readonly #leave: () => void
  readonly #cleanups: (() => void)[] = []
  #cancelTimeout: () => void

  constructor(reply: FastifyReply, settings: ServerSettings) {
    this.#leave = settings.gate.enter()
    this.#cancelTimeout = scheduleTimeout(settings.clock, settings.limits.queryMs, this.#abort)
    const onClose = (): void => {
      if (!reply.raw.writableFinished) this.#abort.abort(new HourbaseError('ABORTED', 'the client went away'))
    }
    const onStop = (): void => this.#abort.abort(settings.gate.signal.reason)
    reply.raw.once('close', onClose)
    settings.gate.signal.addEventListener('abort', onStop)
    this.#cleanups.push(
      () => reply.raw.off('close', onClose),
      () => settings.gate.signal.removeEventListener('abort', onStop),
    )
    if (settings.gate.signal.aborted) onStop()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** The answer has begun: from now on only the reader's pace counts. */
  begun(): void {
    this.#cancelTimeout()
  }

  /** The reason of the end where the scope ended the query, else the error itself. */
  reasonFor(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error
  }

  end(): void {
    this.#cancelTimeout()
    for (const cleanup of this.#cleanups) cleanup()
    this.#leave()
  }
}

function scheduleTimeout(clock: Clock, queryMs: number, abort: AbortController): () => void {
  return clock.schedule(queryMs, () => {
    abort.abort(
      new HourbaseError('TIMEOUT', `no answer within ${queryMs} ms`, {
        hint: 'ask for a shorter time range or fewer groups, or stream the rows with format=ndjson',
      }),
    )
  })
}
