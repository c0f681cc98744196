import { type Command, Option } from 'commander'
import { type CompactionPolicyName, type SimulationReport, simulateCompactions } from 'hourbase'
import { alignedTable, integerFromText, toJsonText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { command, usageError } from '../command.js'
import { bytesText } from '../units.js'

interface SimulateFlags {
  readonly json?: boolean
  readonly policy?: CompactionPolicyName
  readonly flushBytes: string
  readonly flushes: string
  readonly flushEveryMs: string
  readonly keptPercent: string
}

const POLICIES: readonly CompactionPolicyName[] = ['EXPLORING', 'DATE_TIERED', 'FIFO']
const FLUSHES_MAX = 100_000

export function addSimulate(program: Command, context: CliContext): void {
  command(program, {
    name: 'simulate',
    summary: 'Work out what a compaction policy would write: no database needed',
    examples: [
      'hourbase simulate --flushes 2000',
      'hourbase simulate --policy DATE_TIERED --flush-every-ms 3600000 --json',
    ],
  })
    .addOption(new Option('--policy <policy>', 'default: all').choices(POLICIES))
    .option('--flush-bytes <bytes>', 'size of a flush', '16777216')
    .option('--flushes <number>', 'how many', '1000')
    .option('--flush-every-ms <ms>', 'time between two', '600000')
    .option('--kept-percent <percent>', 'of its input, what a compaction writes', '100')
    .action(async (flags: SimulateFlags) => {
      const flushes = integerFromText('--flushes', flags.flushes)
      const keptPercent = integerFromText('--kept-percent', flags.keptPercent)
      if (flushes > FLUSHES_MAX) throw usageError(`--flushes ${flushes}`, `${FLUSHES_MAX} at most`)
      if (keptPercent < 1 || keptPercent > 100)
        throw usageError(`--kept-percent ${keptPercent}`, 'from 1 to 100')
      const policies = flags.policy === undefined ? POLICIES : [flags.policy]
      const reports = policies.map((policy) => ({
        policy,
        ...simulateCompactions({
          policy,
          flushes,
          flushBytes: integerFromText('--flush-bytes', flags.flushBytes),
          flushEveryMs: integerFromText('--flush-every-ms', flags.flushEveryMs),
          keptShare: keptPercent / 100,
        }),
      }))
      await context.stdout.write(flags.json === true ? `${toJsonText(reports)}\n` : tableOf(reports))
    })
}

function tableOf(reports: readonly (SimulationReport & { policy: string })[]): string {
  const rows = reports.map((report) => [
    report.policy,
    bytesText(report.flushedBytes),
    bytesText(report.compactedBytes),
    report.writeAmplification.toFixed(2),
    report.compactions,
    report.filesMax,
    report.filesAtEnd,
  ])
  const names = [
    'policy',
    'flushed',
    'compacted',
    'write amplification',
    'compactions',
    'files max',
    'files at end',
  ]
  return alignedTable(names, rows)
}
