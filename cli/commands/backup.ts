import { resolve } from 'node:path'
import type { Command } from 'commander'
import { restoreBackup } from 'hourbase'
import { toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'
import { bytesText } from '../units.js'

export function addBackup(program: Command, context: CliContext): void {
  command(program, {
    name: 'backup',
    arguments: '<folder>',
    summary: 'Back up the whole database to a folder while it is in use; only new files are copied',
    examples: ['hourbase backup /backups/weather', 'hourbase backup /backups/weather --json'],
  }).action(async (folder: string, flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const report = await db.backup(resolve(folder))
      const { name, copied, kept, bytes } = report
      if (flags.json === true) await context.stdout.write(`${toJsonText(report)}\n`)
      else
        await context.stderr.write(
          `${name}: copied ${copied} files, ${bytesText(bytes)}; ${kept} were there already\n`,
        )
    })
  })
  command(program, {
    name: 'restore',
    arguments: '<folder> <directory>',
    summary: 'Make a new database directory from a backup, every byte checked',
    examples: [
      'hourbase restore /backups/weather ./restored',
      'hourbase restore /backups/weather ./restored --name backup-000007',
    ],
  })
    .option('--name <name>', 'which backup; default the last')
    .action(async (folder: string, directory: string, flags: CommonOptions & { readonly name?: string }) => {
      const options = flags.name === undefined ? {} : { name: flags.name }
      const report = await restoreBackup(resolve(folder), resolve(directory), options)
      if (flags.json === true) await context.stdout.write(`${toJsonText(report)}\n`)
      else await context.stderr.write(`restored ${report.name} (${report.files} files) into ${directory}\n`)
    })
}
