/** The frame of import and resume: progress, report, exit code. */
import { type Database, isHourbaseError } from 'hourbase'
import type { ImportOptions, ImportReport } from 'hourbase/ingest'
import type { CliContext } from './cli-context.js'
import { CliExit, type CommonOptions, withDatabase } from './command.js'
import { importExit, type ProgressMode, progressPrinter, reportText } from './import-output.js'
import { promptPassword } from './prompt-password.js'

export interface RunFlags extends CommonOptions {
  readonly progress: ProgressMode
  /** -P */
  readonly promptPassword?: boolean
  readonly passwordFile?: string
  readonly passwordEnv?: string
}

type Ingest = typeof import('hourbase/ingest')

/** `run` gets the open database and what every run is given; its report becomes output and exit code. */
export async function runImportCommand(
  context: CliContext,
  flags: RunFlags,
  mode: 'existing' | 'create',
  run: (db: Database, ingest: Ingest, options: ImportOptions) => Promise<ImportReport | null>,
): Promise<void> {
  const ingest = await import('hourbase/ingest')
  const printer = progressPrinter(context, flags.progress, ingest.progressLine)
  let report: ImportReport | null
  try {
    const password = await passwordOf(context, flags, ingest)
    const options: ImportOptions = {
      signal: context.signal,
      onProgress: printer.tell,
      clock: context.clock,
      ...password,
    }
    report = await withDatabase(context, flags.data, mode, (db) => run(db, ingest, options))
  } catch (error) {
    await printer.end()
    if (!isHourbaseError(error)) throw error
    throw importExit(error, ingest.exitCodeOfError(error.code), flags.json === true)
  }
  await printer.end()
  if (report === null) return
  await context.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : reportText(report))
  const code = ingest.exitCodeOfReport(report)
  if (code !== 0) throw new CliExit(code)
}

async function passwordOf(
  context: CliContext,
  flags: RunFlags,
  ingest: Ingest,
): Promise<{ password?: string }> {
  if (flags.promptPassword === true) return { password: await promptPassword(context) }
  if (flags.passwordFile !== undefined) return { password: ingest.readPasswordFile(flags.passwordFile) }
  const value = flags.passwordEnv === undefined ? undefined : context.env[flags.passwordEnv]
  return value === undefined ? {} : { password: value }
}
