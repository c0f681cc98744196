/** The open database: admin calls and the way from opening to closing. */

import { LocalAdmin } from './admin/local-admin.js'
import { createTable } from './admin/tables.js'
import { checkDatabase } from './check.js'
import { closedError, type Engine, SYSTEM_TABLE } from './engine.js'
import { LocalTable } from './local-table.js'
import type { Maintenance } from './maintenance.js'
import type { CheckReport, Database, Table, TableOptions, TableSummary } from './model/api.js'
import type { RegionDescriptor } from './model/descriptor.js'
import { TableSchema } from './model/table-schema.js'
import { Region } from './region/region.js'
import { RegionMap } from './region/region-map.js'
import { RowOperations } from './row-operations.js'
import { databaseStats } from './stats.js'
import { readCheckpoints, removalPart, systemTableDescriptor } from './system-table.js'
import { tableState } from './table-state.js'
import { EMPTY } from './util/bytes.js'
import { HourbaseError } from './util/errors.js'

/** What close() ends besides the engine, in this order: control socket, lock. */
export interface Attachment {
  close(): Promise<void> | void
}

export class LocalDatabase extends LocalAdmin implements Database {
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #operations: RowOperations
  readonly #attachments: Attachment[] = []
  #closing: Promise<void> | null = null

  constructor(engine: Engine, maintenance: Maintenance) {
    super(engine, maintenance)
    this.#engine = engine
    this.#maintenance = maintenance
    this.#operations = new RowOperations(engine, maintenance)
  }

  attach(attachment: Attachment): void {
    this.#attachments.push(attachment)
  }

  /** What it is made of: for this project's own tests and tools, which look at files and play single jobs. */
  get internals(): { readonly engine: Engine; readonly maintenance: Maintenance } {
    return { engine: this.#engine, maintenance: this.#maintenance }
  }

  async createTable(name: string, options: TableOptions): Promise<Table> {
    return this.table(await createTable(this.desk, name, options))
  }

  /** Once in a database's life: the hidden table of checkpoints. */
  async createSystemTable(): Promise<void> {
    const { manifest, tables } = this.#engine
    const table = systemTableDescriptor(manifest.allocateId(), manifest.allocateId())
    const region: RegionDescriptor = {
      id: manifest.allocateId(),
      tableId: table.id,
      start: EMPTY,
      stop: EMPTY,
    }
    await manifest.commit([{ kind: 'createTable', table, regions: [region] }])
    const schema = new TableSchema(table)
    tables.set(table.name, tableState(schema, new RegionMap([new Region(region, schema, [], 0)])))
  }

  async dropTable(name: string): Promise<void> {
    const engine = this.#engine
    engine.writable()
    const table = engine.table(name)
    if (table.descriptor.name === SYSTEM_TABLE) {
      throw new HourbaseError('INVALID_ARGUMENT', `'${name}' is a system table`, {
        hint: 'it cannot be dropped',
      })
    }
    await engine.writer?.settle()
    await this.#maintenance.drop(table)
  }

  table(name: string): Table {
    if (this.#engine.status === 'closed') throw closedError()
    return new LocalTable(this.#engine, this.#maintenance, this.#operations, name)
  }

  async tables(): Promise<TableSummary[]> {
    if (this.#engine.status === 'closed') throw closedError()
    const summaries: TableSummary[] = []
    for (const { descriptor, regions } of this.#engine.tables.values()) {
      if (descriptor.name === SYSTEM_TABLE) continue
      let bytes = 0
      for (const region of regions.regions) {
        descriptor.families.forEach((_, f) => {
          for (const file of region.files(f)) bytes += file.meta.bytes
        })
      }
      const families = descriptor.families.map((f) => f.name)
      summaries.push({ name: descriptor.name, families, regions: regions.regions.length, bytes })
    }
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async checkpoint(name: string): Promise<Uint8Array | null> {
    return readCheckpoints(this.#engine, name).get(name) ?? null
  }

  async checkpoints(prefix: string): Promise<{ name: string; value: Uint8Array }[]> {
    return [...readCheckpoints(this.#engine, prefix)].map(([name, value]) => ({ name, value }))
  }

  async removeCheckpoint(name: string): Promise<void> {
    const engine = this.#engine
    if (engine.manifest.state.checkpoints.has(name))
      await engine.manifest.commit([{ kind: 'removeCheckpoint', name }])
    const writer = engine.writable()
    if (writer.isHeld) await writer.turn()
    const sequence = writer.take(1)
    await writer.commit([removalPart(engine, name, sequence)], sequence, 'FSYNC_WAL')
  }

  check(): Promise<CheckReport> {
    return checkDatabase(this.#engine)
  }

  async stats(): Promise<Record<string, unknown>> {
    return databaseStats(this.#engine)
  }

  /** Waits until flushes, compactions and splits that are due have ended. For tests, benches and scripts. */
  async drain(): Promise<void> {
    await this.#maintenance.drain()
  }

  /** Seals WAL and manifest; a clean close needs no replay of a torn tail. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const engine = this.#engine
    engine.status = 'closing'
    for (const attachment of this.#attachments.slice(0, -1)) await attachment.close()
    try {
      await engine.writer?.settle()
      await this.#maintenance.stop()
      await engine.wal?.close()
      if (engine.writer !== null) await engine.manifest.close()
    } finally {
      engine.status = 'closed'
      for (const { table, region } of engine.regions()) {
        table.descriptor.families.forEach((_, family) => {
          for (const file of region.files(family)) file.release()
        })
      }
      await this.#attachments.at(-1)?.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
