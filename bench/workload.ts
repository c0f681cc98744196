/**
 * Workload W: stations × hours × 4 doubles, arriving in hour order (README, Figures). The generator is fixed, so that
 * sizes and sums compare between systems and machines.
 */
export interface Size {
  readonly name: string
  readonly stations: number
  readonly hours: number
  /** Rows a load call, each call followed by one sync. */
  readonly batchRows: number
  readonly ranges: number
  readonly rangeHours: number
  readonly repeats: number
}

export const FULL: Size = {
  name: 'full',
  stations: 1000,
  hours: 1000,
  batchRows: 1000,
  ranges: 200,
  rangeHours: 720,
  repeats: 5,
}
export const SMOKE: Size = {
  name: 'smoke',
  stations: 50,
  hours: 240,
  batchRows: 50,
  ranges: 20,
  rangeHours: 72,
  repeats: 2,
}

export const HOUR_MS = 3_600_000
export const FIRST_HOUR: number = Date.UTC(2024, 0, 1) / HOUR_MS

export function stationName(index: number): string {
  return `st${String(index).padStart(6, '0')}`
}

/** The rows of one hour, by station index. Arrays are reused by the next hour. */
export interface HourOfRows {
  readonly hour: number
  readonly a: Float64Array
  readonly b: Float64Array
  readonly c: Float64Array
  readonly d: Float64Array
}

export function* generate(size: Size): Generator<HourOfRows> {
  let seed = 12345
  const rnd = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const n = size.stations
  const [a, b, c, d] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  for (let h = 0; h < size.hours; h++) {
    for (let i = 0; i < n; i++) {
      a[i] = Math.round((15 + 10 * Math.sin((h / 24) * 6.28) + (i % 7) + rnd() * 3) * 10) / 10
      b[i] = Math.round((1013 + rnd() * 20) * 10) / 10
      c[i] = Math.round(rnd() * 100)
      d[i] = Math.round(rnd() * 250) / 10
    }
    yield { hour: FIRST_HOUR + h, a, b, c, d }
  }
}

/** Start of range r: a station and an hour, spread by a fixed rule. */
export function rangeStart(size: Size, r: number): { station: number; hour: number } {
  const station = (r * 7919) % size.stations
  const hour = FIRST_HOUR + ((r * 104729) % (size.hours - size.rangeHours + 1))
  return { station, hour }
}

/** A checksum over decoded rows that does not depend on their order: every system must come to the same. */
export interface Tally {
  rows: number
  sum: number
}

/** What one system measured, ms; `check` values are compared between all systems. */
export interface Measured {
  system: string
  version: string
  how: string
  figures: Record<string, number>
  checks: Record<string, number>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median wall time of `repeats` runs, ms. One run before them warms up. */
export async function timed(repeats: number, run: () => Promise<void> | void): Promise<number> {
  await run()
  const times: number[] = []
  for (let i = 0; i < repeats; i++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return median(times)
}

/** Bytes of all files under a directory. */
export async function directoryBytes(path: string): Promise<number> {
  const { readdir, stat } = await import('node:fs/promises')
  let bytes = 0
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(`${entry.parentPath}/${entry.name}`)).size
  }
  return bytes
}
