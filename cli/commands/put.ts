import type { Command } from 'commander'
import type { RowCondition, RowMutation, TableDescriptor } from 'hourbase'
import { findTable, integerFromText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { CliExit, type CommonOptions, command, usageError, withDatabase } from '../command.js'
import { EXIT } from '../exit-code.js'
import { columnPlace, rowWords, scalarOf, valuesOf } from '../row-words.js'

interface PutFlags extends CommonOptions {
  readonly timestamp?: string
  readonly ttlMs?: string
  readonly ifNotExists?: string
  readonly ifEquals?: string
}

export function addPut(program: Command, context: CliContext): void {
  command(program, {
    name: 'put',
    arguments: '<table> <words...>',
    summary: 'Write one row: its key, then column=value; null deletes a column',
    examples: [
      'hourbase put readings station=JFK hour=2013-01-01T05:00:00Z temp=21.5 d:rain=null',
      "hourbase put pages 'com.example/\\x00' cf:title=Home cf:body='…' --timestamp 5",
    ],
  })
    .option('--timestamp <ms>', 'raw tables: stamp of the cells, default the clock')
    .option('--ttl-ms <ms>', 'the cells expire after this time')
    .option('--if-not-exists <column>', 'only where the row has no such value (exit code 3 otherwise)')
    .option('--if-equals <column=value>', 'only where the row has this value (exit code 3 otherwise)')
    .action(async (name: string, words: string[], flags: PutFlags) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table, descriptor } = await findTable(db, name)
        const { key, columns } = rowWords(descriptor, words)
        const values = valuesOf(descriptor, columns, scalarOf)
        const condition = conditionOf(descriptor, flags)
        if (condition === null) await table.put(key, values, putOptions(flags))
        else {
          const put: RowMutation = { kind: 'put', values, ...putOptions(flags) }
          const { success } = await table.checkAndMutate(key, condition, put)
          if (!success) throw new CliExit(EXIT.notFound, 'the condition does not hold: nothing was written')
        }
        await context.stdout.write(flags.json === true ? '{"rows":1}\n' : '')
      })
    })
}

function putOptions(flags: PutFlags): { timestamp?: number; ttlMs?: number } {
  return {
    ...(flags.timestamp === undefined ? {} : { timestamp: integerFromText('--timestamp', flags.timestamp) }),
    ...(flags.ttlMs === undefined ? {} : { ttlMs: integerFromText('--ttl-ms', flags.ttlMs) }),
  }
}

/** The one condition of --if-not-exists and --if-equals, or null. */
function conditionOf(descriptor: TableDescriptor, flags: PutFlags): RowCondition | null {
  const { ifNotExists, ifEquals } = flags
  if (ifNotExists !== undefined && ifEquals !== undefined)
    throw usageError('--if-not-exists and --if-equals together', 'give one of them')
  if (ifNotExists !== undefined) return { column: conditionColumn(descriptor, ifNotExists), notExists: true }
  if (ifEquals === undefined) return null
  const at = ifEquals.indexOf('=')
  if (at < 1) throw usageError(`--if-equals ${ifEquals}: no value`, 'write column=value')
  const place = columnPlace(descriptor, ifEquals.slice(0, at))
  return {
    column: conditionColumn(descriptor, ifEquals.slice(0, at)),
    equals: scalarOf(place, ifEquals.slice(at + 1)),
  }
}

function conditionColumn(descriptor: TableDescriptor, name: string): string {
  const { family, column } = columnPlace(descriptor, name)
  return `${family}:${column}`
}
