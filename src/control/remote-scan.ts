/** A scan behind the control socket: batches are pulled, so a slow reader holds back its server. */
import type { ColumnBatch, Result, ScanHandle, ScanOptions, TypedRow } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import type { ControlConnection } from './control-connection.js'
import { batchFromWire } from './protocol.js'

/** Functions and signals stay on this side. */
export function plain<T extends object>(options: T | undefined): Omit<T, 'signal'> | undefined {
  if (options === undefined) return undefined
  const { signal: _, ...rest } = options as T & { signal?: AbortSignal }
  return rest as Omit<T, 'signal'>
}

export class RemoteScan implements ScanHandle {
  readonly #connection: ControlConnection
  readonly #table: string
  readonly #options: ScanOptions

  constructor(connection: ControlConnection, table: string, options: ScanOptions) {
    this.#connection = connection
    this.#table = table
    this.#options = options
  }

  async *#pull(form: 'rows' | 'columns'): AsyncGenerator<unknown, void, undefined> {
    const { signal } = this.#options
    const stream = await this.#connection.call('table.scan', this.#table, plain(this.#options), form)
    try {
      for (;;) {
        if (signal?.aborted === true)
          throw new HourbaseError('ABORTED', 'the scan was aborted', { cause: signal.reason })
        const batch = await this.#connection.call('stream.next', stream)
        if (batch === null) return
        yield batch
      }
    } finally {
      await this.#connection.call('stream.close', stream).catch(() => undefined)
    }
  }

  batches(): AsyncIterable<(TypedRow | Result)[]> {
    return this.#pull('rows') as AsyncIterable<(TypedRow | Result)[]>
  }

  async *columns(): AsyncGenerator<ColumnBatch, void, undefined> {
    for await (const batch of this.#pull('columns')) yield batchFromWire(batch)
  }

  async *[Symbol.asyncIterator](): AsyncIterator<TypedRow | Result> {
    for await (const batch of this.batches()) yield* batch
  }

  async toArray(): Promise<(TypedRow | Result)[]> {
    const rows: (TypedRow | Result)[] = []
    for await (const batch of this.batches()) for (const row of batch) rows.push(row)
    return rows
  }
}
