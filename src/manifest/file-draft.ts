import { assert } from '../util/assert.js'
import { CopiedMap } from './copied-map.js'
import type { FileRecord } from './manifest-edit.js'
import { snapshotFiles } from './manifest-snapshot.js'
import type { ManifestState } from './manifest-state.js'

/** family → file ids, oldest first. */
export type FamilyFiles = ReadonlyMap<number, readonly number[]>

/** The files of a state in the making. Invariant: a file is known as long as some region or snapshot holds it. */
export class FileDraft {
  readonly files: CopiedMap<number, FileRecord>
  readonly byRegion: CopiedMap<number, FamilyFiles>
  readonly #base: ManifestState
  /** How many regions and snapshots hold a file; counted when first asked for. */
  #uses: Map<number, number> | null = null

  constructor(state: ManifestState) {
    this.files = new CopiedMap(state.files)
    this.byRegion = new CopiedMap(state.regionFiles)
    this.#base = state
  }

  get(fileId: number): FileRecord {
    const file = this.files.get(fileId)
    assert(file !== undefined, `file ${fileId} exists`)
    return file
  }

  /** As damaged, with the reason; null: as whole. */
  mark(fileId: number, reason: string | null): void {
    const { quarantined: _, ...file } = this.get(fileId)
    this.files.set(fileId, reason === null ? file : { ...file, quarantined: reason })
  }

  familiesOf(regionId: number): FamilyFiles {
    const families = this.byRegion.get(regionId)
    assert(families !== undefined, `region ${regionId} exists`)
    return families
  }

  /** A new region begins with files that other regions hold. */
  addRegion(regionId: number, families: FamilyFiles): void {
    this.byRegion.set(regionId, families)
    for (const files of families.values()) for (const id of files) this.#count(id, 1)
  }

  removeRegion(regionId: number): void {
    this.take(regionId, [...this.familiesOf(regionId).values()].flat())
    this.byRegion.delete(regionId)
  }

  /** New files of one family go to the end of its list, or to `position`. */
  add(regionId: number, familyId: number, files: readonly FileRecord[], position: number | null): void {
    for (const file of files) {
      assert((this.files.get(file.fileId) ?? file) === file, `file ${file.fileId} is new`)
      this.files.set(file.fileId, file)
      this.#count(file.fileId, 1)
    }
    const families = new Map(this.familiesOf(regionId))
    const list = families.get(familyId) ?? []
    const ids = files.map((file) => file.fileId)
    families.set(familyId, list.toSpliced(position ?? list.length, 0, ...ids))
    this.byRegion.set(regionId, families)
  }

  /** Takes files out of a region; a file that no region holds any more is gone. */
  take(regionId: number, ids: readonly number[]): void {
    if (ids.length === 0) return
    const taken = new Set(ids)
    const families = new Map<number, readonly number[]>()
    let found = 0
    for (const [family, files] of this.familiesOf(regionId)) {
      const kept = files.filter((id) => !taken.has(id))
      found += files.length - kept.length
      if (kept.length > 0) families.set(family, kept)
    }
    assert(found === taken.size, `region ${regionId} holds the files it loses`)
    this.byRegion.set(regionId, families)
    for (const id of taken) if (this.#count(id, -1) === 0) this.files.delete(id)
  }

  /** A snapshot holds these files from now on. */
  hold(ids: Iterable<number>): void {
    for (const id of ids) {
      this.get(id)
      this.#count(id, 1)
    }
  }

  /** It does no more. */
  letGo(ids: Iterable<number>): void {
    for (const id of ids) if (this.#count(id, -1) === 0) this.files.delete(id)
  }

  takeEverywhere(fileId: number): void {
    for (const [regionId, families] of this.byRegion.map) {
      for (const files of families.values()) if (files.includes(fileId)) this.take(regionId, [fileId])
    }
  }

  /** The files of a region for which `test` holds. */
  where(regionId: number, test: (file: FileRecord) => boolean): FamilyFiles {
    const result = new Map<number, readonly number[]>()
    for (const [family, files] of this.familiesOf(regionId)) {
      const kept = files.filter((id) => test(this.get(id)))
      if (kept.length > 0) result.set(family, kept)
    }
    return result
  }

  #count(fileId: number, change: number): number {
    const uses = this.#uses ?? countUses(this.#base)
    this.#uses = uses
    const count = (uses.get(fileId) ?? 0) + change
    uses.set(fileId, count)
    return count
  }
}

function countUses({ regionFiles, snapshots }: ManifestState): Map<number, number> {
  const uses = new Map<number, number>()
  const count = (id: number): void => {
    uses.set(id, (uses.get(id) ?? 0) + 1)
  }
  for (const families of regionFiles.values()) for (const files of families.values()) files.forEach(count)
  for (const snapshot of snapshots.values()) snapshotFiles(snapshot).forEach(count)
  return uses
}
