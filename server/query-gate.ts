import { HourbaseError } from 'hourbase'

/** Who may start: a cap on the queries that run at once, and the stop of the server. */
export class QueryGate {
  readonly #max: number
  readonly #abort: AbortController = new AbortController()
  #running = 0
  #isStopping = false

  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Aborted when the stop can wait no longer. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** @throws CLOSED once the server stops. */
  checkOpen(): void {
    if (!this.#isStopping) return
    throw new HourbaseError('CLOSED', 'the server is stopping', { hint: 'try again when it is up' })
  }

  /** Takes a place; the returned function gives it back, once. @throws BUSY when there is none */
  enter(): () => void {
    this.checkOpen()
    if (this.#running >= this.#max) {
      throw new HourbaseError('BUSY', `${this.#max} queries are running already`, {
        hint: 'try again in a second',
      })
    }
    this.#running++
    let isInside = true
    return () => {
      if (isInside) this.#running--
      isInside = false
    }
  }

  /** From now on nothing starts; what runs goes on. */
  stop(): void {
    this.#isStopping = true
  }

  /** Ends what still runs. */
  abort(): void {
    this.#isStopping = true
    this.#abort.abort(new HourbaseError('CLOSED', 'the server stopped before the answer was complete'))
  }
}
