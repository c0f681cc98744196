/** The store room as a GoldenStorage: a MemStore and files a family, without WAL, manifest or regions. */
import { MemStore } from '../../src/memstore/memstore.js'
import type { MemStoreView } from '../../src/memstore/memstore-view.js'
import { cellValueBytes, slotBytes } from '../../src/model/cell-access.js'
import type { FamilyDescriptor, StoreSchema } from '../../src/model/descriptor.js'
import { CellType, type RowBlock, type RunCursor, rowKeyOf, rowSequence } from '../../src/model/row-block.js'
import { RowBlockBuilder } from '../../src/model/row-block-builder.js'
import type { SstableMeta } from '../../src/sstable/sstable-meta.js'
import { SstableReader } from '../../src/sstable/sstable-reader.js'
import { SstableWriter } from '../../src/sstable/sstable-writer.js'
import { compactionScope } from '../../src/store/compaction-scope.js'
import { runCompaction } from '../../src/store/compactor.js'
import { runFlush } from '../../src/store/flush.js'
import type { FileTarget, StoreSpec } from '../../src/store/store-job.js'
import { openStoreScan, type StoreScan } from '../../src/store/store-scan.js'
import { compareBytes } from '../../src/util/bytes.js'
import { BlockCache } from '../../src/util/cache.js'
import { GoldenCellTarget } from './golden-cell-target.js'
import { type GoldenFamily, type GoldenOp, textBytes } from './golden-scenario.js'
import type {
  CellTypeName,
  FamilyRead,
  FamilyRow,
  GoldenStorage,
  StoredCell,
  WrittenCell,
} from './golden-storage.js'
import type { GoldenTable, GoldenTarget } from './golden-target.js'
import { MemVfs } from './mem-vfs.js'

export const SCHEMA: StoreSchema = { suffixBytes: 0, types: new Map() }
const typeNames = new Map(
  Object.entries(CellType).map(([name, code]) => [code as number, name as CellTypeName]),
)

export function familyDescriptor(id: number, name: string, family: GoldenFamily): FamilyDescriptor {
  return {
    id,
    name,
    versions: family.VERSIONS ?? 1,
    minVersions: family.MIN_VERSIONS ?? 0,
    ttlMs: family.TTL === undefined ? Number.POSITIVE_INFINITY : family.TTL * 1000,
    keepDeletedCells: family.KEEP_DELETED_CELLS ?? 'FALSE',
    newVersionBehavior: family.NEW_VERSION_BEHAVIOR ?? false,
    bloomFilter: family.BLOOMFILTER === 'NONE' ? 'NONE' : 'ROW',
    compression: 'LZ4',
    blockBytesMax: 65_536,
    compaction: 'EXPLORING',
    columns: [],
  }
}

/** A scenario's table on the store room. */
export function openGoldenStore(table: GoldenTable): GoldenTarget {
  const families = Object.entries(table.families).map(
    ([name, family], i) => [name, familyDescriptor(i + 1, name, family)] as const,
  )
  return new GoldenCellTarget(table, new GoldenStore(Object.fromEntries(families)))
}

interface Store {
  readonly spec: StoreSpec
  active: MemStore
  /** Oldest first. */
  files: SstableReader[]
}

export interface GoldenStoreOptions {
  /** HBase flushes before a bulk load, so that a loaded file is newer than all that was written. Default true. */
  readonly bulkLoadsFlush?: boolean
  /** Rows of a block; few, so that there are many. Default 2. */
  readonly blockRowsMax?: number
}

export class GoldenStore implements GoldenStorage {
  readonly #vfs = new MemVfs()
  readonly #cache = new BlockCache(1 << 20)
  readonly #stores = new Map<string, Store>()
  #sequence = 0
  readonly #options: Required<GoldenStoreOptions>
  #fileId = 0

  constructor(families: Readonly<Record<string, FamilyDescriptor>>, options: GoldenStoreOptions = {}) {
    this.#options = { bulkLoadsFlush: true, blockRowsMax: 2, ...options }
    this.#vfs.mkdir('/sst')
    for (const [name, family] of Object.entries(families)) {
      const spec = { tableId: 1, family, suffixBytes: 0, blockRowsMax: this.#options.blockRowsMax } as const
      this.#stores.set(name, { spec, active: new MemStore(SCHEMA), files: [] })
    }
  }

  write(cells: readonly WrittenCell[]): void {
    this.#sequence++
    for (const [name, store] of this.#stores) {
      const block = blockOfCells(cells, name, this.#sequence)
      if (block !== null) store.active.add(block, null)
    }
  }

  bulkload(cells: readonly WrittenCell[], now: number): void {
    if (this.#options.bulkLoadsFlush) this.flush(now)
    this.#sequence++
    for (const [name, store] of this.#stores) {
      const block = blockOfCells(cells, name, this.#sequence)
      if (block !== null) this.#load(store, block)
    }
  }

  read(read: FamilyRead): FamilyRow[] {
    const { family } = this.#stores.get(read.family)!.spec
    return rowsOf(openStoreScan(family, SCHEMA, this.sources(read.family), storeScan(read)), read)
  }

  sources(family: string): {
    readonly views: readonly MemStoreView[]
    readonly files: readonly SstableReader[]
  } {
    const { active, files } = this.#stores.get(family)!
    return { views: active.rowCount === 0 ? [] : [active.view()], files }
  }

  #load(store: Store, block: RowBlock): void {
    const target = this.#target()
    const { family } = store.spec
    const writer = new SstableWriter(this.#vfs, target.path, {
      ...{ fileId: target.fileId, tableId: 1, familyId: family.id, schema: SCHEMA },
      ...{
        compression: 'LZ4',
        blockRowsMax: store.spec.blockRowsMax,
        blockBytesMax: family.blockBytesMax,
        bloomFilter: family.bloomFilter,
      },
    })
    writer.append(block, 0, block.rowCount)
    writer.finish()
    store.files.push(this.#open(target))
  }

  #target(): FileTarget {
    const fileId = ++this.#fileId
    return { fileId, path: `/sst/${fileId}.sst` }
  }

  #open({ fileId, path }: FileTarget): SstableReader {
    return SstableReader.open(this.#vfs, path, fileId, this.#cache)
  }

  flush(now: number): void {
    const stores = [...this.#stores.values()].filter((store) => store.active.rowCount > 0)
    const result = runFlush(this.#vfs, {
      kind: 'flush',
      now,
      readPoint: Number.POSITIVE_INFINITY,
      stores: stores.map(({ spec, active, files }) => ({
        store: spec,
        memstores: [active.exportForWorker()],
        output: this.#target(),
        contiguous: compactionScope(spec.family, [active], metasOf(files), []).contiguous,
      })),
    })
    stores.forEach((store, i) => {
      store.active = new MemStore(SCHEMA)
      const meta = result.files[i]!
      if (meta !== null)
        store.files.push(this.#open({ fileId: meta.fileId, path: `/sst/${meta.fileId}.sst` }))
    })
  }

  compact(op: GoldenOp, now: number): void {
    for (const [name, { files, spec }] of this.#stores) {
      const chosen = files.slice(...(op.files ?? []))
      // Compacting one file of several is nothing to HBase.
      if (op.files !== undefined && chosen.length === 1) continue
      const isWhole = op.major === true || op.policy === true || spec.family.newVersionBehavior
      this.compactFiles(name, chosen, isWhole, now)
    }
  }

  /** Any files of a family; markers go only if `mayDropMarkers` and the rest of the store allows it. */
  compactFiles(name: string, inputs: readonly SstableReader[], mayDropMarkers: boolean, now: number): void {
    if (inputs.length === 0) return
    const store = this.#stores.get(name)!
    const { spec } = store
    const others = store.files.filter((file) => !inputs.includes(file))
    const memstores = store.active.rowCount === 0 ? [] : [store.active]
    const { contiguous, dropsMarkers } = compactionScope(
      spec.family,
      metasOf(inputs),
      metasOf(others),
      memstores,
    )
    const result = runCompaction(this.#vfs, {
      kind: 'compaction',
      now,
      store: spec,
      inputs: inputs.map(({ path, meta }) => ({ path, fileId: meta.fileId })),
      start: new Uint8Array(0),
      stop: new Uint8Array(0),
      scope: { contiguous, dropsMarkers: dropsMarkers && mayDropMarkers },
      readPoint: Number.POSITIVE_INFINITY,
      cuts: [],
      outputs: [this.#target()],
    })
    const outputs = result.files.map(({ fileId }) => this.#open({ fileId, path: `/sst/${fileId}.sst` }))
    store.files.splice(store.files.indexOf(inputs[0]!), 1, ...outputs)
    store.files = store.files.filter((file) => !inputs.includes(file))
    for (const input of inputs) input.release()
  }

  close(): void {
    for (const store of this.#stores.values()) for (const file of store.files) file.release()
  }
}

export function storeScan(read: FamilyRead): StoreScan {
  return {
    range: { start: textBytes(read.start), stop: textBytes(read.stop), reversed: read.reversed },
    columns: read.columns?.map(textBytes) ?? null,
    timeRange: read.timeRange,
    versions: read.versions,
    raw: read.raw,
    now: read.now,
  }
}

function metasOf(files: readonly SstableReader[]): SstableMeta[] {
  return files.map((file) => file.meta)
}

function blockOfCells(cells: readonly WrittenCell[], family: string, sequence: number): RowBlock | null {
  const mine = cells.filter((cell) => cell.family === family)
  if (mine.length === 0) return null
  const rows = [...new Set(mine.map((cell) => cell.row))].map(textBytes).sort(compareBytes)
  const builder = new RowBlockBuilder(SCHEMA)
  for (const row of rows) {
    builder.beginRowKey(row)
    const text = Buffer.from(row).toString('latin1')
    for (const cell of mine.filter((c) => c.row === text)) {
      const { qualifier, timestamp, type, ttlMs, value } = cell
      builder.addCellBytes(textBytes(qualifier), timestamp, CellType[type], sequence, ttlMs, textBytes(value))
    }
    builder.endRow()
  }
  return builder.finish()
}

export function rowsOf(cursor: RunCursor, read: FamilyRead): FamilyRow[] {
  const rows: FamilyRow[] = []
  while (cursor.next()) {
    const { block, from, to } = cursor
    for (let i = 0; i < to - from; i++) {
      const row = read.reversed ? to - 1 - i : from + i
      const key = Buffer.from(rowKeyOf(block, row)).toString('latin1')
      rows.push([
        key,
        block.flat ? flatCells(block, row, key, read.family) : generalCells(block, row, key, read.family),
      ])
    }
  }
  cursor.close()
  return rows
}

function flatCells(block: RowBlock, row: number, key: string, family: string): StoredCell[] {
  return block.columns
    .filter((column) => column.ready().valid === null || column.valid![row] === 1)
    .map((column) => ({
      row: key,
      family,
      qualifier: Buffer.from(column.qualifier).toString('latin1'),
      timestamp: block.timestamps[row]!,
      type: 'Put',
      value: Buffer.from(slotBytes(column, row)).toString('latin1'),
      ttlMs: Number.NaN,
      sequence: rowSequence(block, row),
    }))
}

function generalCells(block: RowBlock, row: number, key: string, family: string): StoredCell[] {
  const cells: StoredCell[] = []
  for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) {
    cells.push({
      row: key,
      family,
      qualifier: Buffer.from(block.columns[block.cellColumns[cell]!]!.qualifier).toString('latin1'),
      timestamp: block.timestamps[cell]!,
      type: typeNames.get(block.types[cell]!)!,
      value: Buffer.from(cellValueBytes(block, cell)).toString('latin1'),
      ttlMs: block.ttls?.[cell] ?? Number.NaN,
      sequence: block.sequences === null ? block.sequenceBase + row : block.sequences[cell]!,
    })
  }
  return cells
}
