/** A table behind the control socket: every call is a message, a scan or bulk load is a stream of batches. */
import type {
  AggregateQuery,
  AggregateRow,
  AppendOptions,
  AppendSuffixes,
  BatchMutation,
  BatchStatus,
  CheckOptions,
  CheckResult,
  DeleteOptions,
  IncrementAmounts,
  IncrementOptions,
  MutateOptions,
  PutOptions,
  PutValues,
  ReadOptions,
  RegionInfo,
  Result,
  RowCondition,
  RowInput,
  RowKeyLike,
  RowMutation,
  ScanHandle,
  ScanOptions,
  Table,
  TypedRow,
  WriteOptions,
  WriteResult,
} from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import type { ControlConnection } from './control-connection.js'
import { plain, RemoteScan } from './remote-scan.js'

export class RemoteTable implements Table {
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

  put(row: RowKeyLike, values: PutValues, options?: PutOptions): Promise<WriteResult> {
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

  getMany(rows: readonly RowKeyLike[], options?: ReadOptions): Promise<(TypedRow | Result | null)[]> {
    return this.#call('getMany', rows, plain(options) ?? {})
  }

  exists(row: RowKeyLike, options?: ReadOptions): Promise<boolean> {
    return this.#call('exists', row, plain(options) ?? {})
  }

  increment(
    row: RowKeyLike,
    amounts: IncrementAmounts,
    options?: IncrementOptions,
  ): Promise<TypedRow | Result | null> {
    return this.#call('increment', row, amounts, plain(options) ?? {})
  }

  append(
    row: RowKeyLike,
    suffixes: AppendSuffixes,
    options?: AppendOptions,
  ): Promise<TypedRow | Result | null> {
    return this.#call('append', row, suffixes, plain(options) ?? {})
  }

  checkAndMutate(
    row: RowKeyLike,
    condition: RowCondition,
    mutation: RowMutation | readonly RowMutation[],
    options?: CheckOptions,
  ): Promise<CheckResult> {
    return this.#call('checkAndMutate', row, condition, mutation, plain(options) ?? {})
  }

  mutateRow(
    row: RowKeyLike,
    mutations: readonly RowMutation[],
    options?: MutateOptions,
  ): Promise<TypedRow | Result | null> {
    return this.#call('mutateRow', row, mutations, plain(options) ?? {})
  }

  batch(mutations: readonly BatchMutation[], options?: MutateOptions): Promise<BatchStatus[]> {
    return this.#call('batch', mutations, plain(options) ?? {})
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
