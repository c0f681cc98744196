import type { TableDescriptor } from '../model/descriptor.js'
import { assert } from '../util/assert.js'
import { CopiedMap } from './copied-map.js'
import type { NamespaceRecord, SnapshotRecord } from './manifest-snapshot.js'
import type { ManifestState } from './manifest-state.js'

/** Namespaces and snapshots of a state in the making. */
export class NameDraft {
  readonly namespaces: CopiedMap<string, NamespaceRecord>
  readonly snapshots: CopiedMap<string, SnapshotRecord>

  constructor(state: ManifestState) {
    this.namespaces = new CopiedMap(state.namespaces)
    this.snapshots = new CopiedMap(state.snapshots)
  }

  addSnapshot(snapshot: SnapshotRecord): void {
    assert(!this.snapshots.has(snapshot.name), `snapshot ${snapshot.name} is new`)
    this.snapshots.set(snapshot.name, snapshot)
  }

  /** Answers what it was. */
  deleteSnapshot(name: string): SnapshotRecord {
    const snapshot = this.snapshots.get(name)
    assert(snapshot !== undefined, `snapshot ${name} exists`)
    this.snapshots.delete(name)
    return snapshot
  }

  dropNamespace(name: string, tables: Iterable<TableDescriptor>): void {
    assert(this.namespaces.has(name), `namespace ${name} exists`)
    for (const table of tables) assert(!table.name.startsWith(`${name}:`), `namespace ${name} is empty`)
    this.namespaces.delete(name)
  }
}
