/** The public shapes of administration: tables online, namespaces, regions, snapshots, backups. Pure types. */
import type { FamilyOptions, RowKeyLike, TableOptions } from './api.js'
import type { TableDescriptor } from './descriptor.js'

/** What is left out stays as it is. */
export interface TableChanges
  extends Partial<Pick<TableOptions, 'durability' | 'regionBytesMax' | 'readOnly'>> {
  /** By name: a new family, or what changes of one; its `columns` are added to those it has. null drops it with all its cells. */
  families?: Readonly<Record<string, FamilyOptions | null>>
  /** null: the default again. */
  splitPolicy?: string | null
  /** null: no quota. */
  bytesMax?: number | null
}

export interface NamespaceOptions {
  /** Quota: bytes of its tables' files and MemStores, beyond which writes are refused. null or absent: none. */
  bytesMax?: number | null
}

export interface NamespaceInfo {
  readonly name: string
  readonly tables: readonly string[]
  readonly bytes: number
  readonly bytesMax: number | null
}

export interface NormaliserAction {
  readonly kind: 'split' | 'merge'
  /** One region to split, or two neighbours to merge. */
  readonly regions: readonly number[]
}

export interface SnapshotInfo {
  readonly name: string
  /** ms since the epoch. */
  readonly createdAt: number
  /** Writes up to this sequence are in it, later ones are not. */
  readonly sequence: number
  readonly tables: readonly string[]
  readonly files: number
  readonly bytes: number
}

export interface SnapshotCopyOptions {
  /** Which of the snapshot's tables; needed when it has several. */
  table?: string
  /** importSnapshot: which of the folder's snapshots or backups; default the last by name. */
  name?: string
}

export interface CopyReport {
  /** Files written now, and those that were there already. */
  readonly copied: number
  readonly kept: number
  readonly bytes: number
}

export interface BackupReport extends CopyReport {
  /** Its name in the folder: for restoreBackup. */
  readonly name: string
  readonly sequence: number
}

/**
 * Administration of an open database. Each call is one manifest commit: after a crash it has happened or it has not. Readers
 * under way keep what they see.
 */
export interface AdminOperations {
  /** Adds, changes or drops families, adds typed columns, changes attributes. @throws TYPE_CONFLICT where stored cells would be misread */
  alterTable(table: string, changes: TableChanges): Promise<TableDescriptor>
  /** Removes all rows. `keepSplits`: the regions keep their bounds; else one region is left. */
  truncateTable(table: string, options?: { keepSplits?: boolean }): Promise<void>
  /** A new, empty table with the definition and, unless `keepSplits` is false, the region bounds of another. */
  cloneTable(table: string, newTable: string, options?: { keepSplits?: boolean }): Promise<void>
  /** Reads and writes are refused with TABLE_DISABLED until it is enabled again. */
  disableTable(table: string): Promise<void>
  enableTable(table: string): Promise<void>
  isEnabled(table: string): Promise<boolean>

  /** Tables `name:table` need it. `default` is there always. */
  createNamespace(name: string, options?: NamespaceOptions): Promise<void>
  /** Changes the quota. */
  alterNamespace(name: string, options: NamespaceOptions): Promise<void>
  /** @throws INVALID_ARGUMENT while it has tables */
  dropNamespace(name: string): Promise<void>
  namespaces(): Promise<NamespaceInfo[]>

  /** Two neighbours, by their ids and in either order, become one region. */
  mergeRegions(table: string, a: number, b: number): Promise<void>
  /** Splits regions far above the table's average and merges small neighbours. Answers what was done (or, dry, would be). */
  normalise(table: string, options?: { dryRun?: boolean }): Promise<NormaliserAction[]>

  /** The tables (default all) at one moment. Costs a flush; no row is copied. */
  snapshot(name: string, tables?: readonly string[]): Promise<SnapshotInfo>
  snapshots(): Promise<SnapshotInfo[]>
  /** A new table with the snapshot's rows; files are shared until compactions part them. */
  cloneSnapshot(name: string, newTable: string, options?: SnapshotCopyOptions): Promise<void>
  /** The snapshot's tables (or one of them) are again what they were. What came since is lost. */
  restoreSnapshot(name: string, options?: SnapshotCopyOptions): Promise<void>
  deleteSnapshot(name: string): Promise<void>
  /** Copies it to a folder, every byte checked. Files that are there already are not copied again. */
  exportSnapshot(name: string, folder: string): Promise<CopyReport>
  /** A new table from an exported snapshot of any database, every byte checked. */
  importSnapshot(folder: string, newTable: string, options?: SnapshotCopyOptions): Promise<void>

  /** All tables at one moment to a folder, while the database works; only files that are not there yet are copied. */
  backup(folder: string): Promise<BackupReport>
  /** Files of SstableBuilder become rows of the table that count as written now: all of them or none, checked whole. */
  bulkLoadFiles(
    table: string,
    paths: readonly string[],
    options?: LoadFilesOptions,
  ): Promise<{ rows: number }>
}

export interface LoadFilesOptions {
  /** A load of an id that was loaded before does nothing: so it can be tried again after an unknown outcome. */
  loadId?: string
}

/** Pre-splits by HBase's algorithms: the start keys of `regions` regions. */
export interface SplitAlgorithm {
  readonly algorithm: 'HexStringSplit' | 'UniformSplit' | 'DecimalStringSplit'
  readonly regions: number
}

export type SplitsLike = readonly RowKeyLike[] | SplitAlgorithm
