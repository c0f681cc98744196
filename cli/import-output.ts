/** What import and resume show while they run and when they end, and their exit codes. */
import type { HourbaseError } from 'hourbase'
import type { ImportPlan, ImportProgress, ImportReport } from 'hourbase/ingest'
import type { CliContext } from './cli-context.js'
import { CliExit } from './command.js'

export type ProgressMode = 'auto' | 'bar' | 'json' | 'none'
export const PROGRESS_MODES: readonly ProgressMode[] = ['auto', 'bar', 'json', 'none']

const BAR_MS = 100
const LINE_MS = 5_000
const CLEAR_LINE = '\r\u001b[K'

export interface ProgressPrinter {
  tell(progress: ImportProgress): void
  /** Leaves the line of the bar. */
  end(): Promise<void>
}

/** A bar on a terminal, one line every few seconds elsewhere; always on stderr. */
export function progressPrinter(
  context: CliContext,
  mode: ProgressMode,
  line: (progress: ImportProgress) => string,
): ProgressPrinter {
  const isBar = mode === 'bar' || (mode === 'auto' && context.stderr.isTTY)
  if (mode === 'none') return { tell: () => {}, end: async () => {} }
  let last = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    tell(progress) {
      const now = context.clock.monotonic()
      if (progress.phase !== 'done' && now - last < (isBar ? BAR_MS : LINE_MS)) return
      last = now
      const text = mode === 'json' ? JSON.stringify({ event: 'progress', ...progress }) : line(progress)
      shown = isBar
      void context.stderr.write(
        isBar ? `${CLEAR_LINE}${text.slice(0, Math.max(20, context.stderr.columns - 1))}` : `${text}\n`,
      )
    },
    async end() {
      if (shown) await context.stderr.write(`${CLEAR_LINE}`)
    },
  }
}

export function reportText(report: ImportReport): string {
  const { job, status, rows, table, elapsedMs, rowsPerSecond, rejected, skipped, zeroDates, resumes } = report
  const seconds = (elapsedMs / 1000).toFixed(1)
  const lines = [
    `${status === 'done' ? 'imported' : 'stopped after'} ${count(rows)} rows into ${table}${report.created ? ' (created)' : ''} in ${seconds} s, ${count(rowsPerSecond)} rows/s`,
    `  source    ${report.source}${report.snapshot === 'none' ? '' : `, snapshot ${report.snapshot}`}`,
  ]
  for (const { as, hits, misses, rows: loaded } of report.lookups) {
    lines.push(`  lookup ${as}  ${count(hits)} found, ${count(misses)} not found, of ${count(loaded)} rows`)
  }
  if (skipped > 0) lines.push(`  left out  ${count(skipped)} rows without a match`)
  if (zeroDates > 0) lines.push(`  zero dates that became null: ${count(zeroDates)}`)
  if (rejected > 0) {
    lines.push(
      `  rejected  ${count(rejected)} rows${report.quarantine === null ? '' : `, see ${report.quarantine}`}`,
    )
    for (const { place, message } of report.rejectedRows) lines.push(`    ${place}: ${message}`)
  }
  if (resumes > 0) lines.push(`  resumed   ${resumes} ${resumes === 1 ? 'time' : 'times'}`)
  for (const note of report.notes) lines.push(`  note: ${note}`)
  if (status === 'stopped') lines.push(`go on with: hourbase resume ${job}`)
  return `${lines.join('\n')}\n`
}

export function planText(plan: ImportPlan): string {
  const width = (pick: (column: ImportPlan['columns'][number]) => string): number =>
    Math.max(4, ...plan.columns.map((column) => pick(column).length))
  const widths = {
    name: width(({ name }) => name),
    from: width(({ from }) => from),
    type: width(({ type }) => type),
  }
  const lines = [
    `${plan.source} → ${plan.table}${plan.toCreate === null ? '' : ' (to be created)'}`,
    `  rows      ${plan.estimate === null ? 'unknown' : `about ${count(plan.estimate)}`}`,
    `  row key   ${plan.rowKey.join(' ')}`,
    `  time      ${plan.time ?? "none: rows are stamped with the run's start"}`,
    `  paged by  ${plan.pagedBy.length === 0 ? 'nothing: one stream' : plan.pagedBy.join(', ')}`,
    ...plan.lookups.map(({ as, source }) => `  lookup    ${as} = ${source}`),
    ...plan.columns.map(
      ({ name, from, type, to }) =>
        `  ${name.padEnd(widths.name)}  ${from.padEnd(widths.from)}  ${type.padEnd(widths.type)}  ${to}`,
    ),
    ...plan.notes.map((note) => `  note: ${note}`),
  ]
  return `${lines.join('\n')}\n`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Import's own exit codes (docs/import.md), not those of the other commands. */
export function importExit(error: HourbaseError, code: number, isJson: boolean): CliExit {
  if (isJson) return new CliExit(code, JSON.stringify({ error: error.toJSON() }))
  return new CliExit(
    code,
    `${error.code}: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
  )
}
