/** Get, scan and their like on a table of this process. A get is synchronous inside: no turn of the event loop. */
import { BatchReader, type ScanSource } from './batch-reader.js'
import type { Engine } from './engine.js'
import type { ReadOptions, Result, RowKeyLike, ScanHandle, ScanOptions, TypedRow } from './model/api.js'
import { rowDecoder } from './model/row-decoder.js'
import { LocalScan, SLICE_MS, throwIfAborted } from './scan-handle.js'
import { planScan } from './scan-plan.js'
import { TableCursor } from './table-cursor.js'
import type { TableState } from './table-state.js'
import { keySuccessor } from './util/bytes.js'
import { yieldToEventLoop } from './util/clock.js'
import { HourbaseError } from './util/errors.js'

const BATCH_ROWS = 1000
/** Rows of a getMany between two looks at the clock. */
const ROWS_A_LOOK = 32

export class TableReads {
  readonly #engine: Engine
  readonly #name: string

  constructor(engine: Engine, name: string) {
    this.#engine = engine
    this.#name = name
  }

  get(row: RowKeyLike, options: ReadOptions): TypedRow | Result | null {
    return this.#getOne(this.#engine.table(this.#name), row, options)
  }

  #getOne(table: TableState, row: RowKeyLike, options: ReadOptions): TypedRow | Result | null {
    if (options.versions === 0) throw noVersions()
    const start = table.schema.rowKey(row)
    const reader = new BatchReader(this.#source(table, { ...options, start, stop: keySuccessor(start) }))
    try {
      return reader.rows(1)[0] ?? null
    } finally {
      reader.close()
    }
  }

  exists(row: RowKeyLike, options: ReadOptions): boolean {
    return this.get(row, { ...options, cells: true }) !== null
  }

  async getMany(rows: readonly RowKeyLike[], options: ReadOptions): Promise<(TypedRow | Result | null)[]> {
    const table = this.#engine.table(this.#name)
    const { clock } = this.#engine.options
    const found: (TypedRow | Result | null)[] = []
    let sliceEnd = clock.monotonic() + SLICE_MS
    for (const row of rows) {
      found.push(this.#getOne(table, row, options))
      if (found.length % ROWS_A_LOOK !== 0 || clock.monotonic() < sliceEnd) continue
      await yieldToEventLoop()
      throwIfAborted(options.signal)
      sliceEnd = clock.monotonic() + SLICE_MS
    }
    return found
  }

  scan(options: ScanOptions): ScanHandle {
    const batchRows = options.batchRows ?? BATCH_ROWS
    if (!(batchRows >= 1)) {
      throw new HourbaseError('INVALID_ARGUMENT', `batchRows is ${batchRows}`, {
        hint: 'give a number of rows ≥ 1',
      })
    }
    return new LocalScan(
      () => this.#source(this.#engine.table(this.#name), options),
      this.#engine.options.clock,
      batchRows,
      options.signal,
    )
  }

  async count(options: ScanOptions): Promise<number> {
    const { clock } = this.#engine.options
    // Nothing is decoded here: what would not do for typed rows can be counted all the same.
    const asked = options.filter === undefined ? options : { ...options, cells: true }
    const reader = new BatchReader(this.#source(this.#engine.table(this.#name), asked))
    let rows = 0
    try {
      let sliceEnd = clock.monotonic() + SLICE_MS
      for (;;) {
        const got = reader.fill(65_536, () => undefined)
        if (got === 0) return rows
        rows += got
        throwIfAborted(options.signal)
        if (clock.monotonic() < sliceEnd) continue
        await yieldToEventLoop()
        sliceEnd = clock.monotonic() + SLICE_MS
      }
    } finally {
      reader.close()
    }
  }

  #source(table: TableState, options: ScanOptions): ScanSource {
    const plan = planScan(table.schema, options, this.#engine.options.clock.now())
    const decoder = plan.asResults ? null : rowDecoder(table.schema, options)
    const open = () => new TableCursor(this.#engine, table, plan.scan, plan.where, plan.filter)
    return { table, plan, decoder, open }
  }
}

function noVersions(): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', 'versions is 0', { hint: 'ask for at least 1' })
}
