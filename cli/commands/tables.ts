import type { Command } from 'commander'
import { alignedTable, definitionOf, findTable, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'
import { bytesText } from '../units.js'

export function addTables(program: Command, context: CliContext): void {
  command(program, {
    name: 'tables',
    arguments: '[table]',
    summary: 'List the tables, or print the definition of one',
    examples: [
      'hourbase tables',
      'hourbase tables readings > readings.json   # for: hourbase create --definition',
    ],
  }).action(async (name: string | undefined, flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      if (name !== undefined) {
        const { descriptor } = await findTable(db, name)
        await context.stdout.write(
          `${toJsonText(definitionOf(descriptor), flags.json === true ? undefined : 2)}\n`,
        )
        return
      }
      const tables = await db.tables()
      if (flags.json === true) {
        await context.stdout.write(`${toJsonText(tables)}\n`)
        return
      }
      const rows = tables.map((table) => [
        table.name,
        table.families.join(', '),
        table.regions,
        bytesText(table.bytes),
      ])
      await context.stdout.write(alignedTable(['table', 'families', 'regions', 'size'], rows))
    })
  })
}
