import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Database, SnapshotCopyOptions } from 'hourbase'
import { alignedTable, isoInstant, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, usageError, withDatabase } from '../command.js'
import { bytesText } from '../units.js'

interface TableFlags extends CommonOptions {
  readonly table?: string
}

export function addSnapshot(program: Command, context: CliContext): void {
  const group = program.command('snapshot').description('Tables as they were at one moment')
  addTakeAndList(group, context)
  addCloneAndRestore(group, context)
  addFolders(group, context)
}

function change(
  context: CliContext,
  flags: CommonOptions,
  done: string,
  work: (db: Database) => Promise<void>,
): Promise<void> {
  return withDatabase(context, flags.data, 'existing', async (db) => {
    await work(db)
    await context.stderr.write(`${done}\n`)
  })
}

function addTakeAndList(group: Command, context: CliContext): void {
  command(group, {
    name: 'take',
    arguments: '<name> [table...]',
    summary: 'Take a snapshot of these tables, or of all',
    examples: [
      'hourbase snapshot take before-import',
      'hourbase snapshot take monday readings stations --json',
    ],
  }).action((name: string, tables: string[], flags: CommonOptions) =>
    withDatabase(context, flags.data, 'existing', async (db) => {
      const info = await db.snapshot(name, tables.length === 0 ? undefined : tables)
      if (flags.json === true) await context.stdout.write(`${toJsonText(info)}\n`)
      else await context.stderr.write(`took snapshot '${name}' of ${info.tables.join(', ')}\n`)
    }),
  )
  command(group, {
    name: 'list',
    summary: 'List the snapshots',
    examples: ['hourbase snapshot list', 'hourbase snapshot list --json'],
  }).action((flags: CommonOptions) =>
    withDatabase(context, flags.data, 'existing', async (db) => {
      const all = await db.snapshots()
      const rows = all.map(({ name, createdAt, tables, files, bytes }) => [
        name,
        isoInstant(createdAt),
        tables.join(', '),
        files,
        bytesText(bytes),
      ])
      await context.stdout.write(
        flags.json === true
          ? `${toJsonText(all)}\n`
          : alignedTable(['snapshot', 'taken', 'tables', 'files', 'size'], rows),
      )
    }),
  )
  command(group, {
    name: 'delete',
    arguments: '<name>',
    summary: 'Delete a snapshot, and the files that it alone has kept',
    examples: ['hourbase snapshot delete before-import'],
  }).action((name: string, flags: CommonOptions) =>
    change(context, flags, `deleted snapshot '${name}'`, (db) => db.deleteSnapshot(name)),
  )
}

function addCloneAndRestore(group: Command, context: CliContext): void {
  command(group, {
    name: 'clone',
    arguments: '<name> <new-table>',
    summary: 'Make a new table with the rows of a snapshot; nothing is copied',
    examples: ['hourbase snapshot clone monday readings-monday --table readings'],
  })
    .option('--table <name>', 'which of its tables, where it has several')
    .action((name: string, newTable: string, flags: TableFlags) =>
      change(context, flags, `created '${newTable}'`, (db) =>
        db.cloneSnapshot(name, newTable, tableOf(flags)),
      ),
    )
  command(group, {
    name: 'restore',
    arguments: '<name>',
    summary: 'Make tables what they were at a snapshot; what came since is lost',
    examples: [
      'hourbase snapshot restore before-import --yes',
      'hourbase snapshot restore monday --table readings --yes',
    ],
  })
    .option('--table <name>', 'this table only')
    .option('--yes', 'really')
    .action((name: string, flags: TableFlags & { readonly yes?: boolean }) => {
      if (flags.yes !== true) {
        throw usageError(
          'this loses what was written since the snapshot',
          `say so: hourbase snapshot restore ${name} --yes; or look at it first: hourbase snapshot clone`,
        )
      }
      return change(context, flags, `restored '${name}'`, (db) => db.restoreSnapshot(name, tableOf(flags)))
    })
}

function addFolders(group: Command, context: CliContext): void {
  command(group, {
    name: 'export',
    arguments: '<name> <folder>',
    summary: 'Copy a snapshot to a folder, every byte checked',
    examples: [
      'hourbase snapshot export monday /backups/monday',
      'hourbase snapshot export monday /backups/m --json',
    ],
  }).action((name: string, folder: string, flags: CommonOptions) =>
    withDatabase(context, flags.data, 'existing', async (db) => {
      const report = await db.exportSnapshot(name, resolve(folder))
      if (flags.json === true) await context.stdout.write(`${toJsonText(report)}\n`)
      else await context.stderr.write(`copied ${report.copied} files, ${bytesText(report.bytes)}\n`)
    }),
  )
  command(group, {
    name: 'import',
    arguments: '<folder> <new-table>',
    summary: 'Make a table of an exported snapshot or backup of any database',
    examples: ['hourbase snapshot import /backups/monday readings --table readings'],
  })
    .option('--table <name>', 'which of its tables, where it has several')
    .option('--name <name>', "which of the folder's snapshots or backups; default the last by name")
    .action((folder: string, newTable: string, flags: TableFlags & { readonly name?: string }) => {
      const options = { ...tableOf(flags), ...(flags.name === undefined ? {} : { name: flags.name }) }
      return change(context, flags, `created '${newTable}'`, (db) =>
        db.importSnapshot(resolve(folder), newTable, options),
      )
    })
}

function tableOf({ table }: TableFlags): SnapshotCopyOptions {
  return table === undefined ? {} : { table }
}
