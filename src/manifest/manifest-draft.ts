import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import { assert, assertNever } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import { CopiedMap } from './copied-map.js'
import { type FamilyFiles, FileDraft } from './file-draft.js'
import type { FileRecord, ManifestEdit } from './manifest-edit.js'
import { snapshotFiles } from './manifest-snapshot.js'
import type { ManifestState } from './manifest-state.js'
import { NameDraft } from './name-draft.js'
import { ProgressDraft } from './progress-draft.js'
import { checkBorder, checkMerge, checkSplit } from './region-borders.js'
import { tilingProblem } from './region-tiling.js'

type EditOf<K extends ManifestEdit['kind']> = Extract<ManifestEdit, { kind: K }>

/**
 * A state in the making: maps are copied at their first change, so a list of edits costs one copy. Every edit is checked
 * against what is there; a draft whose apply() threw is thrown away.
 */
export class ManifestDraft {
  readonly #state: ManifestState
  readonly #tables: CopiedMap<number, TableDescriptor>
  readonly #regions: CopiedMap<number, RegionDescriptor>
  readonly #flushed: CopiedMap<number, number>
  readonly #files: FileDraft
  readonly #names: NameDraft
  readonly #progress: ProgressDraft
  #nextId: number

  constructor(state: ManifestState) {
    this.#state = state
    this.#tables = new CopiedMap(state.tables)
    this.#regions = new CopiedMap(state.regions)
    this.#flushed = new CopiedMap(state.flushedSequence)
    this.#files = new FileDraft(state)
    this.#names = new NameDraft(state)
    this.#progress = new ProgressDraft(state)
    this.#nextId = state.nextId
  }

  finish(): ManifestState {
    return {
      databaseUuid: this.#state.databaseUuid,
      nextId: this.#nextId,
      walFloor: this.#progress.walFloor,
      walLast: this.#progress.walLast,
      tables: this.#tables.map,
      regions: this.#regions.map,
      files: this.#files.files.map,
      regionFiles: this.#files.byRegion.map,
      flushedSequence: this.#flushed.map,
      loadIds: this.#progress.loadIds,
      checkpoints: this.#progress.checkpoints.map,
      namespaces: this.#names.namespaces.map,
      snapshots: this.#names.snapshots.map,
    }
  }

  apply(edit: ManifestEdit): void {
    switch (edit.kind) {
      case 'createTable':
        this.#createTable(edit)
        break
      case 'alterTable':
        this.#alterTable(edit.table)
        break
      case 'dropTable':
        this.#dropTable(edit.tableId)
        break
      case 'split':
        this.#split(edit)
        break
      case 'merge':
        this.#merge(edit)
        break
      case 'flush':
        this.#flush(edit)
        break
      case 'compact':
        this.#compact(edit)
        break
      case 'bulkLoad':
        this.#bulkLoad(edit)
        break
      case 'snapshot':
        this.#snapshot(edit)
        break
      case 'deleteSnapshot':
        this.#files.letGo(snapshotFiles(this.#names.deleteSnapshot(edit.name)))
        break
      case 'restore':
        this.#restore(edit)
        break
      case 'setNamespace':
        this.#names.namespaces.set(edit.namespace.name, edit.namespace)
        break
      case 'dropNamespace':
        this.#names.dropNamespace(edit.name, this.#tables.map.values())
        break
      case 'quarantine':
        this.#files.mark(edit.fileId, edit.reason)
        break
      case 'removeFile':
        this.#files.get(edit.fileId)
        this.#files.takeEverywhere(edit.fileId)
        break
      case 'setCheckpoint':
        this.#progress.checkpoints.set(edit.name, edit.value)
        break
      case 'removeCheckpoint':
        this.#progress.checkpoints.delete(edit.name)
        break
      case 'wal':
        this.#progress.moveWal(edit.floor, edit.last)
        break
      default:
        assertNever(edit)
    }
  }

  #createTable({ table, regions }: EditOf<'createTable'>): void {
    this.#addTable(table, regions)
    for (const region of regions) this.#addRegion(region, table.id, new Map(), 0)
  }

  #addTable(table: TableDescriptor, regions: readonly RegionDescriptor[]): void {
    assert(!this.#tables.has(table.id), `table ${table.id} is new`)
    const names = [...this.#tables.map.values()].map(({ name }) => name)
    assert(!names.includes(table.name), `the name ${table.name} is free`)
    this.#setTable(table)
    const problem = tilingProblem(regions)
    assert(problem === null, `regions of table ${table.id}: ${problem}`)
  }

  #restore({ table, regions, files }: EditOf<'restore'>): void {
    for (const file of files) {
      assert(!this.#files.files.has(file.fileId), `file ${file.fileId} is new`)
      this.#useId(file.fileId)
      this.#files.files.set(file.fileId, file)
    }
    const listed = regions.map(({ region }) => region)
    this.#addTable(table, listed)
    for (const { region, families } of regions) {
      for (const [, ids] of families) for (const id of ids) this.#files.get(id)
      this.#addRegion(region, table.id, new Map(families), 0)
    }
  }

  #snapshot({ name, createdAt, sequence, tableIds }: EditOf<'snapshot'>): void {
    const tables = tableIds.map((id) => ({
      table: this.#table(id),
      regions: this.#regionsOf(id).map((region) => ({
        region,
        families: [...this.#files.familiesOf(region.id)],
      })),
    }))
    this.#names.addSnapshot({ name, createdAt, sequence, tables })
    this.#files.hold(snapshotFiles({ tables }))
  }

  #alterTable(table: TableDescriptor): void {
    const gone = new Set(this.#table(table.id).families.map((family) => family.id))
    for (const family of table.families) gone.delete(family.id)
    this.#setTable(table)
    if (gone.size === 0) return
    for (const region of this.#regionsOf(table.id)) {
      for (const [family, files] of this.#files.familiesOf(region.id)) {
        if (gone.has(family)) this.#files.take(region.id, files)
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
    checkSplit(parent, low, high)
    const key = low.stop
    const flushed = this.#flushed.get(parentId)!
    const lowFiles = this.#files.where(parentId, (file) => compareBytes(file.firstRow, key) < 0)
    const highFiles = this.#files.where(parentId, (file) => compareBytes(file.lastRow, key) >= 0)
    this.#addRegion(low, parent.tableId, lowFiles, flushed)
    this.#addRegion(high, parent.tableId, highFiles, flushed)
    this.#removeRegion(parentId)
  }

  #merge({ parents, child, flushedSequence }: EditOf<'merge'>): void {
    const low = this.#region(parents[0])
    const high = this.#region(parents[1])
    checkMerge(low, high, child)
    checkBorder(this.#files, low, high)
    const families = new Map(this.#files.familiesOf(low.id))
    for (const [family, files] of this.#files.familiesOf(high.id)) {
      families.set(family, [...new Set([...(families.get(family) ?? []), ...files])])
    }
    this.#addRegion(child, low.tableId, families, flushedSequence)
    this.#removeRegion(low.id)
    this.#removeRegion(high.id)
  }

  #flush({ regionId, files, flushedSequence }: EditOf<'flush'>): void {
    const region = this.#region(regionId)
    assert(
      flushedSequence >= this.#flushed.get(regionId)!,
      `the flushed sequence of region ${regionId} does not go back`,
    )
    this.#flushed.set(regionId, flushedSequence)
    this.#addFiles(region, files, new Map())
  }

  #compact({ regionId, removed, added }: EditOf<'compact'>): void {
    const region = this.#region(regionId)
    const positions = new Map<number, number>()
    for (const [family, files] of this.#files.familiesOf(regionId)) {
      const oldest = files.findIndex((id) => removed.includes(id))
      if (oldest !== -1) positions.set(family, oldest)
    }
    this.#files.take(regionId, removed)
    this.#addFiles(region, added, positions)
  }

  #bulkLoad({ regions, loadId, checkpoint }: EditOf<'bulkLoad'>): void {
    // A file may reach over several regions: then each lists it.
    const known = new Map<number, FileRecord>()
    for (const { regionId, files } of regions) {
      const records = files.map((file) => known.get(file.fileId) ?? file)
      for (const record of records) known.set(record.fileId, record)
      this.#addFiles(this.#region(regionId), records, new Map())
    }
    if (checkpoint !== undefined) this.#progress.checkpoints.set(checkpoint.name, checkpoint.value)
    if (loadId !== undefined) this.#progress.addLoad(loadId)
  }

  /** `positions`: where in its family's list, by family; else at the end. */
  #addFiles(
    region: RegionDescriptor,
    files: readonly FileRecord[],
    positions: ReadonlyMap<number, number>,
  ): void {
    const table = this.#table(region.tableId)
    for (const file of files) {
      assert(file.tableId === table.id, `file ${file.fileId} is of table ${table.id}`)
      this.#useId(file.fileId)
    }
    for (const familyId of new Set(files.map((file) => file.familyId))) {
      assert(
        table.families.some((family) => family.id === familyId),
        `family ${familyId} exists`,
      )
      const ofFamily = files.filter((file) => file.familyId === familyId)
      this.#files.add(region.id, familyId, ofFamily, positions.get(familyId) ?? null)
    }
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
    this.#flushed.set(region.id, flushed)
    this.#files.addRegion(region.id, families)
  }

  #removeRegion(regionId: number): void {
    this.#files.removeRegion(regionId)
    this.#regions.delete(regionId)
    this.#flushed.delete(regionId)
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
}
