/** A small database with rows in SSTables, in the WAL and in two tables, for tests that damage its files or fail its calls. */
import type { LocalDatabase } from '../../src/database.js'
import type { TypedRow } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import type { OpenOptions } from '../../src/options.js'
import type { Vfs } from '../../src/util/fs.js'
import { ManualClock } from '../support/manual-clock.js'

export const HOUR_MS = 3_600_000
export const DIRECTORY = '/db'

export const SMALL_OPTIONS: OpenOptions = {
  workers: 0,
  maintenance: false,
  controlSocket: false,
  blockRowsMax: 3,
}

export function openSmall(vfs: Vfs, options: OpenOptions = {}): Promise<LocalDatabase> {
  return open(DIRECTORY, { ...SMALL_OPTIONS, vfs, clock: new ManualClock(), ...options })
}

export const READINGS = 'readings'
export const NOTES = 'notes'
/** readings has two regions: stations below 'm' and from 'm' on. */
export const STATIONS: readonly string[] = ['a', 'b', 'n', 'z']

/** Every row has the same value in both families. */
export function reading(
  station: string,
  hour: number,
  value: number,
): {
  row: { station: string; hour: number }
  values: { d: { v: number }; e: { w: string } }
} {
  return { row: { station, hour: hour * HOUR_MS }, values: { d: { v: value }, e: { w: String(value) } } }
}

export async function fillSmall(db: LocalDatabase): Promise<void> {
  const readings = await db.createTable(READINGS, {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { v: 'double' } }, e: { columns: { w: 'string' } } },
    splits: [{ station: 'm' }],
  })
  const notes = await db.createTable(NOTES, { families: { f: {} } })
  for (const station of STATIONS)
    await readings.putRows([0, 1, 2, 3].map((hour) => reading(station, hour, hour)))
  await notes.put('first', { f: { q: 'in a file' } })
  await readings.flush()
  await notes.flush()
  await readings.putRows(STATIONS.map((station) => reading(station, 3, 33)))
  await readings.delete({ station: 'b', hour: 0 })
  await notes.put('second', { f: { q: 'in the WAL' } })
}

export type Answer = readonly unknown[] | { readonly error: unknown }

/** What each part of the tables answers: rows, or the error. */
export async function readSmall(db: LocalDatabase): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {}
  for (const station of STATIONS)
    answers[station] = await answerOf(() => db.table(READINGS).scan({ prefix: { station } }))
  answers['all'] = await answerOf(() => db.table(READINGS).scan())
  answers['reversed'] = await answerOf(() => db.table(READINGS).scan({ reversed: true }))
  answers['d'] = await answerOf(() => db.table(READINGS).scan({ columns: ['d'] }))
  answers['notes'] = await answerOf(() => db.table(NOTES).scan())
  return answers
}

async function answerOf(scan: () => { toArray(): Promise<unknown[]> }): Promise<Answer> {
  try {
    return (await scan().toArray()) as TypedRow[]
  } catch (error) {
    return { error }
  }
}

export function isAnswered(answer: Answer): answer is readonly unknown[] {
  return Array.isArray(answer)
}
