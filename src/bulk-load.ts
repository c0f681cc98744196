/**
 * Rows straight to SSTables: encoded by the thousand, sorted in MemStores of their own, written as files that nobody lists, then made
 * known by one manifest edit, checkpoint and all. A load that fails or is aborted leaves nothing visible. Rows written to the same keys while
 * the load runs count as newer.
 */
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type { FileRecord } from './manifest/manifest-state.js'
import { MemStore } from './memstore/memstore.js'
import type { RowInput, WriteOptions, WriteResult } from './model/api.js'
import { decodeRowBlock, encodeRowBlock } from './model/row-block-codec.js'
import { encodeRows } from './model/row-encoder.js'
import { throwIfAborted } from './scan-handle.js'
import type { FlushJob } from './store/store-job.js'
import { stamped } from './system-table.js'
import type { TableState } from './table-state.js'
import { HourbaseError } from './util/errors.js'
import type { Writer } from './writer.js'

const CHUNK_ROWS = 2000
/** Rows held in memory before a file is written. */
const FILE_BYTES = 24 * 1024 * 1024

type RowSource = Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>

export async function bulkLoad(
  engine: Engine,
  maintenance: Maintenance,
  name: string,
  rows: RowSource,
  options: WriteOptions,
): Promise<WriteResult> {
  const table = engine.table(name)
  const load = new Load(engine, maintenance, table, engine.writable(table), options)
  try {
    let chunk: RowInput[] = []
    for await (const item of rows) {
      if (Array.isArray(item)) for (const row of item as readonly RowInput[]) chunk.push(row)
      else chunk.push(item as RowInput)
      if (chunk.length < CHUNK_ROWS) continue
      throwIfAborted(options.signal)
      await load.add(chunk)
      chunk = []
    }
    await load.add(chunk)
    throwIfAborted(options.signal)
    return await load.commit()
  } catch (error) {
    load.discard()
    throw error
  }
}

class Load {
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #table: TableState
  readonly #writer: Writer
  readonly #options: WriteOptions
  readonly #files: FileRecord[] = []
  #memstores: MemStore[]
  #bytes = 0
  #rows = 0

  constructor(
    engine: Engine,
    maintenance: Maintenance,
    table: TableState,
    writer: Writer,
    options: WriteOptions,
  ) {
    this.#engine = engine
    this.#maintenance = maintenance
    this.#table = table
    this.#writer = writer
    this.#options = options
    this.#memstores = this.#newMemstores()
  }

  #newMemstores(): MemStore[] {
    return this.#table.schema.stores.map((store) => new MemStore(store))
  }

  async add(rows: readonly RowInput[]): Promise<void> {
    if (rows.length === 0) return
    const { timestamp, nulls = 'skip' } = this.#options
    const { blocks } = encodeRows(this.#table.schema, rows, {
      now: timestamp ?? this.#engine.options.clock.now(),
      nulls,
      sequenceBase: this.#writer.take(rows.length),
    })
    blocks.forEach((block, family) => {
      if (block === null) return
      const bytes = encodeRowBlock(block)
      this.#memstores[family]!.add(decodeRowBlock(bytes), null)
      this.#bytes += bytes.length
    })
    this.#rows += rows.length
    if (this.#bytes >= FILE_BYTES) await this.#writeFiles()
  }

  async #writeFiles(): Promise<void> {
    const { jobs } = this.#maintenance
    const stores: FlushJob['stores'] = this.#memstores.flatMap((memstore, family) =>
      memstore.rowCount === 0
        ? []
        : [
            {
              store: jobs.spec(this.#table, family),
              memstores: [memstore.exportForWorker()],
              output: jobs.newFile(),
              contiguous: false,
            },
          ],
    )
    this.#memstores = this.#newMemstores()
    this.#bytes = 0
    if (stores.length === 0) return
    const now = this.#engine.options.clock.now()
    const files = await jobs.runFlushJob({ kind: 'flush', now, stores, readPoint: Number.POSITIVE_INFINITY })
    for (const file of files) if (file !== null) this.#files.push(file)
  }

  async commit(): Promise<WriteResult> {
    await this.#writeFiles()
    const engine = this.#engine
    engine.writable(this.#table)
    if (this.#table.dropped) {
      throw new HourbaseError(
        'TABLE_NOT_FOUND',
        `table '${this.#table.descriptor.name}' was dropped during the load`,
      )
    }
    const { checkpoint } = this.#options
    if (this.#files.length === 0 && checkpoint === undefined) return { rows: this.#rows }
    await this.#makeKnown(checkpoint)
    engine.counters.bulkLoads++
    return { rows: this.#rows }
  }

  /** All regions hold still, so that a split cannot come between the plan and its edit. */
  async #makeKnown(checkpoint: WriteOptions['checkpoint']): Promise<void> {
    const engine = this.#engine
    const table = this.#table
    await this.#maintenance.jobs.turns.all(table.regions.regions, async () => {
      const places = this.#files.flatMap((file) =>
        table.regions.touching(file.firstRow, file.lastRow).map((region) => ({ region, file })),
      )
      const regions = [...new Set(places.map((p) => p.region))].map((region) => ({
        regionId: region.descriptor.id,
        files: places.filter((p) => p.region === region).map((p) => p.file),
      }))
      const note =
        checkpoint === undefined
          ? {}
          : { checkpoint: { name: checkpoint.name, value: stamped(this.#writer.take(1), checkpoint.value) } }
      await engine.manifest.commit([{ kind: 'bulkLoad', regions, ...note }])
      for (const file of this.#files) {
        const reader = engine.openReader(file)
        const holders = places.filter((p) => p.file === file).map((p) => p.region)
        const family = table.descriptor.families.findIndex((f) => f.id === file.familyId)
        holders.forEach((region, i) => {
          if (i > 0) reader.retain()
          region.addFiles(family, [reader])
        })
      }
    })
    for (const region of table.regions.regions) this.#maintenance.afterLoad(table, region)
  }

  /** Files of a load that failed are nobody's. */
  discard(): void {
    for (const { fileId } of this.#files) {
      if (this.#engine.manifest.state.files.has(fileId)) continue
      try {
        this.#engine.options.vfs.unlink(this.#engine.sstPath(fileId))
      } catch {
        // The next open removes what is left: no manifest names it.
      }
    }
  }
}
