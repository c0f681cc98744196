/**
 * A Database in memory for tests of what writes through it: typed tables, rows checked by the real encoder, the checkpoint
 * stored atomically with its rows. It can die before or after its n-th write, as a killed process would leave it.
 */
import type {
  AggregateRow,
  BatchStatus,
  CheckReport,
  CheckResult,
  Database,
  RegionInfo,
  Result,
  RowInput,
  Scalar,
  ScanHandle,
  Table,
  TableOptions,
  TableSummary,
  TypedRow,
  WriteOptions,
  WriteResult,
} from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import type { TableDescriptor } from '../../src/model/descriptor.js'
import { encodeRows } from '../../src/model/row-encoder.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { HourbaseError } from '../../src/util/errors.js'
import { FakeAdmin } from './fake-admin.js'

export interface Crash {
  /** Dies at this write, counted from 1. */
  readonly atWrite: number
  readonly when: 'before' | 'after'
}

/** What survives a crash: give it to the next FakeDatabase. */
export class FakeDisk {
  readonly tables: Map<string, TableDescriptor> = new Map()
  /** By table and row key: the row's cells and its stamp. */
  readonly rows: Map<string, Map<string, StoredRow>> = new Map()
  readonly checkpoints: Map<string, Uint8Array> = new Map()
}

export interface StoredRow {
  readonly key: Record<string, Scalar>
  readonly cells: Record<string, Scalar>
  readonly timestamp: number
}

export class CrashError extends Error {}

export class FakeDatabase extends FakeAdmin implements Database {
  readonly disk: FakeDisk
  readonly #crash: Crash | null
  writes = 0
  /** What happens outside while a write is on its way. */
  beforeWrite: (rows: number) => Promise<void> = async () => {}
  /** Rows and mode of each write. */
  readonly log: { readonly rows: number; readonly bulk: boolean }[] = []
  #dead = false

  constructor(disk: FakeDisk = new FakeDisk(), crash: Crash | null = null) {
    super()
    this.disk = disk
    this.#crash = crash
  }

  async createTable(name: string, options: TableOptions): Promise<Table> {
    this.#alive()
    if (this.disk.tables.has(name)) throw new HourbaseError('TABLE_EXISTS', `table '${name}' exists`)
    const familyIds = Object.keys(options.families).map((_, i) => i + 1)
    this.disk.tables.set(name, defineTable(name, options, { tableId: this.disk.tables.size + 1, familyIds }))
    this.disk.rows.set(name, new Map())
    return this.table(name)
  }

  async dropTable(name: string): Promise<void> {
    this.disk.tables.delete(name)
    this.disk.rows.delete(name)
  }

  table(name: string): Table {
    return new FakeTable(name, this)
  }

  async tables(): Promise<TableSummary[]> {
    return [...this.disk.tables.values()].map(({ name, families }) => ({
      name,
      families: families.map((family) => family.name),
      regions: 1,
      bytes: 0,
    }))
  }

  async checkpoint(name: string): Promise<Uint8Array | null> {
    return this.disk.checkpoints.get(name) ?? null
  }

  async checkpoints(prefix: string): Promise<{ name: string; value: Uint8Array }[]> {
    return [...this.disk.checkpoints]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => ({ name, value }))
  }

  async removeCheckpoint(name: string): Promise<void> {
    this.disk.checkpoints.delete(name)
  }

  async check(): Promise<CheckReport> {
    return { ok: true, filesChecked: 0, bytesChecked: 0, problems: [] }
  }

  async stats(): Promise<Record<string, unknown>> {
    return {}
  }

  async close(): Promise<void> {}

  descriptor(name: string): TableDescriptor {
    const descriptor = this.disk.tables.get(name)
    if (descriptor === undefined) throw new HourbaseError('TABLE_NOT_FOUND', `there is no table '${name}'`)
    return descriptor
  }

  /** Rows in the order of their keys' text: what two runs are compared by. */
  stored(name: string): StoredRow[] {
    return [...this.disk.rows.get(name)!].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }

  async write(
    name: string,
    rows: readonly RowInput[],
    options: WriteOptions,
    bulk: boolean,
  ): Promise<WriteResult> {
    this.#alive()
    await this.beforeWrite(rows.length)
    // as a real store would, answer in a later turn
    await new Promise<void>((resolve) => setImmediate(resolve))
    const schema = new TableSchema(this.descriptor(name))
    const now = options.timestamp ?? Date.now()
    encodeRows(schema, rows, { now, nulls: options.nulls ?? 'skip', sequenceBase: 1 })
    this.writes++
    const isLast = this.#crash !== null && this.writes >= this.#crash.atWrite
    if (isLast && this.#crash.when === 'before') this.#die()
    for (const row of rows) this.#putRow(schema, row as Record<string, Scalar>, now)
    if (options.checkpoint !== undefined)
      this.disk.checkpoints.set(options.checkpoint.name, options.checkpoint.value.slice())
    this.log.push({ rows: rows.length, bulk })
    if (isLast) this.#die()
    return { rows: rows.length }
  }

  #putRow(schema: TableSchema, row: Record<string, Scalar>, now: number): void {
    const key: Record<string, Scalar> = {}
    const cells: Record<string, Scalar> = {}
    for (const part of schema.key.parts) key[part.name] = row[part.name] ?? null
    for (const [name, value] of Object.entries(row)) if (!(name in key) && value !== null) cells[name] = value
    const eventTime = schema.descriptor.time === null ? null : key[schema.descriptor.time]!
    const timestamp =
      eventTime === null ? now : typeof eventTime === 'bigint' ? Number(eventTime / 1000n) : Number(eventTime)
    const id = JSON.stringify(Object.values(key), (_, value) =>
      typeof value === 'bigint' ? `${value}n` : value,
    )
    const rows = this.disk.rows.get(schema.name)!
    const before = rows.get(id)
    rows.set(id, { key, cells: { ...before?.cells, ...cells }, timestamp })
  }

  #alive(): void {
    if (this.#dead) throw new CrashError('the process is dead')
  }

  #die(): never {
    this.#dead = true
    throw new CrashError(`crashed at write ${this.writes}`)
  }
}

class FakeTable implements Table {
  readonly name: string
  readonly #db: FakeDatabase

  constructor(name: string, db: FakeDatabase) {
    this.name = name
    this.#db = db
  }

  async describe(): Promise<TableDescriptor> {
    return this.#db.descriptor(this.name)
  }

  putRows(rows: readonly RowInput[], options: WriteOptions = {}): Promise<WriteResult> {
    return this.#db.write(this.name, rows, options, false)
  }

  bulkLoad(
    rows: Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    return this.#db.write(this.name, [...(rows as Iterable<RowInput>)], options, true)
  }

  scan(): ScanHandle {
    const rows = this.#db.stored(this.name).map(({ key, cells }): TypedRow => ({ ...key, ...cells }))
    async function* batches(): AsyncGenerator<TypedRow[]> {
      yield rows
    }
    const handle = {
      batches,
      toArray: async () => rows,
      [Symbol.asyncIterator]: async function* (): AsyncGenerator<TypedRow> {
        yield* rows
      },
      columns: () => unsupported(),
    }
    return handle as unknown as ScanHandle
  }

  put(): Promise<WriteResult> {
    return unsupported()
  }
  delete(): Promise<WriteResult> {
    return unsupported()
  }
  increment(): Promise<null> {
    return unsupported()
  }
  append(): Promise<null> {
    return unsupported()
  }
  checkAndMutate(): Promise<CheckResult> {
    return unsupported()
  }
  mutateRow(): Promise<null> {
    return unsupported()
  }
  batch(): Promise<BatchStatus[]> {
    return unsupported()
  }
  exists(): Promise<boolean> {
    return unsupported()
  }
  getMany(): Promise<null[]> {
    return unsupported()
  }
  get(): Promise<TypedRow | Result | null> {
    return unsupported()
  }
  count(): Promise<number> {
    return unsupported()
  }
  aggregate(): Promise<AggregateRow[]> {
    return unsupported()
  }
  regions(): Promise<RegionInfo[]> {
    return unsupported()
  }
  flush(): Promise<void> {
    return unsupported()
  }
  compact(): Promise<void> {
    return unsupported()
  }
  split(): Promise<void> {
    return unsupported()
  }
}

function unsupported(): never {
  throw new Error('the fake database does not do this')
}
