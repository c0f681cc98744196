/** SSTables made without a database, for bulkLoadFiles: in another process, on another machine. */
import { join } from 'node:path'
import { MemStore } from '../memstore/memstore.js'
import type { RowInput, TableOptions, WriteOptions } from '../model/api.js'
import { defineTable } from '../model/define-table.js'
import { decodeRowBlock, encodeRowBlock } from '../model/row-block-codec.js'
import { encodeRows } from '../model/row-encoder.js'
import { TableSchema } from '../model/table-schema.js'
import { runFlush } from '../store/flush.js'
import type { FlushStore } from '../store/store-job.js'
import { type Clock, systemClock } from '../util/clock.js'
import { makeDirectory } from '../util/directories.js'
import { HourbaseError } from '../util/errors.js'
import { nodeVfs, type Vfs } from '../util/fs.js'

export interface SstableBuilderOptions {
  /** Encoded rows held in memory before files are written. Default 24 MiB. */
  readonly bytesMax?: number
  /** Rows of a block, at most. Default 4,096. */
  readonly blockRowsMax?: number
  /** Injected in tests. */
  readonly vfs?: Vfs
  readonly clock?: Clock
}

const BYTES_MAX = 24 * 1024 * 1024
const BLOCK_ROWS_MAX = 4096

/**
 * Writes typed rows, in any order, to `folder/FAMILY/00000001.sst` and so on. Of rows of one key the later one counts.
 *
 *   const builder = new SstableBuilder('./out', { rowKey: ['station:string', 'hour:hour'], families: { d: { columns } } })
 *   builder.add(rows)
 *   await db.bulkLoadFiles('readings', builder.finish().paths)
 */
export class SstableBuilder {
  readonly #folder: string
  readonly #schema: TableSchema
  readonly #vfs: Vfs
  readonly #clock: Clock
  readonly #bytesMax: number
  readonly #blockRowsMax: number
  readonly #paths: string[] = []
  #memstores: MemStore[]
  #bytes = 0
  #rows = 0
  #files = 0

  /** The definition as createTable takes it. @throws INVALID_ARGUMENT: it is wrong, raw, or the folder has files already */
  constructor(folder: string, definition: TableOptions, options: SstableBuilderOptions = {}) {
    const familyIds = Object.keys(definition.families).map((_, i) => i + 1)
    this.#folder = folder
    this.#schema = new TableSchema(defineTable('files', definition, { tableId: 1, familyIds }))
    this.#vfs = options.vfs ?? nodeVfs
    this.#clock = options.clock ?? systemClock
    this.#bytesMax = options.bytesMax ?? BYTES_MAX
    this.#blockRowsMax = options.blockRowsMax ?? BLOCK_ROWS_MAX
    if (!this.#schema.isTyped) {
      throw new HourbaseError('INVALID_ARGUMENT', 'SstableBuilder makes files of typed tables only', {
        hint: "give rowKey, e.g. rowKey: ['id:long']",
      })
    }
    for (const { name } of this.#schema.descriptor.families) {
      const path = join(folder, name)
      makeDirectory(this.#vfs, path)
      if (this.#vfs.list(path).length === 0) continue
      throw new HourbaseError('INVALID_ARGUMENT', `${path} is not empty`, {
        where: { path },
        hint: 'give a new folder, or remove the files of an earlier attempt',
      })
    }
    this.#memstores = this.#newMemstores()
  }

  #newMemstores(): MemStore[] {
    return this.#schema.stores.map((store) => new MemStore(store))
  }

  /** All rows are checked first: one bad row rejects the call and nothing is added. @throws ROW_INVALID, VALUE_INVALID … */
  add(rows: readonly RowInput[], { timestamp, nulls = 'skip' }: WriteOptions = {}): void {
    const { blocks } = encodeRows(this.#schema, rows, {
      now: timestamp ?? this.#clock.now(),
      nulls,
      sequenceBase: this.#rows + 1,
    })
    blocks.forEach((block, family) => {
      if (block === null) return
      const bytes = encodeRowBlock(block)
      this.#memstores[family]!.add(decodeRowBlock(bytes), null)
      this.#bytes += bytes.length
    })
    this.#rows += rows.length
    if (this.#bytes >= this.#bytesMax) this.#write()
  }

  /** The files, durable and complete. */
  finish(): { readonly rows: number; readonly paths: readonly string[] } {
    this.#write()
    return { rows: this.#rows, paths: this.#paths }
  }

  #write(): void {
    const stores: FlushStore[] = []
    this.#memstores.forEach((memstore, index) => {
      if (memstore.rowCount === 0) return
      const family = this.#schema.descriptor.families[index]!
      const fileId = ++this.#files
      const path = join(this.#folder, family.name, `${String(fileId).padStart(8, '0')}.sst`)
      this.#paths.push(path)
      stores.push({
        store: {
          tableId: 1,
          family,
          suffixBytes: this.#schema.stores[index]!.suffixBytes,
          blockRowsMax: this.#blockRowsMax,
        },
        memstores: [memstore.exportForWorker()],
        output: { fileId, path },
        contiguous: false,
      })
    })
    this.#memstores = this.#newMemstores()
    this.#bytes = 0
    if (stores.length === 0) return
    runFlush(this.#vfs, {
      kind: 'flush',
      now: this.#clock.now(),
      stores,
      readPoint: Number.POSITIVE_INFINITY,
    })
  }
}
