/** A Database in another process, through its control socket: the same interface, so a command need not know which it has. */
import { connect, type Socket } from 'node:net'
import type {
  AggregateQuery,
  AggregateRow,
  CheckReport,
  ColumnBatch,
  Database,
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
  TableOptions,
  TableSummary,
  TypedRow,
  WriteOptions,
  WriteResult,
} from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { HourbaseError } from '../util/errors.js'
import { type AnswerFrame, batchFromWire, encodeFrame, errorFromWire, FrameReader } from './protocol.js'

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** One connection; calls may overlap. */
class ControlConnection {
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  readonly #reader = new FrameReader()
  #nextId = 1
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#onClose())
  }

  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(gone())
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const frame = encodeFrame([id, method, args.map((a) => (a === undefined ? null : a))])
      this.#pending.set(id, { resolve, reject })
      this.#socket.write(frame)
    })
  }

  close(): void {
    this.#socket.end()
  }

  #onData(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        const [id, failed, value] = frame as AnswerFrame
        const pending = this.#pending.get(id)
        this.#pending.delete(id)
        if (failed === 1) pending?.reject(errorFromWire(value))
        else pending?.resolve(value)
      }
    } catch {
      this.#socket.destroy()
    }
  }

  #onClose(): void {
    this.#closed = true
    for (const { reject } of this.#pending.values()) reject(gone())
    this.#pending.clear()
  }
}

function gone(): HourbaseError {
  return new HourbaseError('CLOSED', 'the process that holds the database has gone away', {
    hint: 'what it acknowledged is safe; run the command again',
  })
}

/** Connects to a writer's control socket. @throws CLOSED when nobody answers. */
export function connectControl(path: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', (cause) => {
      reject(
        new HourbaseError('CLOSED', `no answer on the control socket ${path}`, { cause, where: { path } }),
      )
    })
    socket.once('connect', () => resolve(new RemoteDatabase(new ControlConnection(socket))))
  })
}

class RemoteDatabase implements Database {
  readonly #connection: ControlConnection

  constructor(connection: ControlConnection) {
    this.#connection = connection
  }

  async createTable(name: string, options: TableOptions): Promise<Table> {
    await this.#connection.call('database.createTable', name, options)
    return this.table(name)
  }

  async dropTable(name: string): Promise<void> {
    await this.#connection.call('database.dropTable', name)
  }

  table(name: string): Table {
    return new RemoteTable(this.#connection, name)
  }

  tables(): Promise<TableSummary[]> {
    return this.#connection.call('database.tables') as Promise<TableSummary[]>
  }

  checkpoint(name: string): Promise<Uint8Array | null> {
    return this.#connection.call('database.checkpoint', name) as Promise<Uint8Array | null>
  }

  checkpoints(prefix: string): Promise<{ name: string; value: Uint8Array }[]> {
    return this.#connection.call('database.checkpoints', prefix) as Promise<
      { name: string; value: Uint8Array }[]
    >
  }

  async removeCheckpoint(name: string): Promise<void> {
    await this.#connection.call('database.removeCheckpoint', name)
  }

  check(): Promise<CheckReport> {
    return this.#connection.call('database.check') as Promise<CheckReport>
  }

  stats(): Promise<Record<string, unknown>> {
    return this.#connection.call('database.stats') as Promise<Record<string, unknown>>
  }

  async close(): Promise<void> {
    this.#connection.close()
  }
}

/** Functions and signals stay on this side. */
function plain<T extends object>(options: T | undefined): Omit<T, 'signal'> | undefined {
  if (options === undefined) return undefined
  const { signal: _, ...rest } = options as T & { signal?: AbortSignal }
  return rest as Omit<T, 'signal'>
}

class RemoteTable implements Table {
  readonly name: string
  readonly #connection: ControlConnection

  constructor(connection: ControlConnection, name: string) {
    this.#connection = connection
    this.name = name
  }

  #call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    return this.#connection.call(`table.${method}`, this.name, ...args) as Promise<T>
  }

  describe(): Promise<TableDescriptor> {
    return this.#call('describe')
  }

  put(row: RowKeyLike, values: FamilyValues, options?: PutOptions): Promise<WriteResult> {
    return this.#call('put', row, values, plain(options) ?? {})
  }

  putRows(rows: readonly RowInput[], options?: WriteOptions): Promise<WriteResult> {
    return this.#call('putRows', rows, plain(options) ?? {})
  }

  async bulkLoad(
    rows: Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>,
    options?: WriteOptions,
  ): Promise<WriteResult> {
    const stream = await this.#call<number>('bulkLoad', plain(options) ?? {})
    try {
      let batch: RowInput[] = []
      for await (const item of rows) {
        if (Array.isArray(item)) batch.push(...(item as RowInput[]))
        else batch.push(item as RowInput)
        if (batch.length < 1000) continue
        await this.#connection.call('stream.next', stream, batch)
        batch = []
      }
      if (batch.length > 0) await this.#connection.call('stream.next', stream, batch)
      return (await this.#connection.call('stream.next', stream, null)) as WriteResult
    } finally {
      await this.#connection.call('stream.close', stream).catch(() => undefined)
    }
  }

  delete(row: RowKeyLike, options?: DeleteOptions): Promise<WriteResult> {
    return this.#call('delete', row, plain(options) ?? {})
  }

  get(row: RowKeyLike, options?: ReadOptions): Promise<TypedRow | Result | null> {
    return this.#call('get', row, plain(options) ?? {})
  }

  scan(options?: ScanOptions): ScanHandle {
    return new RemoteScan(this.#connection, this.name, options ?? {})
  }

  count(options?: ScanOptions): Promise<number> {
    return this.#call('count', plain(options) ?? {})
  }

  aggregate(query: AggregateQuery): Promise<AggregateRow[]> {
    return this.#call('aggregate', plain(query))
  }

  regions(): Promise<RegionInfo[]> {
    return this.#call('regions')
  }

  async flush(): Promise<void> {
    await this.#call('flush')
  }

  async compact(options?: { major?: boolean }): Promise<void> {
    await this.#call('compact', options ?? {})
  }

  async split(key?: RowKeyLike): Promise<void> {
    await this.#call('split', ...(key === undefined ? [] : [key]))
  }
}

class RemoteScan implements ScanHandle {
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
