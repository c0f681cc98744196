import type { Command } from 'commander'
import type { RegionInfo } from 'hourbase'
import { alignedTable, findTable, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, command, withDatabase } from '../command.js'
import { bytesText } from '../units.js'

export function addRegions(program: Command, context: CliContext): void {
  command(program, {
    name: 'regions',
    arguments: '<table>',
    summary: 'Show the regions of a table, or their SSTables',
    examples: [
      'hourbase regions readings',
      'hourbase regions readings --files',
      'hourbase regions readings --json',
    ],
  })
    .option('--files', 'one line a file')
    .action(async (name: string, flags: CommonOptions & { readonly files?: boolean }) => {
      await withDatabase(context, flags.data, 'existing', async (db) => {
        const { table } = await findTable(db, name)
        const regions = await table.regions()
        if (flags.json === true) await context.stdout.write(`${toJsonText(regions)}\n`)
        else await context.stdout.write(flags.files === true ? filesText(regions) : regionsText(regions))
      })
    })
}

function regionsText(regions: readonly RegionInfo[]): string {
  const rows = regions.map(({ id, start, stop, memstoreBytes, fileBytes, files }) => {
    return [id, start, stop, bytesText(memstoreBytes), files.length, bytesText(fileBytes)]
  })
  return alignedTable(['region', 'start', 'stop', 'memstore', 'files', 'size'], rows)
}

function filesText(regions: readonly RegionInfo[]): string {
  const rows = regions.flatMap((region) => {
    return region.files.map((file) => {
      const times = `${timeText(file.minTimestamp)} – ${timeText(file.maxTimestamp)}`
      const state = file.quarantined ? 'quarantined' : 'ok'
      return [region.id, file.id, file.family, bytesText(file.bytes), file.rows, file.cells, times, state]
    })
  })
  return alignedTable(['region', 'file', 'family', 'size', 'rows', 'cells', 'times', 'state'], rows)
}

function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 16) : '…'
}
