import type { Command } from 'commander'
import { findTable } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, usageError, withDatabase } from '../command.js'

export function addDrop(program: Command, context: CliContext): void {
  command(program, {
    name: 'drop',
    arguments: '<table>',
    summary: 'Delete a table with all its rows',
    examples: ['hourbase drop readings --yes'],
  })
    .option('--yes', 'really')
    .action(async (name: string, flags: CommonOptions & { readonly yes?: boolean }) => {
      if (flags.yes !== true) {
        throw usageError(
          `this deletes '${name}' with all its rows, for good`,
          `say so: hourbase drop ${name} --yes`,
        )
      }
      await withDatabase(context, flags.data, 'existing', async (db) => {
        await findTable(db, name)
        await db.dropTable(name)
        await context.stderr.write(`dropped '${name}'\n`)
      })
    })
}
