/** How far an import is: rows, rate and the time that is left, and the line that shows it. */

export interface ImportProgress {
  readonly job: string
  readonly phase: 'lookups' | 'rows' | 'done'
  /** Rows read by all runs of this import, and what became of them. */
  readonly rows: number
  readonly rejected: number
  /** Rows in all, roughly; null when unknown. */
  readonly estimate: number | null
  /** Rows a second, over the last few seconds. */
  readonly rate: number
  readonly etaMs: number | null
  readonly elapsedMs: number
}

const WINDOW_MS = 5_000
const SAMPLES_MAX = 64

/** Rate over a sliding window, so that it follows the source without jumping. */
export class RateMeter {
  readonly #samples: { at: number; rows: number }[] = []

  add(at: number, rows: number): void {
    const samples = this.#samples
    samples.push({ at, rows })
    while (samples.length > 2 && (samples[1]!.at <= at - WINDOW_MS || samples.length > SAMPLES_MAX))
      samples.shift()
  }

  get rate(): number {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return 0
    return ((last.rows - first.rows) * 1000) / (last.at - first.at)
  }
}

/** Null when nothing sensible can be said: no estimate, or more rows than were foreseen. */
export function etaMs(rows: number, estimate: number | null, rate: number): number | null {
  return estimate === null || rate <= 0 || rows > estimate ? null : ((estimate - rows) / rate) * 1000
}

const BAR_WIDTH = 10

/** `flights ▕██████░░░░▏ 61 %  1.83 M/3.0 M rows  182 k/s  ETA 0:06  rejected 12` */
export function progressLine(progress: ImportProgress): string {
  const { job, rows, estimate, rate, rejected, phase } = progress
  if (phase === 'lookups') return `${job}  loading lookups`
  const share = estimate === null || estimate === 0 ? null : Math.min(1, rows / estimate)
  const filled = Math.round((share ?? 0) * BAR_WIDTH)
  const parts = [job]
  if (share !== null)
    parts.push(`▕${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}▏ ${Math.floor(share * 100)} %`)
  parts.push(
    estimate === null ? `${short(rows)} rows` : `${short(rows)}/${short(estimate)} rows`,
    `${short(rate)}/s`,
  )
  if (progress.etaMs !== null) parts.push(`ETA ${clock(progress.etaMs)}`)
  if (rejected > 0) parts.push(`rejected ${short(rejected)}`)
  return parts.join('  ')
}

function short(count: number): string {
  if (count < 10_000) return String(Math.round(count))
  if (count < 1_000_000) return `${Math.round(count / 1000)} k`
  return `${(count / 1_000_000).toFixed(2)} M`
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const two = (value: number): string => String(value).padStart(2, '0')
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
