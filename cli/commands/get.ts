import type { Command } from 'commander'
import type { ReadOptions, Result, TableDescriptor, TypedRow } from 'hourbase'
import {
  alignedTable,
  batchOfCells,
  batchOfResults,
  batchOfRows,
  createRowWriter,
  findTable,
  rowKinds,
  splitTop,
  type TextBatch,
} from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { CliExit, command, usageError, withDatabase } from '../command.js'
import { EXIT } from '../exit-code.js'
import { addOutputOptions, formatOf, keyFromWords, type OutputFlags, styleOf } from '../query-options.js'

interface GetFlags extends OutputFlags {
  readonly columns?: string
  readonly versions?: string
  readonly cells?: boolean
}

export function addGet(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'get',
    arguments: '<table> <key...>',
    summary: 'Print one row',
    examples: [
      'hourbase get readings station=JFK hour=2013-01-01T05:00:00Z',
      "hourbase get pages 'com.example/\\x00' --versions 3",
    ],
  })
  addOutputOptions(made)
    .option('--columns <list>', 'columns or whole families')
    .option('--versions <number>', 'versions of a cell, newest first; more than 1 gives cells')
    .option('--cells', 'a typed row as cells')
    .action(async (name: string, words: string[], flags: GetFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const row = await table.get(keyFromWords(descriptor, words), readOptions(flags))
        if (row === null) throw new CliExit(EXIT.notFound, `no such row in '${name}'`)
        await context.stdout.write(rowText(descriptor, row, flags))
      })
    })
}

function readOptions(flags: GetFlags): ReadOptions {
  const versions = flags.versions === undefined ? undefined : Number(flags.versions)
  if (versions !== undefined && !(Number.isInteger(versions) && versions > 0)) {
    throw usageError(`--versions ${flags.versions}: not a whole number`, 'e.g. --versions 3')
  }
  return {
    ...(flags.columns === undefined ? {} : { columns: splitTop(flags.columns) }),
    ...(versions === undefined ? {} : { versions }),
    // Versions have timestamps, which only cells show.
    ...(flags.cells === true || (versions ?? 1) > 1 ? { cells: true } : {}),
  }
}

/** One row reads best top down; the other formats are as a scan writes them. */
function rowText(descriptor: TableDescriptor, row: TypedRow | Result, flags: GetFlags): string {
  const format = formatOf(flags)
  const writer = createRowWriter(format === 'json' ? 'ndjson' : format, styleOf(flags), false)
  const isFlat = format === 'csv' || format === 'table'
  if (isResult(row)) return writer.rows(isFlat ? batchOfCells(row.cells) : batchOfResults([row]))
  const batch = batchOfRows([row], Object.keys(row), rowKinds(descriptor, Object.keys(row)))
  return format === 'table' ? topDown(batch, flags) : writer.rows(batch)
}

function topDown(batch: TextBatch, flags: GetFlags): string {
  const lines = batch.columns.map((column) => {
    const writer = createRowWriter('table', styleOf(flags), false)
    const text = writer.rows({ rowCount: 1, columns: [column] }).split('\n')[2]!
    return [column.name, text.trim()]
  })
  return alignedTable(['field', 'value'], lines)
}

function isResult(row: TypedRow | Result): row is Result {
  return row['row'] instanceof Uint8Array && Array.isArray(row['cells'])
}
