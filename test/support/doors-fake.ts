/** An in-memory Database for the doors' tests: answers by simple rules, records what it was asked, fails on request. */
import type {
  AggregateQuery,
  AggregateRow,
  CheckReport,
  ColumnBatch,
  ColumnVector,
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
import { fakeDescriptor } from './fake-descriptor.js'

const BATCH_ROWS = 4

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

class FakeScan implements ScanHandle {
  readonly #table: FakeTable
  readonly #options: ScanOptions

  constructor(table: FakeTable, options: ScanOptions) {
    this.#table = table
    this.#options = options
  }

  async *batches(): AsyncGenerator<(TypedRow | Result)[]> {
    const table = this.#table
    table.openScans++
    try {
      const rows = this.#rows()
      let given = 0
      do {
        for (let from = 0; from < rows.length; from += BATCH_ROWS) {
          await table.faults.gate?.()
          this.#options.signal?.throwIfAborted()
          if (given >= (table.faults.failAfterRows ?? Number.POSITIVE_INFINITY)) {
            throw new HourbaseError('CORRUPTION', 'block 3 of /secret/place/000007.sst is damaged', {
              where: { file: 7 },
            })
          }
          const batch = rows.slice(from, from + BATCH_ROWS)
          given += batch.length
          yield batch
        }
      } while (table.faults.isEndless === true)
    } finally {
      table.openScans--
    }
  }

  async *columns(): AsyncGenerator<ColumnBatch> {
    for await (const rows of this.batches()) yield columnBatch(this.#table.descriptor, rows as TypedRow[])
  }

  async toArray(): Promise<(TypedRow | Result)[]> {
    const all: (TypedRow | Result)[] = []
    for await (const rows of this.batches()) all.push(...rows)
    return all
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TypedRow | Result> {
    for await (const rows of this.batches()) yield* rows
  }

  #rows(): (TypedRow | Result)[] {
    const { where, limit, reversed, prefix, start, stop } = this.#options
    if (where?.includes('!!') === true) {
      throw new HourbaseError('INVALID_ARGUMENT', "where: unexpected '!!'", {
        where: { offset: where.indexOf('!!') },
      })
    }
    if (this.#table.descriptor.rowKey === null) return this.#results().slice(0, limit)
    let rows = this.#table.rows.filter((row) =>
      Object.entries(prefix ?? {}).every(([name, part]) => sameScalar(row[name], part)),
    )
    const at = (key: RowKeyLike): number => {
      return rows.findIndex((row) => Object.entries(key).every(([name, part]) => sameScalar(row[name], part)))
    }
    rows = rows.slice(start === undefined ? 0 : at(start), stop === undefined ? rows.length : at(stop))
    return (reversed === true ? rows.toReversed() : rows).slice(0, limit)
  }

  #results(): Result[] {
    const { start } = this.#options
    if (start === undefined) return this.#table.results
    return this.#table.results.filter(
      (result) => Buffer.compare(result.row, Buffer.from(start as Uint8Array)) >= 0,
    )
  }
}

/** Hours may be asked for as ISO text and are kept as ms. */
function sameScalar(have: unknown, want: unknown): boolean {
  return have === want || (typeof have === 'number' && typeof want === 'string' && have === Date.parse(want))
}

function columnBatch(descriptor: TableDescriptor, rows: readonly TypedRow[]): ColumnBatch {
  const columns: Record<string, ColumnVector> = {}
  const fields = [...descriptor.rowKey!, ...descriptor.families.flatMap((family) => family.columns)]
  for (const { name, type } of fields) {
    const values = rows.map((row) => row[name] ?? null)
    const valid = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 0 : 1)) : null
    columns[name] = { type: type.text, values: vectorOf(type.name, values), valid }
  }
  return { rowCount: rows.length, columns }
}

function vectorOf(type: string, values: readonly unknown[]): ColumnVector['values'] {
  if (type === 'long') return BigInt64Array.from(values, (value) => (value ?? 0n) as bigint)
  if (type === 'datetime')
    return BigInt64Array.from(values, (value) => BigInt(Date.parse((value ?? 0) as string)) * 1000n)
  if (['double', 'int', 'boolean', 'hour', 'day'].includes(type)) return Float64Array.from(values, Number)
  return values.map((value) => value ?? '') as string[]
}

export class FakeDatabase implements Database {
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
