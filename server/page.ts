import type { ScanOptions, TableDescriptor } from 'hourbase'
import type { TextBatch } from 'hourbase/text'
import { nextToken } from './cursor.js'

/** One page of a scan: at most `rowsMax` rows, and the token of the page after it. The scan must be allowed one row more. */
export class Page {
  readonly #descriptor: TableDescriptor
  readonly #scan: ScanOptions
  readonly #rowsMax: number
  #next: string | null = null

  constructor(descriptor: TableDescriptor, scan: ScanOptions, rowsMax: number) {
    this.#descriptor = descriptor
    this.#scan = scan
    this.#rowsMax = rowsMax
  }

  next(): string | null {
    return this.#next
  }

  async *cut(batches: AsyncIterable<TextBatch>): AsyncGenerator<TextBatch, void, undefined> {
    const isReversed = this.#scan.reversed === true
    let left = this.#rowsMax
    let afterLast: string | null = null
    for await (const batch of batches) {
      if (batch.rowCount <= left) {
        left -= batch.rowCount
        // A batch is gone when the next one comes: what may be needed of it is taken now.
        if (left === 0 && isReversed) afterLast = this.#token(batch, batch.rowCount - 1)
        yield batch
        continue
      }
      this.#next = isReversed ? (afterLast ?? this.#token(batch, left - 1)) : this.#token(batch, left)
      if (left > 0) yield { rowCount: left, columns: batch.columns }
      return
    }
  }

  #token(batch: TextBatch, index: number): string {
    return nextToken(this.#descriptor, this.#scan, batch, index)
  }
}
