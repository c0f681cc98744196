/** The public face of a scan: batches, rows riding on batches, or columns. Work is synchronous; the event loop gets a turn every few ms. */
import { type AnyRow, BatchReader, type ScanSource } from './batch-reader.js'
import type { ColumnBatch, ScanHandle } from './model/api.js'
import { ColumnBatchBuilder } from './model/column-batch.js'
import type { RowDecoder } from './model/row-decoder.js'
import { type Clock, yieldToEventLoop } from './util/clock.js'
import { HourbaseError } from './util/errors.js'

/** After this much work other requests get their turn. */
export const SLICE_MS = 8

/** An asynchronous iterator written by hand: one object a batch, none a row. */
abstract class PulledIterator<T> implements AsyncIterableIterator<T> {
  readonly #clock: Clock
  readonly #signal: AbortSignal | undefined
  #sliceEnd: number
  #closed = false

  constructor(clock: Clock, signal: AbortSignal | undefined) {
    this.#clock = clock
    this.#signal = signal
    this.#sliceEnd = clock.monotonic() + SLICE_MS
  }

  /** The next batch, or null at the end. */
  protected abstract pull(): T | null
  protected abstract end(): void

  async next(): Promise<IteratorResult<T>> {
    if (this.#closed) return { done: true, value: undefined }
    try {
      if (this.#clock.monotonic() >= this.#sliceEnd) {
        await yieldToEventLoop()
        this.#sliceEnd = this.#clock.monotonic() + SLICE_MS
      }
      throwIfAborted(this.#signal)
      const value = this.#closed ? null : this.pull()
      if (value !== null) return { done: false, value }
    } catch (error) {
      this.#close()
      throw error
    }
    this.#close()
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<T>> {
    this.#close()
    return { done: true, value: undefined }
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.end()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new HourbaseError('ABORTED', 'the operation was aborted', { cause: signal.reason })
}

class RowBatches extends PulledIterator<AnyRow[]> {
  readonly #reader: BatchReader
  readonly #batchRows: number

  constructor(source: ScanSource, batchRows: number, clock: Clock, signal: AbortSignal | undefined) {
    super(clock, signal)
    this.#reader = new BatchReader(source)
    this.#batchRows = batchRows
  }

  protected pull(): AnyRow[] | null {
    const rows = this.#reader.rows(this.#batchRows)
    return rows.length === 0 ? null : rows
  }

  protected end(): void {
    this.#reader.close()
  }
}

class ColumnBatches extends PulledIterator<ColumnBatch> {
  readonly #reader: BatchReader
  readonly #builder: ColumnBatchBuilder
  readonly #batchRows: number

  constructor(
    source: ScanSource,
    decoder: RowDecoder,
    batchRows: number,
    clock: Clock,
    signal: AbortSignal | undefined,
  ) {
    super(clock, signal)
    this.#reader = new BatchReader(source)
    this.#builder = new ColumnBatchBuilder(decoder, batchRows)
    this.#batchRows = batchRows
  }

  protected pull(): ColumnBatch | null {
    const rows = this.#reader.fill(this.#batchRows, (run, from, to) => {
      if (!this.#reader.isReversed) this.#builder.append(run, from, to)
      else for (let row = to - 1; row >= from; row--) this.#builder.append(run, row, row + 1)
    })
    return rows === 0 ? null : this.#builder.finish()
  }

  protected end(): void {
    this.#reader.close()
  }
}

/** Rows one by one, served from the batch at hand without an extra turn of the event loop. */
class Rows implements AsyncIterableIterator<AnyRow> {
  readonly #batches: RowBatches
  #batch: AnyRow[] = []
  #at = 0

  constructor(batches: RowBatches) {
    this.#batches = batches
  }

  next(): Promise<IteratorResult<AnyRow>> {
    if (this.#at < this.#batch.length)
      return Promise.resolve({ done: false, value: this.#batch[this.#at++]! })
    return this.#refill()
  }

  async #refill(): Promise<IteratorResult<AnyRow>> {
    const step = await this.#batches.next()
    if (step.done === true) return { done: true, value: undefined }
    this.#batch = step.value
    this.#at = 1
    return { done: false, value: step.value[0]! }
  }

  async return(): Promise<IteratorResult<AnyRow>> {
    await this.#batches.return()
    this.#batch = []
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

export class LocalScan implements ScanHandle {
  readonly #source: () => ScanSource
  readonly #clock: Clock
  readonly #batchRows: number
  readonly #signal: AbortSignal | undefined

  /** `source` plans the scan when it starts, so that a bad option rejects the first `next`, not the call. */
  constructor(source: () => ScanSource, clock: Clock, batchRows: number, signal: AbortSignal | undefined) {
    this.#source = source
    this.#clock = clock
    this.#batchRows = batchRows
    this.#signal = signal
  }

  batches(): AsyncIterable<AnyRow[]> {
    return lazily(() => new RowBatches(this.#source(), this.#batchRows, this.#clock, this.#signal))
  }

  columns(): AsyncIterable<ColumnBatch> {
    return lazily(() => {
      const source = this.#source()
      if (source.decoder === null) {
        throw new HourbaseError('INVALID_ARGUMENT', 'columns() needs a typed table and no cells option', {
          hint: 'use batches() for cells',
        })
      }
      return new ColumnBatches(source, source.decoder, this.#batchRows, this.#clock, this.#signal)
    })
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyRow> {
    return lazily(() => new Rows(new RowBatches(this.#source(), this.#batchRows, this.#clock, this.#signal)))[
      Symbol.asyncIterator
    ]()
  }

  async toArray(): Promise<AnyRow[]> {
    const rows: AnyRow[] = []
    for await (const batch of this.batches()) for (const row of batch) rows.push(row)
    return rows
  }
}

/** Opens the iterator at its first `next`, so nothing is pinned by a scan that is never read. */
function lazily<T>(open: () => AsyncIterableIterator<T>): AsyncIterable<T> {
  let inner: AsyncIterableIterator<T> | null = null
  const iterator: AsyncIterableIterator<T> = {
    next(): Promise<IteratorResult<T>> {
      if (inner !== null) return inner.next()
      try {
        inner = open()
      } catch (error) {
        return Promise.reject(error)
      }
      return inner.next()
    },
    async return(): Promise<IteratorResult<T>> {
      return inner?.return === undefined ? { done: true, value: undefined } : inner.return()
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
