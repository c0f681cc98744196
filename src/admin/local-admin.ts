/** The administration of a database of this process: each call in a file of its subject. */
import type { Engine } from '../engine.js'
import type { Maintenance } from '../maintenance.js'
import type {
  AdminOperations,
  BackupReport,
  CopyReport,
  LoadFilesOptions,
  NamespaceInfo,
  NamespaceOptions,
  NormaliserAction,
  SnapshotCopyOptions,
  SnapshotInfo,
  TableChanges,
} from '../model/admin-api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import type { Desk } from './at-rest.js'
import { backup } from './backup.js'
import { exportSnapshot } from './export.js'
import { importSnapshot } from './import.js'
import { loadFiles } from './load-files.js'
import { alterNamespace, createNamespace, dropNamespace, namespaces } from './namespaces.js'
import { mergeRegions, normalise } from './regions.js'
import { cloneSnapshot, deleteSnapshot, listSnapshots, restoreSnapshot, takeSnapshot } from './snapshots.js'
import { alterTable, cloneTable, setDisabled, truncateTable } from './tables.js'

export abstract class LocalAdmin implements AdminOperations {
  protected readonly desk: Desk

  constructor(engine: Engine, maintenance: Maintenance) {
    this.desk = { engine, maintenance }
  }

  async alterTable(table: string, changes: TableChanges): Promise<TableDescriptor> {
    return alterTable(this.desk, table, changes)
  }

  async truncateTable(table: string, options: { keepSplits?: boolean } = {}): Promise<void> {
    await truncateTable(this.desk, table, options.keepSplits ?? false)
  }

  async cloneTable(table: string, newTable: string, options: { keepSplits?: boolean } = {}): Promise<void> {
    await cloneTable(this.desk, table, newTable, options.keepSplits ?? true)
  }

  async disableTable(table: string): Promise<void> {
    await setDisabled(this.desk, table, true)
  }

  async enableTable(table: string): Promise<void> {
    await setDisabled(this.desk, table, false)
  }

  async isEnabled(table: string): Promise<boolean> {
    return this.desk.engine.table(table).descriptor.disabled !== true
  }

  async createNamespace(name: string, options: NamespaceOptions = {}): Promise<void> {
    await createNamespace(this.desk.engine, name, options)
  }

  async alterNamespace(name: string, options: NamespaceOptions): Promise<void> {
    await alterNamespace(this.desk.engine, name, options)
  }

  async dropNamespace(name: string): Promise<void> {
    await dropNamespace(this.desk.engine, name)
  }

  async namespaces(): Promise<NamespaceInfo[]> {
    return namespaces(this.desk.engine)
  }

  async mergeRegions(table: string, a: number, b: number): Promise<void> {
    await mergeRegions(this.desk, table, a, b)
  }

  async normalise(table: string, options: { dryRun?: boolean } = {}): Promise<NormaliserAction[]> {
    return normalise(this.desk, table, options.dryRun ?? false)
  }

  async snapshot(name: string, tables?: readonly string[]): Promise<SnapshotInfo> {
    return takeSnapshot(this.desk, name, tables)
  }

  async snapshots(): Promise<SnapshotInfo[]> {
    return listSnapshots(this.desk.engine)
  }

  async cloneSnapshot(name: string, newTable: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await cloneSnapshot(this.desk, name, newTable, options.table)
  }

  async restoreSnapshot(name: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await restoreSnapshot(this.desk, name, options.table)
  }

  async deleteSnapshot(name: string): Promise<void> {
    await deleteSnapshot(this.desk, name)
  }

  async exportSnapshot(name: string, folder: string): Promise<CopyReport> {
    return exportSnapshot(this.desk, name, folder)
  }

  async importSnapshot(folder: string, newTable: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await importSnapshot(this.desk, folder, newTable, options)
  }

  async backup(folder: string): Promise<BackupReport> {
    return backup(this.desk, folder)
  }

  async bulkLoadFiles(
    table: string,
    paths: readonly string[],
    options: LoadFilesOptions = {},
  ): Promise<{ rows: number }> {
    return loadFiles(this.desk, table, paths, options)
  }
}
