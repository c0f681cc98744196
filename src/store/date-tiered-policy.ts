/**
 * Compaction by event time: files whose newest cells lie in the same window become one. Windows are days for the last week
 * before the newest data, weeks (from Monday) for the eight weeks before that, and months further back; all UTC.
 * A file belongs to the window of its newest cell, so late data are tolerated. Only a compaction of all files cuts its output.
 */
import { type CompactionPolicyOptions, exploringSelection, type FileFacts } from './exploring-policy.js'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * DAY_MS
const DAYS_TIER_MS = 7 * DAY_MS
const WEEKS_TIER_MS = 9 * WEEK_MS

interface Window {
  readonly start: number
  readonly files: FileFacts[]
}

export function dateTieredSelection(
  files: readonly FileFacts[],
  now: number,
  options: CompactionPolicyOptions,
): readonly FileFacts[] | null {
  const present = Math.min(now, newestOf(files))
  const windows = windowsOf(files, present)
  for (const window of windows) {
    const isIncoming = window.start + DAY_MS > present
    // Late data may keep coming into an old window: the ratio keeps them from rewriting it again and again.
    const chosen = exploringSelection(window.files, isIncoming ? options : { ...options, filesMin: 2 })
    if (chosen !== null) return chosen
  }
  return null
}

/** The newest cell of any file, where it is a time at all: markers may lie at the end of time. */
function newestOf(files: readonly FileFacts[]): number {
  return files.reduce(
    (newest, file) => (isTime(file.maxTimestamp) ? Math.max(newest, file.maxTimestamp) : newest),
    Number.NEGATIVE_INFINITY,
  )
}

/** Newest first. */
function windowsOf(files: readonly FileFacts[], present: number): Window[] {
  const windows = new Map<number, Window>()
  for (const file of files) {
    const start = windowStart(Math.min(file.maxTimestamp, present), present)
    const window = windows.get(start)
    if (window === undefined) windows.set(start, { start, files: [file] })
    else window.files.push(file)
  }
  return [...windows.values()].sort((a, b) => b.start - a.start)
}

/** The start of the window that holds `timestamp`, seen from `present`. */
export function windowStart(timestamp: number, present: number): number {
  if (!isTime(timestamp)) return timestamp
  const age = present - timestamp
  if (age < DAYS_TIER_MS) return Math.floor(timestamp / DAY_MS) * DAY_MS
  if (age < WEEKS_TIER_MS) return Math.floor((timestamp - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS
  const date = new Date(timestamp)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** More would leave small files. */
const CUTS_MAX = 12

/** The bounds of the windows that the files span; of many, the newest. */
export function dateTieredCuts(files: readonly FileFacts[], now: number): readonly number[] {
  const present = Math.min(now, newestOf(files))
  const oldest = files.reduce((least, file) => Math.min(least, file.minTimestamp), present)
  const cuts: number[] = []
  for (let start = windowStart(present, present); start > oldest && cuts.length < CUTS_MAX; ) {
    cuts.unshift(start)
    start = windowStart(start - 1, present)
  }
  return cuts
}

function isTime(timestamp: number): boolean {
  return Math.abs(timestamp) <= 8_640_000_000_000_000
}
