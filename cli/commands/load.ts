import { resolve } from 'node:path'
import type { Command } from 'commander'
import { findTable, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'

export function addLoad(program: Command, context: CliContext): void {
  command(program, {
    name: 'load',
    arguments: '<table> <file...>',
    summary: 'Load SSTables that SstableBuilder made elsewhere: all of them or none',
    examples: [
      'hourbase load readings out/d/*.sst',
      'hourbase load readings out/*/*.sst --load-id 2013-01   # trying again after a crash loads nothing twice',
    ],
  })
    .option('--load-id <id>', 'a load of this id that was done before is not done again')
    .action(async (name: string, files: string[], flags: CommonOptions & { readonly loadId?: string }) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        await findTable(db, name)
        const options = flags.loadId === undefined ? {} : { loadId: flags.loadId }
        const paths = files.map((file) => resolve(file))
        const report = await db.bulkLoadFiles(name, paths, options)
        if (flags.json === true) await context.stdout.write(`${toJsonText(report)}\n`)
        else await context.stderr.write(`loaded ${report.rows} rows into '${name}'\n`)
      })
    })
}
