/**
 * Rows straight to SSTables: encoded by the thousand, sorted in MemStores of their own, written as files that nobody lists, then made
 * known by one manifest edit, checkpoint and all. A load that fails or is aborted leaves nothing visible. Rows written to the same keys while
 * the load runs count as newer.
 */
import { checkQuotas } from './admin/namespaces.js'
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type { ManifestEdit } from './manifest/manifest-edit.js'
import type { FileRecord } from './manifest/manifest-state.js'
import { MemStore } from './memstore/memstore.js'
import type { RowInput, WriteOptions, WriteResult } from './model/api.js'
import { decodeRowBlock, encodeRowBlock } from './model/row-block-codec.js'
import { encodeRows } from './model/row-encoder.js'
import { commitFiles, discardFiles } from './new-files.js'
import { throwIfAborted } from './scan-handle.js'
import type { FlushJob } from './store/store-job.js'
import { stamped } from './system-table.js'
import type { TableState } from './table-state.js'
import { tableGone, type Writer } from './writer.js'

const CHUNK_ROWS = 2000
/** Rows held in memory before a file is written. */
const FILE_BYTES = 24 * 1024 * 1024

type BulkLoadEdit = Extract<ManifestEdit, { kind: 'bulkLoad' }>

type RowSource = Iterable<RowInput> | AsyncIterable<RowInput | readonly RowInput[]>

export async function bulkLoad(
  engine: Engine,
  maintenance: Maintenance,
  name: string,
  rows: RowSource,
  options: WriteOptions,
): Promise<WriteResult> {
  const table = engine.table(name)
  checkQuotas(engine, table)
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
  } finally {
    load.end()
  }
}

class Load {
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #table: TableState
  readonly #writer: Writer
  readonly #options: WriteOptions
  readonly #files: FileRecord[] = []
  /** Up to what sequence, shows at the end. */
  readonly #span = { minSequence: Number.POSITIVE_INFINITY, maxSequence: Number.POSITIVE_INFINITY }
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
    const sequenceBase = this.#writer.take(rows.length)
    this.#span.minSequence = Math.min(this.#span.minSequence, sequenceBase)
    this.#table.loads.add(this.#span)
    const { blocks } = encodeRows(this.#table.schema, rows, {
      now: this.#engine.options.clock.now(),
      timestamp,
      nulls,
      sequenceBase,
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
    const { checkpoint } = this.#options
    if (this.#files.length === 0 && checkpoint === undefined) return { rows: this.#rows }
    const note =
      checkpoint === undefined
        ? {}
        : { checkpoint: { name: checkpoint.name, value: stamped(this.#writer.take(1), checkpoint.value) } }
    await publishFiles(engine, this.#maintenance, this.#table, this.#files, note)
    engine.counters.bulkLoads++
    return { rows: this.#rows }
  }

  /** Files of a load that failed are nobody's. */
  discard(): void {
    discardFiles(this.#engine, this.#files)
  }

  end(): void {
    this.#table.loads.delete(this.#span)
  }
}

/**
 * One manifest edit makes `files` part of the table, checkpoint and all. Its regions hold still meanwhile, so that no split
 * comes between the plan and its edit.
 */
export async function publishFiles(
  engine: Engine,
  maintenance: Maintenance,
  table: TableState,
  files: readonly FileRecord[],
  note: Pick<BulkLoadEdit, 'checkpoint' | 'loadId'>,
): Promise<void> {
  await maintenance.jobs.turns.all(table, async () => {
    if (table.dropped) throw tableGone(table.descriptor.name)
    await publishInTurn(engine, table, files, note)
  })
  for (const region of table.regions.regions) maintenance.afterLoad(table, region)
}

async function publishInTurn(
  engine: Engine,
  table: TableState,
  files: readonly FileRecord[],
  note: Pick<BulkLoadEdit, 'checkpoint' | 'loadId'>,
): Promise<void> {
  const places = files.flatMap((file) =>
    table.regions.touching(file.firstRow, file.lastRow).map((region) => ({ region, file })),
  )
  const regions = [...new Set(places.map((p) => p.region))].map((region) => ({
    regionId: region.descriptor.id,
    files: places.filter((p) => p.region === region).map((p) => p.file),
  }))
  const readers = await commitFiles(engine, files, { kind: 'bulkLoad', regions, ...note })
  files.forEach((file, i) => {
    const family = table.descriptor.families.findIndex((f) => f.id === file.familyId)
    const holders = places.filter((p) => p.file === file).map((p) => p.region)
    holders.forEach((region, n) => {
      if (n > 0) readers[i]!.retain()
      region.addFiles(family, [readers[i]!])
    })
  })
}
