import type { Command } from 'commander'
import { findTable, queryInputFromParams, scanFromInput } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { command, withDatabase } from '../command.js'
import {
  addFilterOption,
  addRangeOptions,
  definedParams,
  type FilterFlags,
  rangeParams,
} from '../query-options.js'

export function addCount(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'count',
    arguments: '<table>',
    summary: 'Count the rows of a range',
    examples: ['hourbase count readings', "hourbase count readings --prefix station=JFK --where 'temp < 0'"],
  })
  addFilterOption(addRangeOptions(made)).action(async (name: string, flags: FilterFlags) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { table, descriptor } = await findTable(db, name)
      const input = queryInputFromParams(
        descriptor,
        definedParams({ ...rangeParams(descriptor, flags), filter: flags.filter }),
      )
      const count = await table.count({ ...scanFromInput(descriptor, input), signal: context.signal })
      await context.stdout.write(flags.json === true ? `${JSON.stringify({ count })}\n` : `${count}\n`)
    })
  })
}
