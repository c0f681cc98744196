import { type Command, Option } from 'commander'
import {
  aggregateBatches,
  aggregateFromInput,
  aggregateKinds,
  findTable,
  queryInputFromParams,
} from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { collect, command, withDatabase } from '../command.js'
import { printRows } from '../print-rows.js'
import {
  addOutputOptions,
  addRangeOptions,
  definedParams,
  type OutputFlags,
  type RangeFlags,
  rangeParams,
} from '../query-options.js'

interface AggregateFlags extends RangeFlags, OutputFlags {
  readonly select: readonly string[]
  readonly every?: string
  readonly by?: string
  readonly timeZone?: string
  readonly groupBy?: string
  readonly fill?: string
  readonly groupsMax?: string
}

export function addAggregate(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'aggregate',
    arguments: '<table>',
    summary: 'Counts, sums, averages and more, by time bucket and group',
    examples: [
      "hourbase aggregate readings --select 'n:count(*), mean:avg(temp)' --group-by station",
      "hourbase aggregate readings --every 1d --time-zone America/New_York --select 'low:min(temp), high:max(temp)' --prefix station=JFK",
      "hourbase aggregate readings --every hourOfDay --select 'p95:quantile(temp, 0.95), frost:count(* where temp < 0)'",
    ],
  })
  addOutputOptions(addRangeOptions(made))
    .requiredOption(
      '--select <measures>',
      'name:function(column), repeatable; count sum min max avg first last distinct quantile',
      collect,
    )
    .option('--every <bucket>', '1h, 6h, 1d, 2w, 1M, 1y, hourOfDay or dayOfWeek')
    .option('--by <column>', 'what is bucketed, default the time of the table')
    .option('--time-zone <zone>', 'of days and longer, e.g. America/New_York; default UTC')
    .option('--group-by <list>', 'row-key parts or columns')
    .addOption(new Option('--fill <how>', 'empty buckets').choices(['none', 'null', 'zero', 'previous']))
    .option('--groups-max <number>', 'groups at most, default 100,000')
    .action(async (name: string, flags: AggregateFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const { every, by, timeZone, groupBy, fill, groupsMax, select } = flags
        const range = rangeParams(descriptor, flags)
        const params = definedParams({ ...range, every, by, timeZone, groupBy, fill, groupsMax, select })
        const query = aggregateFromInput(descriptor, queryInputFromParams(descriptor, params))
        const rows = await table.aggregate({ ...query, signal: context.signal })
        const fields = [...aggregateKinds(descriptor, query).keys()]
        await printRows(context, flags, fields, aggregateBatches(descriptor, query, rows))
      })
    })
}
