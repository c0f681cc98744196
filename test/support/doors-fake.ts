/** An in-memory Database for the doors' tests: answers by simple rules, records what it was asked, fails on request. */
import type {
  AggregateQuery,
  AggregateRow,
  BatchStatus,
  CheckReport,
  CheckResult,
  Database,
  DeleteOptions,
  FamilyValues,
  RegionInfo,
  Result,
  RowKeyLike,
  ScanHandle,
  ScanOptions,
  Table,
  TableDescriptor,
  TableOptions,
  TableSummary,
  TypedRow,
  WriteResult,
} from 'hourbase'
import { HourbaseError } from 'hourbase'
import { FakeScan, sameScalar } from './doors-fake-scan.js'
import { FakeAdmin } from './fake-admin.js'
import { fakeDescriptor } from './fake-descriptor.js'

/** What a test can make a fake table do. */
export interface FakeFaults {
  /** The scan throws after this many rows. */
  failAfterRows?: number
  /** The scan repeats its rows for ever. */
  isEndless?: boolean
  /** Awaited before every batch and before an aggregate answers. */
  gate?: () => Promise<void>
}

export class FakeTable implements Table {
  readonly name: string
  readonly descriptor: TableDescriptor
  readonly asked: { scan?: ScanOptions; aggregate?: AggregateQuery; calls: unknown[][] } = { calls: [] }
  readonly faults: FakeFaults = {}
  rows: TypedRow[] = []
  results: Result[] = []
  answer: AggregateRow[] = []
  /** What a checkAndMutate finds. */
  checkHolds = true
  /** Scans begun and not yet released. */
  openScans = 0

  constructor(name: string, options: TableOptions, id: number) {
    this.name = name
    this.descriptor = fakeDescriptor(name, options, id)
  }

  describe(): Promise<TableDescriptor> {
    return Promise.resolve(this.descriptor)
  }

  put(row: RowKeyLike, values: FamilyValues): Promise<WriteResult> {
    return this.#called('put', row, values)
  }

  delete(row: RowKeyLike, options?: DeleteOptions): Promise<WriteResult> {
    return this.#called('delete', row, options)
  }

  putRows(rows: readonly unknown[]): Promise<WriteResult> {
    return this.#called('putRows', rows)
  }

  bulkLoad(): Promise<WriteResult> {
    return this.#called('bulkLoad')
  }

  get(row: RowKeyLike): Promise<TypedRow | Result | null> {
    this.asked.calls.push(['get', row])
    if (this.descriptor.rowKey === null) return Promise.resolve(this.results[0] ?? null)
    const parts = Object.entries(row as TypedRow)
    return Promise.resolve(
      this.rows.find((have) => parts.every(([name, part]) => sameScalar(have[name], part))) ?? null,
    )
  }

  async increment(...call: unknown[]): Promise<TypedRow | Result | null> {
    await this.#called('increment', ...call)
    return this.results[0] ?? null
  }

  async append(...call: unknown[]): Promise<TypedRow | Result | null> {
    await this.#called('append', ...call)
    return this.results[0] ?? null
  }

  async checkAndMutate(...call: unknown[]): Promise<CheckResult> {
    await this.#called('checkAndMutate', ...call)
    return { success: this.checkHolds, result: null }
  }

  async mutateRow(...call: unknown[]): Promise<null> {
    await this.#called('mutateRow', ...call)
    return null
  }

  async batch(mutations: readonly unknown[]): Promise<BatchStatus[]> {
    await this.#called('batch', mutations)
    return mutations.map(() => ({ status: 'SUCCESS' }))
  }

  async exists(row: RowKeyLike): Promise<boolean> {
    return (await this.get(row)) !== null
  }

  getMany(rows: readonly RowKeyLike[]): Promise<(TypedRow | Result | null)[]> {
    return Promise.all(rows.map((row) => this.get(row)))
  }

  scan(options: ScanOptions = {}): ScanHandle {
    this.asked.scan = options
    return new FakeScan(this, options)
  }

  async count(options: ScanOptions = {}): Promise<number> {
    return (await this.scan(options).toArray()).length
  }

  async aggregate(query: AggregateQuery): Promise<AggregateRow[]> {
    this.asked.aggregate = query
    await this.faults.gate?.()
    query.signal?.throwIfAborted()
    return this.answer
  }

  regions(): Promise<RegionInfo[]> {
    const file = {
      id: 7,
      family: 'd',
      bytes: 2048,
      rows: 3,
      cells: 6,
      minTimestamp: 0,
      maxTimestamp: 9,
      quarantined: false,
    }
    return Promise.resolve([
      { id: 1, start: '', stop: '', memstoreBytes: 512, fileBytes: 2048, files: [file] },
    ])
  }

  async flush(): Promise<void> {
    await this.#called('flush')
  }

  async compact(options?: { major?: boolean }): Promise<void> {
    await this.#called('compact', options)
  }

  async split(key?: RowKeyLike): Promise<void> {
    await this.#called('split', key)
  }

  #called(...call: unknown[]): Promise<WriteResult> {
    this.asked.calls.push(call)
    return Promise.resolve({ rows: 1 })
  }
}

export class FakeDatabase extends FakeAdmin implements Database {
  readonly fakes: Map<string, FakeTable> = new Map()
  report: CheckReport = { ok: true, filesChecked: 3, bytesChecked: 4096, problems: [] }
  isClosed = false

  createTable(name: string, options: TableOptions): Promise<FakeTable> {
    const table = new FakeTable(name, options, this.fakes.size + 1)
    this.fakes.set(name, table)
    return Promise.resolve(table)
  }

  dropTable(name: string): Promise<void> {
    this.fakes.delete(name)
    return Promise.resolve()
  }

  table(name: string): Table {
    const known = this.fakes.get(name)
    if (known !== undefined) return known
    const missing = new FakeTable(name, { families: {} }, 0)
    const fail = (): never => {
      throw new HourbaseError('TABLE_NOT_FOUND', `there is no table '${name}'`, { where: { table: name } })
    }
    return Object.assign(missing, { describe: async () => fail(), aggregate: async () => fail() })
  }

  tables(): Promise<TableSummary[]> {
    return Promise.resolve(
      [...this.fakes.values()].map(({ name, descriptor }) => {
        return { name, families: descriptor.families.map((family) => family.name), regions: 1, bytes: 2560 }
      }),
    )
  }

  checkpoint(): Promise<null> {
    return Promise.resolve(null)
  }

  checkpoints(): Promise<[]> {
    return Promise.resolve([])
  }

  removeCheckpoint(): Promise<void> {
    return Promise.resolve()
  }

  check(): Promise<CheckReport> {
    return Promise.resolve(this.report)
  }

  stats(): Promise<Record<string, unknown>> {
    return Promise.resolve({ tables: this.fakes.size, memstoreBytes: 512, longest: 12n })
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}
