import type { Database } from 'hourbase'
import { runCli } from '../../cli/run-cli.js'
import { memorySink } from './memory-sink.js'

export interface CommandRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** One run of the command line against a given database, with nothing of the real world. */
export async function runCommand(
  db: Database | null,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  const stdout = memorySink()
  const stderr = memorySink()
  const openDatabase = db === null ? {} : { openDatabase: () => Promise.resolve(db) }
  const code = await runCli(argv, {
    stdout,
    stderr,
    env,
    signal: new AbortController().signal,
    ...openDatabase,
  })
  return { code, out: stdout.text, err: stderr.text }
}
