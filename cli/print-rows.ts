import type { TextBatch } from 'hourbase/text'
import { createRowWriter } from 'hourbase/text'
import type { CliContext } from './cli-context.js'
import { formatOf, type OutputFlags, styleOf } from './query-options.js'

/** Writes batches at the pace of the reader. */
export async function printRows(
  context: CliContext,
  flags: OutputFlags,
  fields: readonly string[],
  batches: AsyncIterable<TextBatch> | Iterable<TextBatch>,
): Promise<void> {
  const writer = createRowWriter(formatOf(flags), styleOf(flags), false)
  let piece = writer.head(fields)
  for await (const batch of batches) {
    await context.stdout.write(piece + writer.rows(batch))
    piece = ''
  }
  await context.stdout.write(piece + writer.tail(null))
}
