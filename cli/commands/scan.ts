import type { Command } from 'commander'
import { findTable, queryInputFromParams, scanBatches, scanFieldNames, scanFromInput } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { command, withDatabase } from '../command.js'
import { printRows } from '../print-rows.js'
import {
  addFilterOption,
  addOutputOptions,
  addRangeOptions,
  definedParams,
  type FilterFlags,
  formatOf,
  type OutputFlags,
  rangeParams,
} from '../query-options.js'

interface ScanFlags extends FilterFlags, OutputFlags {
  readonly columns?: string
  readonly limit?: string
  readonly versions?: string
  readonly reversed?: boolean
  readonly cells?: boolean
  readonly raw?: boolean
}

export function addScan(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'scan',
    arguments: '<table>',
    summary: 'Print the rows of a range',
    examples: [
      'hourbase scan readings --prefix station=JFK --from 2013-01-01 --to 2013-02-01',
      "hourbase scan readings --columns d:temp --where 'temp < 0' --limit 10 --reversed",
      'hourbase scan readings --format csv > readings.csv',
    ],
  })
  addOutputOptions(addFilterOption(addRangeOptions(made)))
    .option('--columns <list>', 'columns or whole families: d:temp,d')
    .option('--limit <rows>', 'rows at most')
    .option('--reversed', 'from the last row to the first')
    .option('--versions <number>', 'versions of a cell, newest first; more than 1 gives cells')
    .option('--cells', 'a typed table as cells: bytes and timestamps')
    .option('--raw', 'delete markers and masked cells too')
    .action(async (name: string, flags: ScanFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const params = definedParams({
          ...rangeParams(descriptor, flags),
          filter: flags.filter,
          columns: flags.columns,
          limit: flags.limit,
          versions: flags.versions,
          reversed: flagText(flags.reversed),
          cells: flagText(flags.cells),
          raw: flagText(flags.raw),
        })
        const scan = scanFromInput(descriptor, queryInputFromParams(descriptor, params))
        const isNested = formatOf(flags) === 'json' || formatOf(flags) === 'ndjson'
        const batches = scanBatches(table, descriptor, { ...scan, signal: context.signal }, isNested)
        await printRows(context, flags, scanFieldNames(descriptor, scan, isNested), batches)
      })
    })
}

function flagText(flag: boolean | undefined): string | undefined {
  return flag === true ? 'true' : undefined
}
