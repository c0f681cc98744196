import type { Command } from 'commander'
import { describeTable } from 'hourbase'
import { definitionOf, findTable, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'

export function addDescribe(program: Command, context: CliContext): void {
  command(program, {
    name: 'describe',
    arguments: '<table>',
    summary: "Describe a table in the words of HBase's shell",
    examples: ['hourbase describe readings', 'hourbase describe readings --json'],
  }).action(async (name: string, flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const { descriptor } = await findTable(db, name)
      const text =
        flags.json === true
          ? toJsonText({ ...definitionOf(descriptor), enabled: descriptor.disabled !== true })
          : describeTable(descriptor)
      await context.stdout.write(`${text}\n`)
    })
  })
}
