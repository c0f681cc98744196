/** The real database as a GoldenStorage: cells with timestamps and types of their own go through Writer and RegionJobs. */
import { publishFiles } from '../../src/bulk-load.js'
import type { LocalDatabase } from '../../src/database.js'
import { MemStore } from '../../src/memstore/memstore.js'
import type { Table } from '../../src/model/api.js'
import type { Mutation } from '../../src/model/mutation.js'
import { encodeMutations } from '../../src/model/mutation-encoder.js'
import { CellType, type RowBlock, type RunCursor } from '../../src/model/row-block.js'
import type { Region } from '../../src/region/region.js'
import type { RegionScan } from '../../src/region/region-scanner.js'
import type { SstableMeta } from '../../src/sstable/sstable-meta.js'
import { writeSstable } from '../../src/sstable/write-sstable.js'
import { TableCursor } from '../../src/table-cursor.js'
import type { TableState } from '../../src/table-state.js'
import { type GoldenOp, textBytes } from './golden-scenario.js'
import type { FamilyRead, FamilyRow, GoldenStorage, WrittenCell } from './golden-storage.js'
import { rowsOf } from './golden-store.js'

const ALL_ROWS = { start: new Uint8Array(0), stop: new Uint8Array(0), reversed: false }

/** How a scenario's database ends and comes back between two writes. */
export interface Restarts {
  /** After every so many changes. */
  readonly every: number
  restart(database: LocalDatabase, kills: boolean): Promise<LocalDatabase>
}

export class GoldenDatabaseStorage implements GoldenStorage {
  readonly #name: string
  readonly #restarts: Restarts | null
  #database: LocalDatabase
  #changes = 0

  constructor(database: LocalDatabase, name: string, restarts: Restarts | null = null) {
    this.#database = database
    this.#name = name
    this.#restarts = restarts
  }

  get database(): LocalDatabase {
    return this.#database
  }

  /** Every call goes to the table of the database as it is then, whatever restarts came between. */
  get table(): Table {
    const current = () => this.#database.table(this.#name)
    return new Proxy({} as Table, {
      get(_, name: keyof Table) {
        const table = current()
        const member = table[name]
        return typeof member === 'function' ? member.bind(table) : member
      },
    })
  }

  get #table(): TableState {
    return this.#database.internals.engine.table(this.#name)
  }

  async restart(kills: boolean): Promise<void> {
    this.#database = await this.#restarts!.restart(this.#database, kills)
  }

  async #changed(): Promise<void> {
    if (this.#restarts === null || ++this.#changes % this.#restarts.every > 0) return
    await this.restart(this.#changes % (2 * this.#restarts.every) === 0)
  }

  async write(cells: readonly WrittenCell[]): Promise<void> {
    const { writer } = this.#database.internals.engine
    const mutations = this.#mutations(cells)
    const first = writer!.take(mutations.length)
    const blocks = encodeMutations(this.#table.schema, mutations, first)
    await writer!.commit([{ table: this.#table, blocks }], first, 'FSYNC_WAL')
    await this.#changed()
  }

  #mutations(cells: readonly WrittenCell[]): Mutation[] {
    const rows = new Map<string, WrittenCell[]>()
    for (const cell of cells) rows.set(cell.row, [...(rows.get(cell.row) ?? []), cell])
    return [...rows].map(([row, ofRow]) => ({
      row: textBytes(row),
      cells: ofRow.map(({ family, qualifier, timestamp, type, ttlMs, value }) => ({
        family: this.#family(family),
        qualifier: textBytes(qualifier),
        timestamp,
        type: CellType[type],
        ttlMs,
        value: textBytes(value),
      })),
    }))
  }

  #family(name: string): number {
    return this.#table.schema.familyIndex(name)
  }

  /** As HBase: what was written before is flushed; then the cells untrimmed, one file a family. */
  async bulkload(cells: readonly WrittenCell[]): Promise<void> {
    await this.flush()
    const { engine, maintenance } = this.#database.internals
    const mutations = this.#mutations(cells)
    const blocks = encodeMutations(this.#table.schema, mutations, engine.writer!.take(mutations.length))
    const files = blocks.flatMap((block, family) => (block === null ? [] : [this.#writeFile(block, family)]))
    await publishFiles(engine, maintenance, this.#table, files, {})
    await this.#changed()
  }

  #writeFile(block: RowBlock, family: number): SstableMeta {
    const { engine, maintenance } = this.#database.internals
    const schema = this.#table.schema.stores[family]!
    const { bloomFilter, compression, blockBytesMax, id } = this.#table.descriptor.families[family]!
    const memstore = new MemStore(schema)
    memstore.add(block, null)
    const { fileId, path } = maintenance.jobs.newFile()
    const options = {
      ...{ fileId, tableId: this.#table.descriptor.id, familyId: id, schema },
      ...{ compression, blockBytesMax, bloomFilter, blockRowsMax: engine.options.blockRowsMax },
    }
    return writeSstable(engine.options.vfs, path, options, memstore.view().scan(ALL_ROWS))
  }

  read(read: FamilyRead): FamilyRow[] {
    const family = this.#family(read.family)
    const scan: RegionScan = {
      range: { start: textBytes(read.start), stop: textBytes(read.stop), reversed: read.reversed },
      families: this.#table.descriptor.families.map((_, i) => ({
        read: i === family,
        qualifiers: read.columns?.map(textBytes) ?? null,
      })),
      timeRange: read.timeRange,
      versions: read.versions,
      raw: read.raw,
      now: read.now,
    }
    const cursor = new TableCursor(this.#database.internals.engine, this.#table, scan, null)
    return rowsOf(new FamilyRuns(cursor, family), read)
  }

  async flush(): Promise<void> {
    await this.table.flush()
    await this.#changed()
  }

  async compact(op: GoldenOp): Promise<void> {
    const { jobs } = this.#database.internals.maintenance
    for (const region of this.#table.regions.regions) {
      if (op.policy === true) {
        await jobs.compactByPolicy(this.#table, region)
        continue
      }
      await jobs.turns.compact(region, async () => {
        for (let family = 0; family < region.familyCount; family++)
          await this.#compactFamily(region, family, op)
      })
    }
    await this.#changed()
  }

  async #compactFamily(region: Region, family: number, op: GoldenOp): Promise<void> {
    const files = region.files(family)
    const inputs = op.files === undefined ? files : files.slice(op.files[0], op.files[1])
    // Compacting one file of several is nothing to HBase.
    if (op.files !== undefined && inputs.length === 1) return
    const { newVersionBehavior } = this.#table.descriptor.families[family]!
    await this.#database.internals.maintenance.jobs.compactInTurn(this.#table, region, family, {
      fileIds: inputs.map((file) => file.meta.fileId),
      keepMarkers: op.major !== true && !newVersionBehavior,
      cut: false,
    })
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}

/** The runs of one family of a table's scan. */
class FamilyRuns implements RunCursor {
  block!: RowBlock
  from = 0
  to = 0
  readonly #cursor: TableCursor
  readonly #family: number

  constructor(cursor: TableCursor, family: number) {
    this.#cursor = cursor
    this.#family = family
  }

  next(): boolean {
    const run = this.#cursor.next()
    if (run === null) return false
    this.block = run.blocks[this.#family]!
    this.from = run.froms[this.#family]!
    this.to = this.from + run.count
    return true
  }

  close(): void {
    this.#cursor.close()
  }
}
