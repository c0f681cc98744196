/** A scenario's table in a real database on a file system in memory: writes through the engine, reads through the public API. */
import type { LocalDatabase } from '../../src/database.js'
import type { FamilyOptions, ReadOptions, Result, ScanOptions, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { CrashVfs } from './crash-vfs.js'
import { GoldenCellTarget } from './golden-cell-target.js'
import { GoldenDatabaseStorage, type Restarts } from './golden-database-storage.js'
import { goldenFilter } from './golden-filter.js'
import { rangeOf } from './golden-read.js'
import {
  bytesText,
  type GoldenFamily,
  type GoldenInteger,
  type GoldenOp,
  integerOf,
  type PlainGoldenRow,
  textBytes,
} from './golden-scenario.js'
import type { GoldenTable, GoldenTarget } from './golden-target.js'
import { ManualClock } from './manual-clock.js'
import { MemVfs } from './mem-vfs.js'

const TABLE = 'golden'

export async function openGoldenDatabase(
  table: GoldenTable,
  Target: typeof GoldenDatabaseTarget = GoldenDatabaseTarget,
): Promise<GoldenDatabaseTarget> {
  const clock = new ManualClock(table.now)
  const database = await openOn(new MemVfs(), clock)
  const created = await database.createTable(TABLE, { families: familiesOf(table) })
  return new Target(table, new GoldenDatabaseStorage(database, TABLE), created, clock)
}

/** The same, but it can be closed or killed and opened again: by `storage.restart`, or after every so many changes. */
export async function openRestartable(
  table: GoldenTable,
  Target: typeof GoldenDatabaseTarget = GoldenDatabaseTarget,
  every: number = Number.POSITIVE_INFINITY,
): Promise<GoldenDatabaseTarget> {
  const clock = new ManualClock(table.now)
  let vfs = new CrashVfs()
  const database = await openOn(vfs, clock)
  await database.createTable(TABLE, { families: familiesOf(table) })
  const restarts: Restarts = {
    every,
    async restart(running, kills) {
      if (kills) vfs = vfs.crashImage(vfs.operations, 'kill')
      else await running.close()
      return openOn(vfs, clock)
    },
  }
  const storage = new GoldenDatabaseStorage(database, TABLE, restarts)
  return new Target(table, storage, storage.table, clock)
}

/** Restarted after every second change. */
export function openRestartedDatabase(table: GoldenTable): Promise<GoldenTarget> {
  return openRestartable(table, GoldenDatabaseTarget, 2)
}

function openOn(vfs: MemVfs, clock: ManualClock): Promise<LocalDatabase> {
  // Few rows a block, so that there are many blocks.
  const options = { workers: 0, maintenance: false, controlSocket: false, blockRowsMax: 2 } as const
  return open('/db', { ...options, vfs, clock })
}

function familiesOf(table: GoldenTable): Record<string, FamilyOptions> {
  const families = Object.entries(table.families).map(([name, family]) => [name, familyOptions(family)])
  return Object.fromEntries(families)
}

function familyOptions(family: GoldenFamily): FamilyOptions {
  return {
    versions: family.VERSIONS ?? 1,
    minVersions: family.MIN_VERSIONS ?? 0,
    ttlMs: family.TTL === undefined ? Number.POSITIVE_INFINITY : family.TTL * 1000,
    keepDeletedCells: family.KEEP_DELETED_CELLS ?? 'FALSE',
    newVersionBehavior: family.NEW_VERSION_BEHAVIOR ?? false,
    bloomFilter: family.BLOOMFILTER === 'NONE' ? 'NONE' : 'ROW',
  }
}

export class GoldenDatabaseTarget extends GoldenCellTarget {
  override readonly filters: boolean = true
  readonly #golden: GoldenTable
  readonly storage: GoldenDatabaseStorage
  readonly #table: Table
  readonly #clock: ManualClock

  constructor(golden: GoldenTable, storage: GoldenDatabaseStorage, table: Table, clock: ManualClock) {
    super(golden, storage)
    this.#golden = golden
    this.storage = storage
    this.#table = table
    this.#clock = clock
  }

  override setClock(now: number): void {
    super.setClock(now)
    this.#clock.setWallClock(now)
  }

  override async get(op: GoldenOp): Promise<PlainGoldenRow[]> {
    const row = bytesText(op.row!)
    if (row < this.#golden.start || (this.#golden.stop !== '' && row >= this.#golden.stop))
      throw new Error('row outside the region')
    if (op.versions !== undefined && op.versions !== 'all' && op.versions <= 0)
      throw new Error('versions must be positive')
    const result = (await this.#table.get(textBytes(row), readOptions(op))) as Result | null
    return result === null ? [] : [plainRow(result)]
  }

  override async scan(op: GoldenOp): Promise<PlainGoldenRow[]> {
    const { start, stop, reversed } = rangeOf(op, this.#golden)
    if (stop !== '' && start > stop) return []
    const options: ScanOptions = {
      ...readOptions(op),
      ...{ start: textBytes(start), stop: textBytes(stop), reversed, raw: op.raw === true },
      ...(op.limit !== undefined && op.limit > 0 ? { limit: op.limit } : {}),
      ...(op.batch === undefined ? {} : { batch: op.batch }),
      batchRows: 3,
    }
    // Where nothing is clipped the bounds are asked for as they were given.
    const isWhole = this.#golden.start === '' && this.#golden.stop === '' && !reversed
    const rows = await this.#table.scan(isWhole ? { ...options, ...givenBounds(op) } : options).toArray()
    return (rows as Result[]).map(plainRow)
  }
}

function givenBounds(op: GoldenOp): ScanOptions {
  const prefix = op.prefix === undefined ? {} : { prefix: textBytes(bytesText(op.prefix)) }
  return {
    start: textBytes(bytesText(op.start ?? '')),
    stop: textBytes(bytesText(op.stop ?? '')),
    startInclusive: op.startInclusive ?? true,
    stopInclusive: op.stopInclusive ?? false,
    ...prefix,
  }
}

function readOptions(op: GoldenOp): ReadOptions {
  const named = (op.columns ?? []).map(([family, qualifier]) => ({
    family,
    qualifier: textBytes(bytesText(qualifier)),
  }))
  // HBase: a family added whole and then by column is read by column.
  const whole = (op.families ?? []).filter((family) => !named.some((column) => column.family === family))
  const columns = [...whole, ...named]
  const own = Object.entries(op.columnFamilyTimeRange ?? {}).map(([family, range]) => [
    family,
    timesOf(range),
  ])
  return {
    ...(columns.length === 0 ? {} : { columns }),
    ...(op.versions === undefined ? {} : { versions: op.versions }),
    ...(op.timeRange === undefined ? {} : { timeRange: timesOf(op.timeRange) }),
    ...(op.timestamp === undefined ? {} : { timestamp: integerOf(op.timestamp) }),
    ...(own.length === 0 ? {} : { columnFamilyTimeRange: Object.fromEntries(own) }),
    ...(op.maxResultsPerFamily === undefined ? {} : { maxResultsPerFamily: op.maxResultsPerFamily }),
    ...(op.filter === undefined ? {} : { filter: goldenFilter(op.filter) }),
    ...(op.rowOffsetPerFamily === undefined ? {} : { rowOffsetPerFamily: op.rowOffsetPerFamily }),
  }
}

export function timesOf([from, to]: readonly [GoldenInteger, GoldenInteger]): [number, number | null] {
  const max = integerOf(to)
  return [integerOf(from), max === Number.POSITIVE_INFINITY ? null : max]
}

export function plainRow({ row, cells }: Result): PlainGoldenRow {
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
  return [
    latin1(row),
    cells.map(({ family, qualifier, timestamp, type, value }) => [
      family,
      latin1(qualifier),
      timestamp,
      type,
      latin1(value),
    ]),
  ]
}
