import type { Command } from 'commander'
import { toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { CliExit, type CommonOptions, command, withDatabase } from '../command.js'
import { EXIT } from '../exit-code.js'
import { bytesText } from '../units.js'

export function addCheck(program: Command, context: CliContext): void {
  command(program, {
    name: 'check',
    summary:
      'Read every byte of the database and verify its checksums; exit code 6 when something is damaged',
    examples: ['hourbase check', 'hourbase check --json'],
  }).action(async (flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const report = await db.check()
      if (flags.json === true) await context.stdout.write(`${toJsonText(report)}\n`)
      else {
        for (const { file, offset, problem, hint } of report.problems) {
          await context.stdout.write(
            `${file}${offset === null ? '' : ` at ${offset}`}: ${problem}\n  ${hint}\n`,
          )
        }
        const verdict = report.ok ? 'all well' : `${report.problems.length} problems`
        await context.stdout.write(
          `${verdict}: ${report.filesChecked} files, ${bytesText(report.bytesChecked)}\n`,
        )
      }
      if (!report.ok) throw new CliExit(EXIT.corruption)
    })
  })
}
