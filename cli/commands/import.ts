/** `hourbase import`: a MySQL table or query, or a CSV file, into a typed table. */
import { type Command, Option } from 'commander'
import type { ImportTextOptions } from 'hourbase/ingest'
import type { CliContext } from '../cli-context.js'
import { command } from '../command.js'
import { type RunFlags, runImportCommand } from '../import-action.js'
import { PROGRESS_MODES, planText } from '../import-output.js'

type ImportFlags = RunFlags & ImportTextOptions & { readonly restart?: boolean; readonly dryRun?: boolean }

export function addImport(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'import',
    summary: 'Import a table, a query or a CSV file; a run that is killed goes on with `hourbase resume`',
    examples: [
      "hourbase import --connect mysql://root@localhost/nyc --password-file pw --table weather --create-table --row-key 'origin:string time_hour:hour'",
      "hourbase import --from-csv nyc-flights.csv.gz --target-table flights --create-table --row-key 'origin:string time_hour:hour? id:int' --null-if NA --derive 'id=lineNumber()' --derive \"time_hour=utcHour(year,month,day,hour,'America/New_York')\" --lookup 'w=nyc-weather.csv.gz on origin,time_hour take *'",
      'hourbase import … --dry-run',
    ],
  })
  addSource(made)
  addTarget(made)
  addTransforms(made)
  addRunOptions(made)
  made.action(async (flags: ImportFlags) => {
    await runImportCommand(context, flags, 'create', async (db, ingest, options) => {
      const spec = ingest.specFromOptions(flags)
      if (flags.dryRun !== true)
        return ingest.importTable(db, spec, { ...options, restart: flags.restart === true })
      const plan = await ingest.planImport(db, spec, options)
      await context.stdout.write(flags.json === true ? `${JSON.stringify(plan)}\n` : planText(plan))
      return null
    })
  })
}

function addSource(made: Command): void {
  made
    .option('--connect <url>', 'mysql://user@host:3306/database (jdbc:mysql://… is fine too)')
    .option('--username <name>', 'MySQL user')
    .option('--socket <path>', 'Unix socket instead of host and port')
    .option('--ssl-mode <mode>', 'off, require or verify')
    .option('--ssl-ca <file>', 'certificate authority for verify')
    .option('--table <name>', 'the MySQL table')
    .option('--query <sql>', 'a SELECT instead of a table; name a unique column with --split-by')
    .option('--columns <list>', 'columns to read, default all')
    .option('--where <sql>', 'condition on the rows to read')
    .option('--split-by <list>', 'columns to page by, default the primary key')
    .option('--from-csv <file>', 'a CSV file with a header, plain or .gz')
    .option('--delimiter <char>', 'of the CSV file, default found in the header')
    .option('--encoding <name>', 'of the CSV file: utf-8 or latin1')
  addPasswordOptions(made)
}

export function addPasswordOptions(made: Command): void {
  made
    .option('-P, --prompt-password', 'ask for the password')
    .option('--password-file <file>', 'file that holds the password, readable by you alone')
    .option('--password-env <variable>', 'environment variable that holds the password')
}

function addTarget(made: Command): void {
  made
    .option('--hbase-table, --target-table <name>', 'default the name of the MySQL table')
    .option('--row-key <parts>', "'name:type …', ? after a type that may be null")
    .option('--time <part>', 'row-key part that stamps the rows, or none; default the only time part')
    .option('--hbase-create-table, --create-table', 'make the table when it is not there')
    .option('--column-family <name>', 'family of the columns, default d')
    .option('--map-column-family <pairs>', "e.g. 'temp=w:temp,wind_*=w'")
    .option('--map-column-type <pairs>', "e.g. 'price=decimal(10,2),code=string'")
    .option(
      '--hbase-bulkload, --bulk [rows]',
      'bulk load so many rows at a time instead of puts (default 100,000)',
    )
}

function addTransforms(made: Command): void {
  const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
  made
    .option('--null-if <list>', "texts that are null, e.g. 'NA'")
    .option('--trim', 'cut white space around texts')
    .option('--rename <pairs>', 'old=new,…')
    .option('--derive <expression>', 'name=function(…), repeatable', collect)
    .option(
      '--lookup <lookup>',
      "'w=file.csv.gz on ours=theirs take a,b|* miss null|reject|skip', repeatable; also mysql:table, store:table",
      collect,
    )
    .option('--drop <list>', 'columns to leave out')
    .option('--zero-dates <policy>', 'keep (as text), null or reject (default)')
    .option('--source-timezone <zone>', 'zone of DATETIME values, default UTC')
    .option(
      '--local-time <policy>',
      'times that a clock change skips or repeats: reject (default), earlier, later',
    )
    .option('--tinyint1-as-boolean', 'TINYINT(1) is a boolean; other values than 0 and 1 are rejected')
}

function addRunOptions(made: Command): void {
  made
    .option('--job <name>', 'name of the run, default the table')
    .option('--restart', 'begin anew although the job has an unfinished run')
    .option('--dry-run', 'show columns, types and places, write nothing')
    .option('--fetch-size, --page-rows <rows>', 'rows a page, default 5,000')
    .option('--max-errors <number>', "rejected rows at most, or a share such as '1%'; default 0")
    .option('--quarantine <file>', 'JSONL file for rejected rows')
    .addOption(progressOption())
}

export function progressOption(): Option {
  return new Option('--progress <mode>', 'on stderr').choices(PROGRESS_MODES).default('auto')
}
