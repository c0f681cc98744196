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
    let left = this.#rowsMax
    for await (const batch of batches) {
      if (batch.rowCount <= left) {
        left -= batch.rowCount
        yield batch
        continue
      }
      this.#next = nextToken(this.#descriptor, this.#scan, batch, left)
      if (left > 0) yield firstRows(batch, left)
      return
    }
  }
}

function firstRows(batch: TextBatch, rowCount: number): TextBatch {
  return { rowCount, columns: batch.columns }
}
