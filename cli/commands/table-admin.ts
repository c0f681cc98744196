import type { Command } from 'commander'
import type { Database } from 'hourbase'
import { findTable, integerFromText, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, usageError, withDatabase } from '../command.js'

/** truncate, clone, disable, enable, merge, normalise. */
export function addTableAdmin(program: Command, context: CliContext): void {
  addTruncate(program, context)
  addClone(program, context)
  addSwitches(program, context)
  addMerge(program, context)
  addNormalise(program, context)
}

function onTable(
  context: CliContext,
  name: string,
  flags: CommonOptions,
  done: string,
  work: (db: Database) => Promise<void>,
): Promise<void> {
  return withDatabase(context, flags.data, 'existing', async (db) => {
    await findTable(db, name)
    await work(db)
    await context.stderr.write(`${done}\n`)
  })
}

function addTruncate(program: Command, context: CliContext): void {
  command(program, {
    name: 'truncate',
    arguments: '<table>',
    summary: 'Delete all rows of a table, keep its definition',
    examples: ['hourbase truncate readings --yes', 'hourbase truncate readings --yes --keep-splits'],
  })
    .option('--yes', 'really')
    .option('--keep-splits', 'the regions keep their bounds; else one region is left')
    .action(
      (name: string, flags: CommonOptions & { readonly yes?: boolean; readonly keepSplits?: boolean }) => {
        if (flags.yes !== true) {
          throw usageError(
            `this deletes all rows of '${name}', for good`,
            `say so: hourbase truncate ${name} --yes; a snapshot before it can be restored`,
          )
        }
        const keepSplits = flags.keepSplits === true
        return onTable(context, name, flags, `truncated '${name}'`, (db) =>
          db.truncateTable(name, { keepSplits }),
        )
      },
    )
}

function addClone(program: Command, context: CliContext): void {
  command(program, {
    name: 'clone',
    arguments: '<table> <new-table>',
    summary: 'Create an empty table with the definition of another',
    examples: ['hourbase clone readings readings2', 'hourbase clone readings readings2 --one-region'],
  })
    .option('--one-region', 'without the splits of the other')
    .action((name: string, newName: string, flags: CommonOptions & { readonly oneRegion?: boolean }) => {
      const keepSplits = flags.oneRegion !== true
      return onTable(context, name, flags, `created '${newName}'`, (db) =>
        db.cloneTable(name, newName, { keepSplits }),
      )
    })
}

function addSwitches(program: Command, context: CliContext): void {
  command(program, {
    name: 'disable',
    arguments: '<table>',
    summary: 'Refuse reads and writes of a table until it is enabled again',
    examples: ['hourbase disable readings'],
  }).action((name: string, flags: CommonOptions) =>
    onTable(context, name, flags, `disabled '${name}'`, (db) => db.disableTable(name)),
  )
  command(program, {
    name: 'enable',
    arguments: '<table>',
    summary: 'Let a disabled table be read and written again',
    examples: ['hourbase enable readings'],
  }).action((name: string, flags: CommonOptions) =>
    onTable(context, name, flags, `enabled '${name}'`, (db) => db.enableTable(name)),
  )
}

function addMerge(program: Command, context: CliContext): void {
  command(program, {
    name: 'merge',
    arguments: '<table> <region> <region>',
    summary: 'Make one region of two neighbours, by the ids that `regions` prints',
    examples: ['hourbase merge readings 17 21', 'hourbase regions readings --json   # where the ids stand'],
  }).action((name: string, a: string, b: string, flags: CommonOptions) => {
    const ids = [integerFromText('region', a), integerFromText('region', b)] as const
    return onTable(context, name, flags, `merged regions ${a} and ${b}`, (db) =>
      db.mergeRegions(name, ...ids),
    )
  })
}

function addNormalise(program: Command, context: CliContext): void {
  command(program, {
    name: 'normalise',
    arguments: '<table>',
    summary: 'Split regions far above the average size, merge small neighbours',
    examples: ['hourbase normalise readings --dry-run', 'hourbase normalise readings --json'],
  })
    .option('--dry-run', 'say what would be done')
    .action(async (name: string, flags: CommonOptions & { readonly dryRun?: boolean }) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        await findTable(db, name)
        const actions = await db.normalise(name, { dryRun: flags.dryRun === true })
        const lines = actions.map(({ kind, regions }) => `${kind} ${regions.join(' ')}\n`)
        await context.stdout.write(flags.json === true ? `${toJsonText(actions)}\n` : lines.join(''))
      })
    })
}
