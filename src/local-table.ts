/** A table of this process's database: the public Table over the engine. */

import { aggregateTable } from './aggregate-table.js'
import { BatchReader, type ScanSource } from './batch-reader.js'
import { bulkLoad } from './bulk-load.js'
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type {
  AggregateQuery,
  AggregateRow,
  DeleteOptions,
  FamilyValues,
  PutOptions,
  ReadOptions,
  RegionInfo,
  Result,
  RowInput,
  RowKeyLike,
  ScanHandle,
  ScanOptions,
  Table,
  TypedRow,
  WriteOptions,
  WriteResult,
} from './model/api.js'
import type { TableDescriptor } from './model/descriptor.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { deleteMutation, putValuesMutation } from './model/raw-mutation.js'
import { rowDecoder } from './model/row-decoder.js'
import { encodeRows } from './model/row-encoder.js'
import { regionInfo } from './region-info.js'
import { LocalScan, SLICE_MS, throwIfAborted } from './scan-handle.js'
import { planScan } from './scan-plan.js'
import { checkpointPart } from './system-table.js'
import { TableCursor } from './table-cursor.js'
import type { TableState } from './table-state.js'
import { keySuccessor } from './util/bytes.js'
import { yieldToEventLoop } from './util/clock.js'
import { HourbaseError } from './util/errors.js'
import type { CommitPart, Writer } from './writer.js'

const BATCH_ROWS = 1000

export class LocalTable implements Table {
  readonly name: string
  readonly #engine: Engine
  readonly #maintenance: Maintenance

  constructor(engine: Engine, maintenance: Maintenance, name: string) {
    this.name = name
    this.#engine = engine
    this.#maintenance = maintenance
  }

  #state(): TableState {
    return this.#engine.table(this.name)
  }

  async describe(): Promise<TableDescriptor> {
    return this.#state().descriptor
  }

  /** The memory gate and the turn, then the writer, checked again: an await is a hole in time. */
  async #ready(table: TableState, options: WriteOptions): Promise<Writer> {
    throwIfAborted(options.signal)
    let writer = this.#engine.writable(table)
    if (this.#maintenance.isFull) await this.#maintenance.admit()
    if (writer.isHeld) await writer.turn()
    writer = this.#engine.writable(table)
    return writer
  }

  async put(row: RowKeyLike, values: FamilyValues, options: PutOptions = {}): Promise<WriteResult> {
    const table = this.#state()
    const writer = await this.#ready(table, options)
    const now = options.timestamp ?? this.#engine.options.clock.now()
    const first = writer.lastSequence + 1
    const ttl = options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }
    let blocks: CommitPart['blocks']
    if (table.schema.isTyped && typeof row === 'object' && !(row instanceof Uint8Array)) {
      blocks = encodeRows(table.schema, [{ row, values }], {
        now,
        nulls: 'delete',
        sequenceBase: first,
        ...ttl,
      }).blocks
    } else {
      blocks = encodeMutations(
        table.schema,
        [putValuesMutation(table.schema, row, values, { now, ...ttl })],
        first,
      )
    }
    await this.#commit(writer, table, blocks, 1, options)
    return { rows: 1 }
  }

  async putRows(rows: readonly RowInput[], options: WriteOptions = {}): Promise<WriteResult> {
    const table = this.#state()
    const writer = await this.#ready(table, options)
    const encode = (part: readonly RowInput[]) =>
      encodeRows(table.schema, part, {
        now: options.timestamp ?? this.#engine.options.clock.now(),
        nulls: options.nulls ?? 'skip',
        sequenceBase: writer.lastSequence + 1,
      }).blocks
    if (rows.length === 0 && options.checkpoint === undefined) return { rows: 0 }
    const blocks = encode(rows)
    const bytes = blocks.reduce((sum, block) => sum + (block?.sizeBytes ?? 0), 0)
    const parts = Math.ceil(bytes / this.#engine.options.recordBytesMax)
    if (parts <= 1) {
      await this.#commit(writer, table, blocks, rows.length, options)
      return { rows: rows.length }
    }
    // All rows are valid; a call above one record is cut at rows, and its checkpoint rides on the last part.
    const step = Math.ceil(rows.length / parts)
    for (let at = 0; at < rows.length; at += step) {
      const part = rows.slice(at, at + step)
      await this.#ready(table, options)
      const { checkpoint: _, ...without } = options
      await this.#commit(
        writer,
        table,
        encode(part),
        part.length,
        at + step >= rows.length ? options : without,
      )
    }
    return { rows: rows.length }
  }

  #commit(
    writer: Writer,
    table: TableState,
    blocks: CommitPart['blocks'],
    count: number,
    options: WriteOptions,
  ): Promise<void> {
    const first = writer.take(count)
    const parts: CommitPart[] = count === 0 ? [] : [{ table, blocks }]
    if (options.checkpoint !== undefined) {
      parts.push(
        checkpointPart(this.#engine, options.checkpoint.name, options.checkpoint.value, writer.take(1)),
      )
    }
    return writer.commit(parts, first, options.durability ?? table.descriptor.durability)
  }

  bulkLoad(
    rows: Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    return bulkLoad(this.#engine, this.#maintenance, this.name, rows, options)
  }

  async delete(row: RowKeyLike, options: DeleteOptions = {}): Promise<WriteResult> {
    const table = this.#state()
    const writer = await this.#ready(table, options)
    const now = this.#engine.options.clock.now()
    const stamp = options.timestamp === undefined ? {} : { timestamp: options.timestamp }
    const needsRead = options.what?.some((w) => w.kind === 'column' && w.timestamp === undefined) ?? false
    const run = async (): Promise<void> => {
      const newest = needsRead ? { newest: this.#newestVersion(table, row) } : {}
      const mutation = deleteMutation(table.schema, row, options.what, { now, ...stamp, ...newest })
      const blocks = encodeMutations(table.schema, [mutation], writer.lastSequence + 1)
      await this.#commit(writer, table, blocks, 1, options)
    }
    await (needsRead ? writer.exclusively(run) : run())
    return { rows: 1 }
  }

  /** Timestamps of the versions of a column that a read shows now, newest first. */
  #newestVersion(
    table: TableState,
    row: RowKeyLike,
  ): (family: number, qualifier: Uint8Array, nth: number) => number | null {
    const results = this.#read(
      table,
      { start: row, versions: Number.MAX_SAFE_INTEGER, cells: true },
      true,
    ) as Result[]
    return (family, qualifier, nth) => {
      const name = table.descriptor.families[family]!.name
      const cells = (results[0]?.cells ?? []).filter(
        (c) => c.family === name && Buffer.compare(c.qualifier, qualifier) === 0,
      )
      return cells[nth]?.timestamp ?? null
    }
  }

  /** One row, or a few: without an event loop turn. `exact`: start is a whole row key and the only row. */
  #read(table: TableState, options: ScanOptions, exact: boolean): (TypedRow | Result)[] {
    const source = this.#source(table, options, exact)
    const reader = new BatchReader(source)
    try {
      return reader.rows(exact ? 1 : BATCH_ROWS)
    } finally {
      reader.close()
    }
  }

  #source(table: TableState, options: ScanOptions, exact: boolean): ScanSource {
    const key = exact ? table.schema.rowKey(options.start!) : null
    const bounded = key === null ? options : { ...options, start: key, stop: keySuccessor(key) }
    const plan = planScan(table.schema, bounded, this.#engine.options.clock.now())
    const decoder = plan.asResults ? null : rowDecoder(table.schema, options)
    return { table, plan, decoder, open: () => new TableCursor(this.#engine, table, plan.scan, plan.where) }
  }

  async get(row: RowKeyLike, options: ReadOptions = {}): Promise<TypedRow | Result | null> {
    return this.getSync(row, options)
  }

  /** The same without a promise: for workers and scripts. */
  getSync(row: RowKeyLike, options: ReadOptions = {}): TypedRow | Result | null {
    return this.#read(this.#state(), { ...options, start: row }, true)[0] ?? null
  }

  scan(options: ScanOptions = {}): ScanHandle {
    const batchRows = options.batchRows ?? BATCH_ROWS
    if (!(batchRows >= 1)) {
      throw new HourbaseError('INVALID_ARGUMENT', `batchRows is ${batchRows}`, {
        hint: 'give a number of rows ≥ 1',
      })
    }
    return new LocalScan(
      () => this.#source(this.#state(), options, false),
      this.#engine.options.clock,
      batchRows,
      options.signal,
    )
  }

  async count(options: ScanOptions = {}): Promise<number> {
    const { clock } = this.#engine.options
    const reader = new BatchReader(this.#source(this.#state(), options, false))
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

  aggregate(query: AggregateQuery): Promise<AggregateRow[]> {
    return aggregateTable(this.#engine, this.#state(), query)
  }

  async regions(): Promise<RegionInfo[]> {
    const table = this.#state()
    return table.regions.regions.map((region) => regionInfo(table, region))
  }

  async flush(): Promise<void> {
    const table = this.#state()
    const writer = this.#engine.writable()
    await writer.settle()
    for (const region of table.regions.regions) await this.#maintenance.flush(table, region)
  }

  async compact(options: { major?: boolean } = {}): Promise<void> {
    const table = this.#state()
    this.#engine.writable()
    for (const region of table.regions.regions)
      await this.#maintenance.compact(table, region, options.major ?? false)
  }

  async split(key?: RowKeyLike): Promise<void> {
    const table = this.#state()
    this.#engine.writable()
    await this.#maintenance.split(table, key === undefined ? null : table.schema.rowBound(key))
  }
}
