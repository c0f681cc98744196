/** A table of this process's database: the public Table over the engine. */
import { aggregateTable } from './aggregate-table.js'
import { bulkLoad } from './bulk-load.js'
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
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
} from './model/api.js'
import type { TableDescriptor } from './model/descriptor.js'
import { regionInfo } from './region-info.js'
import type { RowOperations } from './row-operations.js'
import { TableReads } from './table-reads.js'
import type { TableState } from './table-state.js'
import { TableWrites } from './table-writes.js'

export class LocalTable implements Table {
  readonly name: string
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #reads: TableReads
  readonly #writes: TableWrites

  constructor(engine: Engine, maintenance: Maintenance, operations: RowOperations, name: string) {
    this.name = name
    this.#engine = engine
    this.#maintenance = maintenance
    this.#reads = new TableReads(engine, name)
    this.#writes = new TableWrites(engine, maintenance, operations, name)
  }

  #state(): TableState {
    return this.#engine.table(this.name)
  }

  async describe(): Promise<TableDescriptor> {
    return this.#state().descriptor
  }

  put(row: RowKeyLike, values: PutValues, options: PutOptions = {}): Promise<WriteResult> {
    return this.#writes.put(row, values, options)
  }

  putRows(rows: readonly RowInput[], options: WriteOptions = {}): Promise<WriteResult> {
    return this.#writes.putRows(rows, options)
  }

  bulkLoad(
    rows: Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    return bulkLoad(this.#engine, this.#maintenance, this.name, rows, options)
  }

  delete(row: RowKeyLike, options: DeleteOptions = {}): Promise<WriteResult> {
    return this.#writes.delete(row, options)
  }

  increment(
    row: RowKeyLike,
    amounts: IncrementAmounts,
    options: IncrementOptions = {},
  ): Promise<TypedRow | Result | null> {
    const { durability: _, signal: __, longs: ___, ...compute } = options
    return this.#writes.mutateRow(row, [{ kind: 'increment', amounts, ...compute }], options)
  }

  append(
    row: RowKeyLike,
    suffixes: AppendSuffixes,
    options: AppendOptions = {},
  ): Promise<TypedRow | Result | null> {
    const { durability: _, signal: __, longs: ___, ...compute } = options
    return this.#writes.mutateRow(row, [{ kind: 'append', suffixes, ...compute }], options)
  }

  checkAndMutate(
    row: RowKeyLike,
    condition: RowCondition,
    mutation: RowMutation | readonly RowMutation[],
    options: CheckOptions = {},
  ): Promise<CheckResult> {
    return this.#writes.checkAndMutate(row, condition, mutation, options)
  }

  mutateRow(
    row: RowKeyLike,
    mutations: readonly RowMutation[],
    options: MutateOptions = {},
  ): Promise<TypedRow | Result | null> {
    return this.#writes.mutateRow(row, mutations, options)
  }

  batch(mutations: readonly BatchMutation[], options: MutateOptions = {}): Promise<BatchStatus[]> {
    return this.#writes.batch(mutations, options)
  }

  async get(row: RowKeyLike, options: ReadOptions = {}): Promise<TypedRow | Result | null> {
    return this.#reads.get(row, options)
  }

  /** The same without a promise: for workers and scripts. */
  getSync(row: RowKeyLike, options: ReadOptions = {}): TypedRow | Result | null {
    return this.#reads.get(row, options)
  }

  async exists(row: RowKeyLike, options: ReadOptions = {}): Promise<boolean> {
    return this.#reads.exists(row, options)
  }

  getMany(rows: readonly RowKeyLike[], options: ReadOptions = {}): Promise<(TypedRow | Result | null)[]> {
    return this.#reads.getMany(rows, options)
  }

  scan(options: ScanOptions = {}): ScanHandle {
    return this.#reads.scan(options)
  }

  count(options: ScanOptions = {}): Promise<number> {
    return this.#reads.count(options)
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
