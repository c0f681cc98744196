import type { Command } from 'commander'
import type { Durability, FamilyOptions, TableChanges } from 'hourbase'
import { booleanFromText, findTable, integerFromText, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, collect, command, usageError, withDatabase } from '../command.js'
import { readTextFile } from '../text-file.js'

interface AlterFlags extends CommonOptions {
  readonly changes?: string
  readonly column?: readonly string[]
  readonly addFamily?: readonly string[]
  readonly dropFamily?: readonly string[]
  readonly set?: readonly string[]
}

export function addAlter(program: Command, context: CliContext): void {
  command(program, {
    name: 'alter',
    arguments: '<table>',
    summary: 'Change a table while it is in use: families, columns, attributes',
    examples: [
      'hourbase alter readings --column d:wind=double               # a new typed column',
      'hourbase alter readings --add-family e --drop-family old',
      'hourbase alter readings --set d.ttlMs=86400000 --set d.compaction=DATE_TIERED',
      'hourbase alter readings --set splitPolicy=STEPPING --set bytesMax=10000000000 --set readOnly=true',
      'hourbase alter readings --changes changes.json               # {"families": {"d": {"versions": 3}}}',
    ],
  })
    .option('--column <family:name=type>', 'new typed column, repeatable', collect)
    .option('--add-family <name>', 'new family, repeatable', collect)
    .option('--drop-family <name>', 'family to drop with all its cells, repeatable', collect)
    .option(
      '--set <name=value>',
      'attribute of the table, or family.attribute; none: no longer set; repeatable',
      collect,
    )
    .option('--changes <file>', 'JSON of the changes instead of the options above')
    .action(async (name: string, flags: AlterFlags) => {
      const changes =
        flags.changes === undefined
          ? changesOf(flags)
          : changesFromJson(readTextFile('--changes', flags.changes))
      await withDatabase(context, flags.data, 'existing', async (db) => {
        await findTable(db, name)
        const table = await db.alterTable(name, changes)
        if (flags.json === true) await context.stdout.write(`${toJsonText(table)}\n`)
        else await context.stderr.write(`altered '${name}'\n`)
      })
    })
}

function changesFromJson(text: string): TableChanges {
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      value === 'Infinity' ? Number.POSITIVE_INFINITY : value,
    ) as TableChanges
  } catch (error) {
    throw usageError(`--changes is not JSON: ${(error as Error).message}`, 'see hourbase alter --help')
  }
}

function changesOf(flags: AlterFlags): TableChanges {
  const families: Record<string, FamilyOptions | null> = {}
  const table: Record<string, unknown> = {}
  for (const name of flags.addFamily ?? []) families[name] = { ...families[name] }
  for (const word of flags.column ?? []) {
    const match = /^([^:=]+):([^=]+)=(.+)$/.exec(word)
    if (match === null)
      throw usageError(`--column ${word}: no column`, 'write family:name=type, e.g. d:temp=double')
    const [, family, column, type] = match as unknown as [string, string, string, string]
    families[family] = { ...families[family], columns: { ...families[family]?.columns, [column]: type } }
  }
  for (const word of flags.set ?? []) {
    const match = /^(?:([^.=]+)\.)?([^.=]+)=(.*)$/.exec(word)
    if (match === null)
      throw usageError(`--set ${word}: no attribute`, 'write name=value or family.name=value')
    const [, family, name, text] = match as unknown as [string, string | undefined, string, string]
    const value = attributeFromText(name, text)
    if (family === undefined) table[name] = value
    else families[family] = { ...families[family], [name]: value }
  }
  for (const name of flags.dropFamily ?? []) families[name] = null
  const isEmpty = Object.keys(table).length === 0 && Object.keys(families).length === 0
  if (isEmpty) throw usageError('nothing to alter', 'see hourbase alter --help')
  return { ...table, ...(Object.keys(families).length === 0 ? {} : { families }) }
}

const FLAGS = ['readOnly', 'newVersionBehavior']
const NUMBERS = ['regionBytesMax', 'bytesMax', 'versions', 'minVersions', 'ttlMs', 'blockBytesMax']

/** The store checks names and values; here texts become what they stand for. */
function attributeFromText(name: string, text: string): Durability | string | number | boolean | null {
  if (text === 'none') return null
  if (FLAGS.includes(name)) return booleanFromText(name, text)
  if (!NUMBERS.includes(name)) return text
  return text === 'Infinity' ? Number.POSITIVE_INFINITY : integerFromText(name, text)
}
