import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import { assert, assertNever } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import type { FileRecord, ManifestEdit, RegionFiles } from './manifest-edit.js'
import type { ManifestState } from './manifest-state.js'
import { tilingProblem } from './region-tiling.js'

/** Ids of bulk loads that a retry is recognised by. */
export const LOAD_IDS_MAX = 4096

type FamilyFiles = ReadonlyMap<number, readonly number[]>
type EditOf<K extends ManifestEdit['kind']> = Extract<ManifestEdit, { kind: K }>

/**
 * A state in the making: maps are copied at their first change, so a list of edits costs one copy. Every edit is checked
 * against what is there; a draft whose apply() threw is thrown away.
 */
export class ManifestDraft {
  readonly #state: ManifestState
  readonly #tables: Lazy<number, TableDescriptor>
  readonly #regions: Lazy<number, RegionDescriptor>
  readonly #files: Lazy<number, FileRecord>
  readonly #regionFiles: Lazy<number, FamilyFiles>
  readonly #flushed: Lazy<number, number>
  readonly #checkpoints: Lazy<string, Uint8Array>
  /** How many regions hold a file; filled when first asked for. */
  #uses: Map<number, number> | null = null
  #loadIds: ReadonlySet<string>
  #nextId: number
  #walFloor: number
  #walLast: number

  constructor(state: ManifestState) {
    this.#state = state
    this.#tables = new Lazy(state.tables)
    this.#regions = new Lazy(state.regions)
    this.#files = new Lazy(state.files)
    this.#regionFiles = new Lazy(state.regionFiles)
    this.#flushed = new Lazy(state.flushedSequence)
    this.#checkpoints = new Lazy(state.checkpoints)
    this.#loadIds = state.loadIds
    this.#nextId = state.nextId
    this.#walFloor = state.walFloor
    this.#walLast = state.walLast
  }

  finish(): ManifestState {
    return {
      databaseUuid: this.#state.databaseUuid,
      nextId: this.#nextId,
      walFloor: this.#walFloor,
      walLast: this.#walLast,
      tables: this.#tables.map,
      regions: this.#regions.map,
      files: this.#files.map,
      regionFiles: this.#regionFiles.map,
      flushedSequence: this.#flushed.map,
      loadIds: this.#loadIds,
      checkpoints: this.#checkpoints.map,
    }
  }

  apply(edit: ManifestEdit): void {
    switch (edit.kind) {
      case 'createTable':
        return this.#createTable(edit)
      case 'alterTable':
        return this.#alterTable(edit.table)
      case 'dropTable':
        return this.#dropTable(edit.tableId)
      case 'split':
        return this.#split(edit)
      case 'merge':
        return this.#merge(edit)
      case 'flush':
        return this.#flush(edit)
      case 'compact':
        return this.#compact(edit)
      case 'bulkLoad':
        return this.#bulkLoad(edit)
      case 'quarantine':
        return void this.#files.set(edit.fileId, { ...this.#file(edit.fileId), quarantined: edit.reason })
      case 'removeFile':
        return this.#removeFile(edit.fileId)
      case 'setCheckpoint':
        return void this.#checkpoints.set(edit.name, edit.value)
      case 'removeCheckpoint':
        return this.#checkpoints.delete(edit.name)
      case 'wal':
        return this.#wal(edit)
      default:
        return assertNever(edit)
    }
  }

  #createTable({ table, regions }: EditOf<'createTable'>): void {
    assert(!this.#tables.has(table.id), `table ${table.id} is new`)
    for (const other of this.#tables.map.values())
      assert(other.name !== table.name, `table name ${table.name} is new`)
    this.#setTable(table)
    const problem = tilingProblem(regions)
    assert(problem === null, `regions of table ${table.id}: ${problem}`)
    for (const region of regions) this.#addRegion(region, table.id, new Map(), 0)
  }

  #alterTable(table: TableDescriptor): void {
    const before = this.#table(table.id)
    const gone = new Set(before.families.map((family) => family.id))
    for (const family of table.families) gone.delete(family.id)
    this.#setTable(table)
    if (gone.size === 0) return
    for (const region of this.#regionsOf(table.id)) {
      for (const [family, files] of this.#regionFiles.get(region.id)!) {
        if (gone.has(family)) this.#takeFiles(region.id, files)
      }
    }
  }

  #dropTable(tableId: number): void {
    this.#table(tableId)
    for (const region of this.#regionsOf(tableId)) this.#removeRegion(region.id)
    this.#tables.delete(tableId)
  }

  #split({ parent: parentId, daughters: [low, high] }: EditOf<'split'>): void {
    const parent = this.#region(parentId)
    const key = low.stop
    assert(key.length > 0 && compareBytes(key, high.start) === 0, 'daughters meet at the split key')
    assert(
      compareBytes(low.start, parent.start) === 0 && compareBytes(high.stop, parent.stop) === 0,
      'daughters cover their parent',
    )
    assert(compareBytes(parent.start, key) < 0, 'the split key is behind the start')
    assert(parent.stop.length === 0 || compareBytes(key, parent.stop) < 0, 'the split key is before the stop')
    const flushed = this.#flushed.get(parentId)!
    const families = this.#regionFiles.get(parentId)!
    this.#addRegion(
      low,
      parent.tableId,
      this.#filesWhere(families, (file) => compareBytes(file.firstRow, key) < 0),
      flushed,
    )
    this.#addRegion(
      high,
      parent.tableId,
      this.#filesWhere(families, (file) => compareBytes(file.lastRow, key) >= 0),
      flushed,
    )
    this.#removeRegion(parentId)
  }

  #merge({ parents, child, flushedSequence }: EditOf<'merge'>): void {
    const [low, high] = [this.#region(parents[0]), this.#region(parents[1])]
    assert(low.tableId === high.tableId, 'merged regions are of one table')
    assert(
      low.stop.length > 0 && compareBytes(low.stop, high.start) === 0,
      'merged regions are neighbours, in order',
    )
    assert(
      compareBytes(child.start, low.start) === 0 && compareBytes(child.stop, high.stop) === 0,
      'the child covers both',
    )
    const families = new Map(this.#regionFiles.get(low.id)!)
    for (const [family, files] of this.#regionFiles.get(high.id)!) {
      families.set(family, [...new Set([...(families.get(family) ?? []), ...files])])
    }
    this.#addRegion(child, low.tableId, families, flushedSequence)
    this.#removeRegion(low.id)
    this.#removeRegion(high.id)
  }

  #flush({ regionId, files, flushedSequence }: EditOf<'flush'>): void {
    this.#region(regionId)
    assert(
      flushedSequence >= this.#flushed.get(regionId)!,
      `flushed sequence of region ${regionId} does not go back`,
    )
    this.#flushed.set(regionId, flushedSequence)
    this.#addFiles({ regionId, files })
  }

  #compact({ regionId, removed, added }: EditOf<'compact'>): void {
    this.#region(regionId)
    const before = this.#regionFiles.get(regionId)!
    const positions = new Map<number, number>()
    for (const file of added) {
      const list = before.get(file.familyId) ?? []
      const oldest = list.findIndex((id) => removed.includes(id))
      positions.set(file.familyId, oldest === -1 ? list.length : oldest)
    }
    this.#takeFiles(regionId, removed)
    this.#addFiles({ regionId, files: added }, positions)
  }

  #bulkLoad({ regions, loadId, checkpoint }: EditOf<'bulkLoad'>): void {
    for (const region of regions) this.#addFiles(region)
    if (checkpoint !== undefined) this.#checkpoints.set(checkpoint.name, checkpoint.value)
    if (loadId === undefined) return
    assert(!this.#loadIds.has(loadId), `load ${loadId} is new`)
    this.#loadIds = new Set([...this.#loadIds, loadId].slice(-LOAD_IDS_MAX))
  }

  #removeFile(fileId: number): void {
    this.#file(fileId)
    for (const [regionId, families] of this.#regionFiles.map) {
      for (const files of families.values()) if (files.includes(fileId)) this.#takeFiles(regionId, [fileId])
    }
  }

  #wal({ floor, last }: EditOf<'wal'>): void {
    assert(floor >= this.#walFloor && last >= this.#walLast && last >= floor, 'WAL bounds do not go back')
    this.#walFloor = floor
    this.#walLast = last
  }

  #setTable(table: TableDescriptor): void {
    this.#useId(table.id)
    for (const family of table.families) this.#useId(family.id)
    this.#tables.set(table.id, table)
  }

  #addRegion(region: RegionDescriptor, tableId: number, families: FamilyFiles, flushed: number): void {
    assert(!this.#regions.has(region.id), `region ${region.id} is new`)
    assert(region.tableId === tableId, `region ${region.id} is of table ${tableId}`)
    this.#useId(region.id)
    this.#regions.set(region.id, region)
    this.#regionFiles.set(region.id, families)
    this.#flushed.set(region.id, flushed)
    for (const files of families.values()) for (const id of files) this.#count(id, 1)
  }

  #removeRegion(regionId: number): void {
    this.#takeFiles(regionId, [...this.#regionFiles.get(regionId)!.values()].flat())
    this.#regions.delete(regionId)
    this.#regionFiles.delete(regionId)
    this.#flushed.delete(regionId)
  }

  /** New files at the end of their family's list, or at `positions` by family. */
  #addFiles({ regionId, files }: RegionFiles, positions: ReadonlyMap<number, number> = new Map()): void {
    if (files.length === 0) return
    const region = this.#region(regionId)
    const families = new Map(this.#regionFiles.get(regionId)!)
    for (const file of files) {
      assert(!this.#files.has(file.fileId), `file ${file.fileId} is new`)
      assert(file.tableId === region.tableId, `file ${file.fileId} is of table ${region.tableId}`)
      const known = this.#table(file.tableId).families.some((family) => family.id === file.familyId)
      assert(known, `family ${file.familyId} of file ${file.fileId} exists`)
      this.#useId(file.fileId)
      this.#files.set(file.fileId, file)
      this.#count(file.fileId, 1)
    }
    for (const familyId of new Set(files.map((file) => file.familyId))) {
      const ids = files.filter((file) => file.familyId === familyId).map((file) => file.fileId)
      const list = families.get(familyId) ?? []
      families.set(familyId, list.toSpliced(positions.get(familyId) ?? list.length, 0, ...ids))
    }
    this.#regionFiles.set(regionId, families)
  }

  /** Takes files out of a region; a file that no region holds any more is gone. */
  #takeFiles(regionId: number, ids: readonly number[]): void {
    const taken = new Set(ids)
    const families = new Map<number, readonly number[]>()
    let found = 0
    for (const [family, files] of this.#regionFiles.get(regionId)!) {
      const kept = files.filter((id) => !taken.has(id))
      found += files.length - kept.length
      if (kept.length > 0) families.set(family, kept)
    }
    assert(found === taken.size, `region ${regionId} holds the files it loses`)
    this.#regionFiles.set(regionId, families)
    for (const id of taken) if (this.#count(id, -1) === 0) this.#files.delete(id)
  }

  #count(fileId: number, change: number): number {
    if (this.#uses === null) {
      this.#uses = new Map()
      for (const families of this.#state.regionFiles.values()) {
        for (const files of families.values())
          for (const id of files) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1)
      }
    }
    const count = (this.#uses.get(fileId) ?? 0) + change
    this.#uses.set(fileId, count)
    return count
  }

  #filesWhere(families: FamilyFiles, test: (file: FileRecord) => boolean): FamilyFiles {
    const result = new Map<number, readonly number[]>()
    for (const [family, files] of families) {
      const kept = files.filter((id) => test(this.#file(id)))
      if (kept.length > 0) result.set(family, kept)
    }
    return result
  }

  #regionsOf(tableId: number): RegionDescriptor[] {
    return [...this.#regions.map.values()].filter((region) => region.tableId === tableId)
  }

  #useId(id: number): void {
    assert(Number.isSafeInteger(id) && id > 0, `id ${id} is a positive integer`)
    if (id >= this.#nextId) this.#nextId = id + 1
  }

  #table(id: number): TableDescriptor {
    const table = this.#tables.get(id)
    assert(table !== undefined, `table ${id} exists`)
    return table
  }

  #region(id: number): RegionDescriptor {
    const region = this.#regions.get(id)
    assert(region !== undefined, `region ${id} exists`)
    return region
  }

  #file(id: number): FileRecord {
    const file = this.#files.get(id)
    assert(file !== undefined, `file ${id} exists`)
    return file
  }
}

/** A map that is copied before its first change. */
class Lazy<K, V> {
  map: ReadonlyMap<K, V>
  #own: Map<K, V> | null = null

  constructor(map: ReadonlyMap<K, V>) {
    this.map = map
  }

  has(key: K): boolean {
    return this.map.has(key)
  }

  get(key: K): V | undefined {
    return this.map.get(key)
  }

  set(key: K, value: V): void {
    this.#mutable().set(key, value)
  }

  delete(key: K): void {
    this.#mutable().delete(key)
  }

  #mutable(): Map<K, V> {
    if (this.#own === null) {
      this.#own = new Map(this.map)
      this.map = this.#own
    }
    return this.#own
  }
}
