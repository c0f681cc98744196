import { type Command, Option } from 'commander'
import type { CompactionPolicyName, Durability, FamilyOptions, SplitAlgorithm, TableOptions } from 'hourbase'
import { bytesFromText, integerFromText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, collect, command, usageError, withDatabase } from '../command.js'
import { tableFromJson } from '../table-json.js'
import { readTextFile } from '../text-file.js'

interface CreateFlags extends CommonOptions {
  readonly definition?: string
  readonly rowKey?: string
  readonly column?: readonly string[]
  readonly family?: readonly string[]
  readonly time?: string
  readonly versions?: string
  readonly ttlMs?: string
  readonly compaction?: CompactionPolicyName
  readonly durability?: Durability
  readonly split?: readonly string[]
  readonly splitAlgorithm?: SplitAlgorithm['algorithm']
  readonly regions?: string
  readonly splitPolicy?: string
  readonly bytesMax?: string
}

export function addCreate(program: Command, context: CliContext): void {
  command(program, {
    name: 'create',
    arguments: '<table>',
    summary: 'Create a table; the database too, when there is none',
    examples: [
      "hourbase create readings --row-key 'station:string hour:hour' --column d:temp=double --column 'd:price=decimal(10,2)'",
      'hourbase create pages --family cf --versions 3                 # a raw table: rows and values are bytes',
      'hourbase create pages --family cf --split-algorithm HexStringSplit --regions 16',
      'hourbase create readings2 --definition readings.json           # as `hourbase tables readings` prints it',
    ],
  })
    .option(
      '--row-key <parts>',
      "'name:type name:type?'; ? after a type that may be null. Without: a raw table",
    )
    .option('--column <family:name=type>', 'typed column, repeatable', collect)
    .option('--family <name>', 'family, repeatable; those of the columns need not be named', collect)
    .option('--time <part>', 'row-key part that is the event time, or none; default the only time part')
    .option('--versions <number>', 'versions kept of each cell')
    .option('--ttl-ms <ms>', 'cells older than this are gone')
    .addOption(
      new Option('--compaction <policy>', 'of the families').choices(['EXPLORING', 'DATE_TIERED', 'FIFO']),
    )
    .addOption(
      new Option('--durability <level>', 'of writes').choices([
        'SKIP_WAL',
        'ASYNC_WAL',
        'SYNC_WAL',
        'FSYNC_WAL',
      ]),
    )
    .option('--split <key>', 'raw tables: start key of a region, repeatable', collect)
    .addOption(
      new Option('--split-algorithm <name>', 'pre-split, with --regions').choices([
        'HexStringSplit',
        'UniformSplit',
        'DecimalStringSplit',
      ]),
    )
    .option('--regions <number>', 'of --split-algorithm')
    .option('--split-policy <policy>', 'STEPPING, KEY_PREFIX(4), DISABLED …; default CONSTANT_SIZE')
    .option('--bytes-max <bytes>', 'quota: above it writes are refused')
    .option('--definition <file>', 'JSON definition instead of the options above')
    .action(async (name: string, flags: CreateFlags) => {
      const options =
        flags.definition === undefined
          ? optionsOf(flags)
          : tableFromJson(readTextFile('--definition', flags.definition))
      await withDatabase(context, flags.data, 'create', async (db) => {
        await db.createTable(name, options)
        await context.stderr.write(`created '${name}'\n`)
      })
    })
}

function optionsOf(flags: CreateFlags): TableOptions {
  const rowKey = flags.rowKey?.split(/[\s,]+/).filter((part) => part !== '')
  const families = familiesOf(flags)
  if (Object.keys(families).length === 0) {
    throw usageError(
      'a table needs a family',
      'give --column family:name=type, or --family NAME for a raw table',
    )
  }
  return {
    ...(rowKey === undefined ? {} : { rowKey }),
    families,
    ...(flags.time === undefined ? {} : { time: flags.time === 'none' ? null : flags.time }),
    ...(flags.durability === undefined ? {} : { durability: flags.durability }),
    ...splitsOf(flags),
    ...(flags.splitPolicy === undefined ? {} : { splitPolicy: flags.splitPolicy }),
    ...(flags.bytesMax === undefined ? {} : { bytesMax: integerFromText('--bytes-max', flags.bytesMax) }),
  }
}

function splitsOf({ split, splitAlgorithm, regions }: CreateFlags): Pick<TableOptions, 'splits'> {
  if (splitAlgorithm === undefined) return split === undefined ? {} : { splits: split.map(bytesFromText) }
  if (regions === undefined)
    throw usageError(`--split-algorithm ${splitAlgorithm}: into how many regions?`, 'add --regions 16')
  return { splits: { algorithm: splitAlgorithm, regions: integerFromText('--regions', regions) } }
}

function familiesOf(flags: CreateFlags): Record<string, FamilyOptions> {
  const shared: FamilyOptions = {
    ...(flags.versions === undefined ? {} : { versions: integerFromText('--versions', flags.versions) }),
    ...(flags.ttlMs === undefined ? {} : { ttlMs: integerFromText('--ttl-ms', flags.ttlMs) }),
    ...(flags.compaction === undefined ? {} : { compaction: flags.compaction }),
  }
  const families: Record<string, FamilyOptions> = {}
  for (const name of flags.family ?? []) families[name] = { ...shared }
  for (const word of flags.column ?? []) {
    const match = /^([^:=]+):([^=]+)=(.+)$/.exec(word)
    if (match === null)
      throw usageError(`--column ${word}: no column`, 'write family:name=type, e.g. d:temp=double')
    const [, family, column, type] = match as unknown as [string, string, string, string]
    const before = families[family] ?? shared
    families[family] = { ...before, columns: { ...before.columns, [column]: type } }
  }
  return families
}
