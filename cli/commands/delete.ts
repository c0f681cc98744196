import type { Command } from 'commander'
import type { DeleteTarget } from 'hourbase'
import { bytesFromText, findTable, integerFromText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, collect, command, usageError, withDatabase } from '../command.js'
import { keyFromWords } from '../query-options.js'

interface DeleteFlags extends CommonOptions {
  readonly column?: readonly string[]
  readonly family?: readonly string[]
  readonly timestamp?: string
}

export function addDelete(program: Command, context: CliContext): void {
  command(program, {
    name: 'delete',
    arguments: '<table> <key...>',
    summary: 'Delete one row, or some of its columns or families',
    examples: [
      'hourbase delete readings station=JFK hour=2013-01-01T05:00:00Z',
      'hourbase delete readings station=JFK hour=2013-01-01T05:00:00Z --column d:rain',
      'hourbase delete pages com.example --family cf --timestamp 5',
    ],
  })
    .option('--column <family:column>', 'only this column, all its versions; repeatable', collect)
    .option('--family <family>', 'only this family; repeatable', collect)
    .option('--timestamp <ms>', 'raw tables: cells up to this time, default the clock')
    .action(async (name: string, words: string[], flags: DeleteFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const what = targetsOf(flags)
        await table.delete(keyFromWords(descriptor, words), {
          ...(what.length === 0 ? {} : { what }),
          ...(flags.timestamp === undefined
            ? {}
            : { timestamp: integerFromText('--timestamp', flags.timestamp) }),
        })
        await context.stdout.write(flags.json === true ? '{"rows":1}\n' : '')
      })
    })
}

function targetsOf(flags: DeleteFlags): DeleteTarget[] {
  const columns = (flags.column ?? []).map((name): DeleteTarget => {
    const colon = name.indexOf(':')
    if (colon < 1) throw usageError(`--column ${name}: no family`, 'write family:column')
    return { kind: 'columns', family: name.slice(0, colon), qualifier: bytesFromText(name.slice(colon + 1)) }
  })
  const families = (flags.family ?? []).map((family): DeleteTarget => ({ kind: 'family', family }))
  return [...columns, ...families]
}
