import type { Command } from 'commander'
import { findTable } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { CliExit, type CommonOptions, command, withDatabase } from '../command.js'
import { EXIT } from '../exit-code.js'
import { keyFromWords } from '../query-options.js'

export function addExists(program: Command, context: CliContext): void {
  command(program, {
    name: 'exists',
    arguments: '<table> <key...>',
    summary: 'Whether there is such a row: exit code 0, else 3',
    examples: ['hourbase exists readings station=JFK hour=2013-01-01T05:00:00Z'],
  }).action(async (name: string, words: string[], flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { table, descriptor } = await findTable(db, name)
      const exists = await table.exists(keyFromWords(descriptor, words))
      await context.stdout.write(flags.json === true ? `${JSON.stringify({ exists })}\n` : `${exists}\n`)
      if (!exists) throw new CliExit(EXIT.notFound)
    })
  })
}
