import type { Command } from 'commander'
import type { Table } from 'hourbase'
import { findTable } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'
import { keyFromWords } from '../query-options.js'

/** flush, compact and split: by hand what the store does by itself. */
export function addMaintenance(program: Command, context: CliContext): void {
  const onTable = async (
    name: string,
    flags: CommonOptions,
    work: (table: Table) => Promise<void>,
  ): Promise<void> => {
    await withDatabase(context, flags.data, 'existing', async (db) => work((await findTable(db, name)).table))
  }
  command(program, {
    name: 'flush',
    arguments: '<table>',
    summary: 'Write the MemStores of a table to SSTables',
    examples: ['hourbase flush readings'],
  }).action((name: string, flags: CommonOptions) => onTable(name, flags, (table) => table.flush()))
  command(program, {
    name: 'compact',
    arguments: '<table>',
    summary: 'Merge SSTables of a table',
    examples: ['hourbase compact readings', 'hourbase compact readings --major'],
  })
    .option('--major', 'all files of each store into one')
    .action((name: string, flags: CommonOptions & { readonly major?: boolean }) => {
      return onTable(name, flags, (table) => table.compact({ major: flags.major === true }))
    })
  command(program, {
    name: 'split',
    arguments: '<table> [key...]',
    summary: 'Split a region: at a key, or the largest one in its middle',
    examples: [
      'hourbase split readings',
      'hourbase split readings station=LGA hour=2013-01-01T00:00:00Z',
      'hourbase split pages m',
    ],
  }).action(async (name: string, words: string[], flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { table, descriptor } = await findTable(db, name)
      await (words.length === 0 ? table.split() : table.split(keyFromWords(descriptor, words)))
    })
  })
}
