import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import { ManifestDraft } from './manifest-draft.js'
import type { FileRecord, ManifestEdit } from './manifest-edit.js'
import type { NamespaceRecord, SnapshotRecord } from './manifest-snapshot.js'

export type { FileRecord } from './manifest-edit.js'

/** Everything the manifest knows, at one moment. Immutable: a commit makes a new one, readers keep theirs. */
export interface ManifestState {
  readonly databaseUuid: Uint8Array
  /** Above every id of a table, family, region or file that was ever committed. */
  readonly nextId: number
  /** The lowest WAL segment still needed, and one known to exist; 0 before the first `wal` edit. */
  readonly walFloor: number
  readonly walLast: number
  readonly tables: ReadonlyMap<number, TableDescriptor>
  readonly regions: ReadonlyMap<number, RegionDescriptor>
  readonly files: ReadonlyMap<number, FileRecord>
  /** region → family → its files, oldest first. Every region has an entry. A file may be in two regions after a split. */
  readonly regionFiles: ReadonlyMap<number, ReadonlyMap<number, readonly number[]>>
  /** By region: all its WAL records up to this sequence are in its files. */
  readonly flushedSequence: ReadonlyMap<number, number>
  /** Of bulk loads: the last LOAD_IDS_MAX. */
  readonly loadIds: ReadonlySet<string>
  readonly checkpoints: ReadonlyMap<string, Uint8Array>
  /** Those that were created; `default` and `hbase` are there always. */
  readonly namespaces: ReadonlyMap<string, NamespaceRecord>
  readonly snapshots: ReadonlyMap<string, SnapshotRecord>
}

export function emptyState(databaseUuid: Uint8Array): ManifestState {
  return {
    databaseUuid,
    nextId: 1,
    walFloor: 0,
    walLast: 0,
    tables: new Map(),
    regions: new Map(),
    files: new Map(),
    regionFiles: new Map(),
    flushedSequence: new Map(),
    loadIds: new Set(),
    checkpoints: new Map(),
    namespaces: new Map(),
    snapshots: new Map(),
  }
}

/** @throws INTERNAL for an edit that does not fit the state. */
export function applyEdit(state: ManifestState, edit: ManifestEdit): ManifestState {
  return applyEdits(state, [edit])
}

/** One copy of what changes, however many edits there are. */
export function applyEdits(state: ManifestState, edits: readonly ManifestEdit[]): ManifestState {
  const draft = new ManifestDraft(state)
  for (const edit of edits) draft.apply(edit)
  return draft.finish()
}

/** The highest sequence that files or flushes tell of. O(files). */
export function maxSequence(state: ManifestState): number {
  let max = 0
  for (const file of state.files.values()) if (file.maxSequence > max) max = file.maxSequence
  for (const sequence of state.flushedSequence.values()) if (sequence > max) max = sequence
  return max
}
