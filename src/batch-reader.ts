import type { Result, TypedRow } from './model/api.js'
import { decodeResults } from './model/result-decoder.js'
import { decodeRows, type RowDecoder } from './model/row-decoder.js'
import type { ScanPlan } from './scan-plan.js'
import type { TableCursor } from './table-cursor.js'
import type { TableState } from './table-state.js'

export type AnyRow = TypedRow | Result

export interface ScanSource {
  readonly table: TableState
  readonly plan: ScanPlan
  readonly decoder: RowDecoder | null
  readonly open: () => TableCursor
}

/** Fills batches from a cursor. A run longer than what is left of a batch is continued in the next one. */
export class BatchReader {
  readonly #source: ScanSource
  readonly #cursor: TableCursor
  readonly #reversed: boolean
  #run: ReturnType<TableCursor['next']> = null
  #from = 0
  #to = 0
  #left: number

  constructor(source: ScanSource) {
    this.#source = source
    this.#cursor = source.open()
    this.#reversed = source.plan.scan.range.reversed
    this.#left = source.plan.limit
  }

  /** Calls `take(run, from, to)` until `rowsMax` rows or the end; answers the rows taken. */
  fill(
    rowsMax: number,
    take: (run: NonNullable<ReturnType<TableCursor['next']>>, from: number, to: number) => void,
  ): number {
    let rows = 0
    let wanted = Math.min(rowsMax, this.#left)
    while (wanted > 0) {
      if (this.#from === this.#to && !this.#advance()) break
      const count = Math.min(wanted, this.#to - this.#from)
      const from = this.#reversed ? this.#to - count : this.#from
      try {
        take(this.#run!, from, from + count)
      } catch (error) {
        throw this.#cursor.noted(error)
      }
      if (this.#reversed) this.#to -= count
      else this.#from += count
      rows += count
      wanted -= count
    }
    this.#left -= rows
    return rows
  }

  #advance(): boolean {
    this.#run = this.#cursor.next()
    if (this.#run === null) return false
    this.#from = 0
    this.#to = this.#run.count
    return true
  }

  rows(rowsMax: number): AnyRow[] {
    const out: AnyRow[] = []
    const { table, decoder } = this.#source
    this.fill(rowsMax, (run, from, to) => {
      const start = out.length
      if (decoder === null) decodeResults(table.schema, run, from, to, out as Result[])
      else decodeRows(decoder, run, from, to, out as TypedRow[])
      if (this.#reversed) reverseTail(out, start)
    })
    const { cellsPerResult } = this.#source.plan
    return cellsPerResult === Number.POSITIVE_INFINITY ? out : cutResults(out as Result[], cellsPerResult)
  }

  /** Runs are handed out last first, the rows inside them ascending. */
  get isReversed(): boolean {
    return this.#reversed
  }

  close(): void {
    this.#cursor.close()
  }
}

function reverseTail(list: unknown[], start: number): void {
  for (let i = start, j = list.length - 1; i < j; i++, j--) {
    const other = list[i]
    list[i] = list[j]
    list[j] = other
  }
}

/** HBase's `batch`: a row with more cells than that comes in several Results. */
function cutResults(results: readonly Result[], cellsMax: number): Result[] {
  return results.flatMap((result) => {
    if (result.cells.length <= cellsMax) return [result]
    const pieces: Result[] = []
    for (let at = 0; at < result.cells.length; at += cellsMax)
      pieces.push({ row: result.row, cells: result.cells.slice(at, at + cellsMax) })
    return pieces
  })
}
