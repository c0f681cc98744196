/**
 * A short life of a database: tables, puts, flushes, a bulk load, a compaction, a split, a delete. Every call may fail; what was
 * acknowledged, what was refused and what was lost sight of is noted, and any later state can be held against it.
 */
import type { LocalDatabase } from '../../src/database.js'
import type { TypedRow } from '../../src/model/api.js'
import { HourbaseError } from '../../src/util/errors.js'
import type { Vfs } from '../../src/util/fs.js'
import { HOUR_MS, openSmall, READINGS, reading } from './small-database.js'

type Fate = 'acknowledged' | 'failed'

interface Write {
  readonly station: string
  readonly hour: number
  /** Null: deleted. */
  readonly value: number | null
  readonly fate: Fate
}

/** What a failing disk may lead to. */
export const TYPED: readonly string[] = ['IO_ERROR', 'OUT_OF_DISK', 'POISONED']

export class FaultScript {
  readonly problems: string[] = []
  readonly failures: { step: string; error: HourbaseError }[] = []
  db: LocalDatabase | null = null
  readonly #writes: Write[] = []
  readonly #tables = new Map<string, Fate>()
  readonly #vfs: Vfs

  constructor(vfs: Vfs) {
    this.#vfs = vfs
  }

  /** Runs the step; notes its fate and judges the error. */
  async #step(name: string, work: () => Promise<unknown>): Promise<Fate> {
    try {
      await work()
      return 'acknowledged'
    } catch (error) {
      if (!(error instanceof HourbaseError)) this.problems.push(`${name}: ${String((error as Error).stack)}`)
      else {
        if (!TYPED.includes(error.code) && !this.#follows(error))
          this.problems.push(`${name}: ${error.code} ${error.message}`)
        this.failures.push({ step: name, error })
      }
      return 'failed'
    }
  }

  /** A table whose creation failed is not there. */
  #follows({ code }: HourbaseError): boolean {
    return code === 'TABLE_NOT_FOUND' && this.#tables.get(READINGS) === 'failed'
  }

  async #put(station: string, hours: readonly number[], value: number): Promise<void> {
    const fate = await this.#step(`put ${station}`, () =>
      this.db!.table(READINGS).putRows(hours.map((hour) => reading(station, hour, value))),
    )
    for (const hour of hours) this.#writes.push({ station, hour, value, fate })
  }

  async #load(station: string, hours: readonly number[], value: number): Promise<void> {
    const fate = await this.#step(`bulk load ${station}`, () =>
      this.db!.table(READINGS).bulkLoad(hours.map((hour) => reading(station, hour, value))),
    )
    for (const hour of hours) this.#writes.push({ station, hour, value, fate })
  }

  async #delete(station: string, hour: number): Promise<void> {
    const fate = await this.#step(`delete ${station}`, () =>
      this.db!.table(READINGS).delete({ station, hour: hour * HOUR_MS }),
    )
    this.#writes.push({ station, hour, value: null, fate })
  }

  async #create(name: string): Promise<void> {
    const fate = await this.#step(`create ${name}`, () =>
      this.db!.createTable(name, {
        rowKey: ['station:string', 'hour:hour'],
        families: { d: { columns: { v: 'double' } }, e: { columns: { w: 'string' } } },
      }),
    )
    this.#tables.set(name, fate)
  }

  async run(): Promise<void> {
    await this.#step('open', async () => {
      this.db = await openSmall(this.#vfs, { walSegmentBytesMax: 3000 })
    })
    if (this.db === null) return
    await this.#create(READINGS)
    const steps: (() => Promise<unknown>)[] = [
      () => this.#put('a', [0, 1, 2, 3], 1),
      () => this.#put('b', [0, 1], 2),
      () => this.#step('flush', () => this.db!.table(READINGS).flush()),
      () => this.#put('a', [2, 3, 4], 3),
      () => this.#load('c', [0, 1, 2, 3, 4], 4),
      () => this.#step('flush', () => this.db!.table(READINGS).flush()),
      () => this.#delete('a', 1),
      () => this.#step('compact', () => this.db!.table(READINGS).compact({ major: true })),
      () => this.#put('b', [1, 2], 5),
      () => this.#step('split', () => this.db!.table(READINGS).split({ station: 'b' })),
      () => this.#put('c', [4, 5], 6),
      () => this.#create('second'),
      () => this.#step('flush', () => this.db!.table(READINGS).flush()),
      () => this.#step('compact', () => this.db!.table(READINGS).compact({ major: true })),
      () => this.#put('d', [0], 7),
    ]
    for (const step of steps) {
      await step()
      if (this.#tables.get(READINGS) === 'acknowledged') await this.#readAll()
    }
  }

  /** Reads go on, whatever failed: what was acknowledged shows, what failed does not show in part. */
  async #readAll(): Promise<void> {
    try {
      this.problems.push(...(await this.compare(this.db!)))
    } catch (error) {
      this.problems.push(`reading: ${String((error as Error).stack)}`)
    }
  }

  /** What in `db` contradicts what was acknowledged. */
  async compare(db: LocalDatabase): Promise<string[]> {
    const names = (await db.tables()).map(({ name }) => name)
    const gone = [...this.#tables].filter(([name, fate]) => fate === 'acknowledged' && !names.includes(name))
    const problems = gone.map(([name]) => `table ${name} is gone`)
    if (!names.includes(READINGS)) return problems
    const found = new Map<string, TypedRow>()
    for (const row of (await db.table(READINGS).scan().toArray()) as TypedRow[])
      found.set(`${String(row['station'])}${Number(row['hour']) / HOUR_MS}`, row)
    for (const [key, row] of found) if (String(row['v']) !== row['w']) problems.push(`row ${key} is torn`)
    const keys = new Set([...found.keys(), ...this.#writes.map(({ station, hour }) => `${station}${hour}`)])
    for (const key of keys) {
      const value = (found.get(key)?.['v'] ?? null) as number | null
      const allowed = this.#allowed(key)
      if (!allowed.includes(value)) problems.push(`row ${key} has ${value}, not ${allowed.join(' or ')}`)
    }
    return problems
  }

  /** The value of the last acknowledged write of the row, or of any failed one after it. */
  #allowed(key: string): (number | null)[] {
    const mine = this.#writes.filter(({ station, hour }) => `${station}${hour}` === key)
    const last = mine.findLastIndex(({ fate }) => fate === 'acknowledged')
    const before = last < 0 ? [null] : []
    return [...before, ...mine.slice(Math.max(0, last)).map(({ value }) => value)]
  }
}
