import type { RowInput } from '../model/api.js'

/** One batch of rows at a time from the socket to the bulk load. */
export class RowPipe implements AsyncIterable<readonly RowInput[]> {
  #batch: readonly RowInput[] | null = null
  #ended = false
  #error: unknown = null
  #waiters: (() => void)[] = []

  async push(rows: readonly RowInput[]): Promise<void> {
    while (this.#batch !== null && this.#error === null) await this.#wait()
    if (this.#error !== null) throw this.#error
    this.#batch = rows
    this.#signal()
  }

  end(): void {
    this.#ended = true
    this.#signal()
  }

  fail(error: unknown): void {
    this.#error ??= error
    this.#signal()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<readonly RowInput[]> {
    for (;;) {
      if (this.#batch !== null) {
        const batch = this.#batch
        this.#batch = null
        this.#signal()
        yield batch
      } else if (this.#error !== null) throw this.#error
      else if (this.#ended) return
      else await this.#wait()
    }
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  #signal(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}
