import { type Clock, type Database, HourbaseError, isHourbaseError, openAny, systemClock } from 'hourbase'
import { OutputGone, streamSink, type TextSink } from './text-sink.js'

/** All that a command has of the world. Tests give their own. */
export interface CliContext {
  /** Data only. */
  readonly stdout: TextSink
  /** Everything else: errors, progress, prompts. */
  readonly stderr: TextSink
  readonly stdin: NodeJS.ReadableStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Aborted at SIGINT and SIGTERM, and when the reader of stdout is gone: pass it into every long call. */
  readonly signal: AbortSignal
  /** Opens the directory, through its living writer where there is one. 'existing' refuses a directory without a database. */
  openDatabase(directory: string, mode: 'existing' | 'create'): Promise<Database>
}

export interface OwnedContext {
  readonly context: CliContext
  /** Takes the signal handlers away again. */
  dispose(): void
}

/** The real world, but for what `overrides` replaces. */
export function createContext(overrides: Partial<CliContext>): OwnedContext {
  const abort = new AbortController()
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130)
    abort.abort(new HourbaseError('ABORTED', 'interrupted'))
  }
  const onGone = (): void => abort.abort(new OutputGone())
  const isReal = overrides.signal === undefined && overrides.stdout === undefined
  if (isReal) for (const name of STOP_SIGNALS) process.on(name, stop)
  const context: CliContext = {
    stdout: overrides.stdout ?? streamSink(process.stdout, onGone),
    stderr: overrides.stderr ?? streamSink(process.stderr, null),
    stdin: overrides.stdin ?? process.stdin,
    env: overrides.env ?? process.env,
    clock: overrides.clock ?? systemClock,
    signal: overrides.signal ?? abort.signal,
    openDatabase: overrides.openDatabase ?? openDatabase,
  }
  return {
    context,
    dispose() {
      if (isReal) for (const name of STOP_SIGNALS) process.off(name, stop)
    },
  }
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const

async function openDatabase(directory: string, mode: 'existing' | 'create'): Promise<Database> {
  try {
    return await openAny(directory, { create: mode === 'create' })
  } catch (error) {
    const isMissing = isHourbaseError(error, 'INVALID_ARGUMENT') && 'directory' in error.where
    if (!isMissing || mode === 'create') throw error
    throw new MissingDatabase(directory, error)
  }
}

/** Told apart from a wrong argument: the command was fine, the place was not. */
export class MissingDatabase extends HourbaseError {
  constructor(directory: string, cause: unknown) {
    super('INVALID_ARGUMENT', `there is no database in ${directory}`, {
      cause,
      where: { directory },
      hint: 'name its directory with --data DIR or HOURBASE_DATA, or make one with `hourbase create`',
    })
  }
}
