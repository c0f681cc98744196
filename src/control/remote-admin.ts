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

/** What the control socket lets through to the database. */
export const ADMIN_METHODS: readonly (keyof AdminOperations)[] = [
  'alterTable',
  'truncateTable',
  'cloneTable',
  'disableTable',
  'enableTable',
  'isEnabled',
  'createNamespace',
  'alterNamespace',
  'dropNamespace',
  'namespaces',
  'mergeRegions',
  'normalise',
  'snapshot',
  'snapshots',
  'cloneSnapshot',
  'restoreSnapshot',
  'deleteSnapshot',
  'exportSnapshot',
  'importSnapshot',
  'backup',
  'bulkLoadFiles',
]

/** Administration by messages: every call goes through `send`. Folders are those of the process that answers. */
export abstract class RemoteAdmin implements AdminOperations {
  protected abstract send<T>(method: keyof AdminOperations, ...args: readonly unknown[]): Promise<T>

  alterTable(table: string, changes: TableChanges): Promise<TableDescriptor> {
    return this.send('alterTable', table, changes)
  }

  async truncateTable(table: string, options: { keepSplits?: boolean } = {}): Promise<void> {
    await this.send('truncateTable', table, options)
  }

  async cloneTable(table: string, newTable: string, options: { keepSplits?: boolean } = {}): Promise<void> {
    await this.send('cloneTable', table, newTable, options)
  }

  async disableTable(table: string): Promise<void> {
    await this.send('disableTable', table)
  }

  async enableTable(table: string): Promise<void> {
    await this.send('enableTable', table)
  }

  isEnabled(table: string): Promise<boolean> {
    return this.send('isEnabled', table)
  }

  async createNamespace(name: string, options: NamespaceOptions = {}): Promise<void> {
    await this.send('createNamespace', name, options)
  }

  async alterNamespace(name: string, options: NamespaceOptions): Promise<void> {
    await this.send('alterNamespace', name, options)
  }

  async dropNamespace(name: string): Promise<void> {
    await this.send('dropNamespace', name)
  }

  namespaces(): Promise<NamespaceInfo[]> {
    return this.send('namespaces')
  }

  async mergeRegions(table: string, a: number, b: number): Promise<void> {
    await this.send('mergeRegions', table, a, b)
  }

  normalise(table: string, options: { dryRun?: boolean } = {}): Promise<NormaliserAction[]> {
    return this.send('normalise', table, options)
  }

  snapshot(name: string, tables?: readonly string[]): Promise<SnapshotInfo> {
    return this.send('snapshot', name, ...(tables === undefined ? [] : [tables]))
  }

  snapshots(): Promise<SnapshotInfo[]> {
    return this.send('snapshots')
  }

  async cloneSnapshot(name: string, newTable: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await this.send('cloneSnapshot', name, newTable, options)
  }

  async restoreSnapshot(name: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await this.send('restoreSnapshot', name, options)
  }

  async deleteSnapshot(name: string): Promise<void> {
    await this.send('deleteSnapshot', name)
  }

  exportSnapshot(name: string, folder: string): Promise<CopyReport> {
    return this.send('exportSnapshot', name, folder)
  }

  async importSnapshot(folder: string, newTable: string, options: SnapshotCopyOptions = {}): Promise<void> {
    await this.send('importSnapshot', folder, newTable, options)
  }

  backup(folder: string): Promise<BackupReport> {
    return this.send('backup', folder)
  }

  bulkLoadFiles(
    table: string,
    paths: readonly string[],
    options: LoadFilesOptions = {},
  ): Promise<{ rows: number }> {
    return this.send('bulkLoadFiles', table, paths, options)
  }
}
