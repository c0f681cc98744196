import type { Command } from 'commander'
import type { Database } from 'hourbase'
import { alignedTable, integerFromText, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'
import { bytesText } from '../units.js'

interface QuotaFlags extends CommonOptions {
  readonly bytesMax?: string
}

export function addNamespace(program: Command, context: CliContext): void {
  const group = program.command('namespace').description('Namespaces of tables, and their quotas')
  const change = (flags: CommonOptions, done: string, work: (db: Database) => Promise<void>): Promise<void> =>
    withDatabase(context, flags.data, 'existing', async (db) => {
      await work(db)
      await context.stderr.write(`${done}\n`)
    })
  command(group, {
    name: 'list',
    summary: 'List the namespaces with their tables and sizes',
    examples: ['hourbase namespace list', 'hourbase namespace list --json'],
  }).action((flags: CommonOptions) => list(context, flags))
  command(group, {
    name: 'create',
    arguments: '<name>',
    summary: 'Create a namespace; tables are named NAMESPACE:TABLE then',
    examples: [
      'hourbase namespace create weather',
      'hourbase namespace create weather --bytes-max 10000000000',
    ],
  })
    .option('--bytes-max <bytes>', 'quota: above it writes are refused')
    .action((name: string, flags: QuotaFlags) => {
      const options = flags.bytesMax === undefined ? {} : { bytesMax: quotaFromText(flags.bytesMax) }
      return change(flags, `created namespace '${name}'`, (db) => db.createNamespace(name, options))
    })
  command(group, {
    name: 'alter',
    arguments: '<name>',
    summary: 'Change the quota of a namespace',
    examples: ['hourbase namespace alter weather --bytes-max none'],
  })
    .requiredOption('--bytes-max <bytes>', 'quota, or none')
    .action((name: string, flags: QuotaFlags) => {
      const bytesMax = quotaFromText(flags.bytesMax!)
      return change(flags, `altered namespace '${name}'`, (db) => db.alterNamespace(name, { bytesMax }))
    })
  command(group, {
    name: 'drop',
    arguments: '<name>',
    summary: 'Drop a namespace that has no tables',
    examples: ['hourbase namespace drop weather'],
  }).action((name: string, flags: CommonOptions) =>
    change(flags, `dropped namespace '${name}'`, (db) => db.dropNamespace(name)),
  )
}

function list(context: CliContext, flags: CommonOptions): Promise<void> {
  return withDatabase(context, flags.data, 'existing', async (db) => {
    const all = await db.namespaces()
    const rows = all.map(({ name, tables, bytes, bytesMax }) => [
      name,
      tables.length,
      bytesText(bytes),
      bytesMax === null ? '' : bytesText(bytesMax),
    ])
    await context.stdout.write(
      flags.json === true
        ? `${toJsonText(all)}\n`
        : alignedTable(['namespace', 'tables', 'size', 'quota'], rows),
    )
  })
}

function quotaFromText(text: string): number | null {
  return text === 'none' ? null : integerFromText('--bytes-max', text)
}
