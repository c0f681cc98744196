/** `hourbase resume`: goes on with an import that was stopped or killed. */
import type { Command } from 'commander'
import type { CliContext } from '../cli-context.js'
import { command } from '../command.js'
import { type RunFlags, runImportCommand } from '../import-action.js'
import { addPasswordOptions, progressOption } from './import.js'

export function addResume(program: Command, context: CliContext): void {
  const made = command(program, {
    name: 'resume',
    arguments: '[job]',
    summary: 'Go on with an import that was stopped or killed, exactly where it was',
    examples: ['hourbase resume', 'hourbase resume flights --password-file pw --max-errors 100'],
  })
  addPasswordOptions(made)
  made
    .option('--max-errors <number>', 'rejected rows at most, from now on')
    .addOption(progressOption())
    .action(async (job: string | undefined, flags: RunFlags & { readonly maxErrors?: string }) => {
      await runImportCommand(context, flags, 'existing', (db, ingest, options) =>
        ingest.resumeImport(db, job ?? null, {
          ...options,
          ...(flags.maxErrors === undefined ? {} : { maxErrors: flags.maxErrors }),
        }),
      )
    })
}
