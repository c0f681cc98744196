/** One run of the command line: words → command → exit code. Nothing here ends the process. */
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { HourbaseError } from 'hourbase'
import { type CliContext, createContext } from './cli-context.js'
import { colors } from './color.js'
import { CliExit } from './command.js'
import { addAggregate } from './commands/aggregate.js'
import { addAlter } from './commands/alter.js'
import { addBackup } from './commands/backup.js'
import { addCheck } from './commands/check.js'
import { addCount } from './commands/count.js'
import { addCreate } from './commands/create.js'
import { addDelete } from './commands/delete.js'
import { addDescribe } from './commands/describe.js'
import { addDrop } from './commands/drop.js'
import { addExists } from './commands/exists.js'
import { addGet } from './commands/get.js'
import { addImport } from './commands/import.js'
import { addAppend, addIncrement } from './commands/increment.js'
import { addLoad } from './commands/load.js'
import { addMaintenance } from './commands/maintenance.js'
import { addNamespace } from './commands/namespace.js'
import { addPut } from './commands/put.js'
import { addRegions } from './commands/regions.js'
import { addResume } from './commands/resume.js'
import { addScan } from './commands/scan.js'
import { addServe } from './commands/serve.js'
import { addSimulate } from './commands/simulate.js'
import { addSnapshot } from './commands/snapshot.js'
import { addStats } from './commands/stats.js'
import { addTableAdmin } from './commands/table-admin.js'
import { addTables } from './commands/tables.js'
import { EXIT, exitCodeOf } from './exit-code.js'
import { OutputGone } from './text-sink.js'

/** `argv` without node and script; resolves to the exit code. */
export async function runCli(argv: readonly string[], overrides: Partial<CliContext> = {}): Promise<number> {
  const { context, dispose } = createContext(overrides)
  const pending: Promise<void>[] = []
  const program = createProgram(context, pending)
  try {
    await program.parseAsync(argv, { from: 'user' })
    await Promise.all(pending)
    return EXIT.ok
  } catch (error) {
    await Promise.allSettled(pending)
    return await report(error, context, argv.includes('--json'))
  } finally {
    dispose()
  }
}

const ADDERS = [
  addTables,
  addCreate,
  addDescribe,
  addAlter,
  addDrop,
  addGet,
  addScan,
  addAggregate,
  addCount,
  addExists,
  addPut,
  addIncrement,
  addAppend,
  addDelete,
  addImport,
  addResume,
  addRegions,
  addMaintenance,
  addTableAdmin,
  addNamespace,
  addSnapshot,
  addBackup,
  addLoad,
  addSimulate,
  addCheck,
  addStats,
  addServe,
] as const

function createProgram(context: CliContext, pending: Promise<void>[]): Command {
  const { version } = createRequire(import.meta.url)('hourbase/package.json') as { version: string }
  const program = new Command('hourbase')
    .description('An embedded, HBase-like column-family store for hourly data')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => pending.push(context.stdout.write(text)),
      writeErr: (text) => pending.push(context.stderr.write(text)),
      // The message comes again with the error that follows, and is printed there.
      outputError: () => {},
      getOutHelpWidth: () => context.stdout.columns,
      getErrHelpWidth: () => context.stderr.columns,
    })
    .addHelpText(
      'after',
      '\nExamples:\n' +
        "  hourbase create readings --row-key 'station:string hour:hour' --column d:temp=double\n" +
        '  hourbase scan readings --prefix station=JFK --from 2013-01-01 --to 2013-02-01\n' +
        "  hourbase aggregate readings --every 1d --group-by station --select 'mean:avg(temp)'\n" +
        '  hourbase serve --port 8080\n',
    )
  for (const add of ADDERS) add(program, context)
  return program
}

/** What went wrong and what to do about it, on stderr; JSON where JSON was asked for. */
async function report(error: unknown, context: CliContext, isJson: boolean): Promise<number> {
  if (error instanceof OutputGone) return EXIT.ok
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
  if (error instanceof CliExit) {
    if (error.message !== '') await context.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  // Help asked for by giving no command is on stderr already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage
  const known = knownError(error)
  // The run was ended because its reader has gone: there is nobody to tell.
  if (known.code === 'ABORTED' && context.signal.reason instanceof OutputGone) return EXIT.ok
  await context.stderr.write(
    isJson ? `${JSON.stringify({ error: known.toJSON() })}\n` : errorText(known, context),
  )
  return exitCodeOf(known)
}

function knownError(error: unknown): HourbaseError {
  if (error instanceof HourbaseError) return error
  if (error instanceof CommanderError) {
    const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
    const hint = rest.join(' ').replace(/^\((.*)\)$/, '$1')
    return new HourbaseError('INVALID_ARGUMENT', message, {
      hint: hint === '' ? 'see hourbase --help' : hint,
    })
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new HourbaseError('INTERNAL', text, {
    cause: error,
    hint: 'this is a fault of Hourbase: please report it',
  })
}

function errorText(error: HourbaseError, context: CliContext): string {
  const { red, dim } = colors(context.stderr, context.env)
  const hint = error.hint === undefined ? '' : `  ${dim(error.hint)}\n`
  return `${red(error.code)}: ${error.message}\n${hint}`
}
