import type { Command } from 'commander'
import { alignedTable, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'

export function addStats(program: Command, context: CliContext): void {
  command(program, {
    name: 'stats',
    summary: 'Show sizes and counters of the database',
    examples: ['hourbase stats', 'hourbase stats --json'],
  }).action(async (flags: CommonOptions) => {
    await withDatabase(context, flags.data, 'existing', async (db) => {
      const stats = await db.stats()
      const text =
        flags.json === true
          ? `${toJsonText(stats)}\n`
          : alignedTable(['counter', 'value'], flatten('', stats))
      await context.stdout.write(text)
    })
  })
}

/** Nested counters by dotted names. */
function flatten(prefix: string, value: unknown): [string, string | number][] {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    return Object.entries(value).flatMap(([name, member]) =>
      flatten(prefix === '' ? name : `${prefix}.${name}`, member),
    )
  }
  return [[prefix, typeof value === 'number' ? value : String(value)]]
}
