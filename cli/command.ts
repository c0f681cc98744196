/** What the subcommands have in common: options, help, the open database, the way out. */
import type { Command } from 'commander'
import { type Database, HourbaseError } from 'hourbase'
import type { CliContext } from './cli-context.js'

export interface CommandSpec {
  readonly name: string
  /** As commander writes them: `<table> [key...]`. */
  readonly arguments?: string
  readonly summary: string
  readonly examples: readonly string[]
}

export interface CommonOptions {
  readonly data?: string
  readonly json?: boolean
}

/** A subcommand with --data, --json and its examples; add its own options to what this returns. */
export function command(program: Command, spec: CommandSpec): Command {
  const words = spec.arguments === undefined ? spec.name : `${spec.name} ${spec.arguments}`
  return program
    .command(words)
    .description(spec.summary)
    .option('--data <dir>', 'data directory (default: HOURBASE_DATA, else ./data)')
    .option('--json', 'output and errors as JSON')
    .addHelpText('after', `\nExamples:\n${spec.examples.map((example) => `  ${example}\n`).join('')}`)
}

/** Opens the database of --data, runs `work`, and closes it whatever happens. */
export async function withDatabase<T>(
  context: CliContext,
  directory: string | undefined,
  mode: 'existing' | 'create',
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await context.openDatabase(directory ?? context.env['HOURBASE_DATA'] ?? './data', mode)
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** Ends the command with this exit code; the message, when there is one, goes to stderr. */
export class CliExit extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message = '') {
    super(message)
    this.exitCode = exitCode
  }
}

export function usageError(message: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', message, { hint })
}

/** Collects a repeatable option. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}
