/**
 * A small database on a CrashVfs and the history of its writes, so that any crash image can be judged: what was
 * acknowledged is there, what is there is a prefix of the writes, no row is torn over its two families.
 */
import { SstableBuilder } from '../../src/admin/sstable-builder.js'
import type { LocalDatabase } from '../../src/database.js'
import type { TableOptions } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import type { OpenOptions } from '../../src/options.js'
import { systemClock } from '../../src/util/clock.js'
import { isHourbaseError } from '../../src/util/errors.js'
import type { CrashVfs } from './crash-vfs.js'

const TABLE = 'readings'
const HOUR_MS = 3_600_000

const DEFINITION: TableOptions = {
  rowKey: ['station:string', 'hour:hour'],
  families: { a: { columns: { n: 'int' } }, b: { columns: { n: 'int' } } },
}

interface Write {
  /** 1, 2, 3 …: the order of the calls. */
  readonly number: number
  readonly stations: readonly string[]
  readonly hours: readonly number[]
  /** null = the rows were deleted. */
  readonly value: number | null
  /** The table became what it was after so many writes: 0 = it was truncated. */
  readonly restores?: number
  ackedAt: number
}

export const CRASH_OPTIONS: OpenOptions = {
  workers: 0,
  maintenance: false,
  controlSocket: false,
  walSegmentBytesMax: 4096,
  blockRowsMax: 16,
}

export class CrashHistory {
  readonly vfs: CrashVfs
  readonly writes: Write[] = []
  tableAckedAt: number = Number.POSITIVE_INFINITY
  openedAt: number = Number.POSITIVE_INFINITY
  #database: LocalDatabase | null = null

  constructor(vfs: CrashVfs) {
    this.vfs = vfs
  }

  async open(options: OpenOptions = {}): Promise<LocalDatabase> {
    const fixed = { ...systemClock, now: () => 1_700_000_000_000 }
    this.#database = await open('/db', { ...CRASH_OPTIONS, vfs: this.vfs, clock: fixed, ...options })
    this.openedAt = Math.min(this.openedAt, this.vfs.operations)
    return this.#database
  }

  get database(): LocalDatabase {
    return this.#database!
  }

  async createTable(splits: readonly string[] = []): Promise<void> {
    await this.database.createTable(TABLE, {
      ...DEFINITION,
      splits: splits.map((station) => ({ station })),
    })
    this.tableAckedAt = this.vfs.operations
  }

  get table(): ReturnType<LocalDatabase['table']> {
    return this.database.table(TABLE)
  }

  /** One call: the rows of a station's hours get the number of the write as value in both families. */
  async put(station: string, hours: readonly number[]): Promise<void> {
    const write = this.#begin(station, hours, true)
    const value = write.value!
    await this.table.putRows(
      hours.map((hour) => ({
        row: { station, hour: hour * HOUR_MS },
        values: { a: { n: value }, b: { n: value } },
      })),
    )
    write.ackedAt = this.vfs.operations
  }

  /** The same through files that SstableBuilder makes in `folder`: stations times hours. */
  async loadFiles(folder: string, stations: readonly string[], hours: readonly number[]): Promise<void> {
    const builder = new SstableBuilder(folder, DEFINITION, { vfs: this.vfs })
    const value = this.writes.length + 1
    const write = { number: value, stations, hours, value, ackedAt: Number.POSITIVE_INFINITY }
    this.writes.push(write)
    for (const station of stations) {
      builder.add(
        hours.map((hour) => ({
          row: { station, hour: hour * HOUR_MS },
          values: { a: { n: value }, b: { n: value } },
        })),
      )
    }
    await this.database.bulkLoadFiles(TABLE, builder.finish().paths)
    write.ackedAt = this.vfs.operations
  }

  async delete(station: string, hour: number): Promise<void> {
    const write = this.#begin(station, [hour], false)
    await this.table.delete({ station, hour: hour * HOUR_MS })
    write.ackedAt = this.vfs.operations
  }

  async truncate(): Promise<void> {
    await this.#restore(0, () => this.database.truncateTable(TABLE))
  }

  /** To the snapshot that was taken after `writes` writes. */
  async restoreSnapshot(name: string, writes: number): Promise<void> {
    await this.#restore(writes, () => this.database.restoreSnapshot(name))
  }

  async #restore(restores: number, run: () => Promise<void>): Promise<void> {
    const number = this.writes.length + 1
    const write = {
      number,
      stations: [],
      hours: [],
      value: null,
      restores,
      ackedAt: Number.POSITIVE_INFINITY,
    }
    this.writes.push(write)
    await run()
    write.ackedAt = this.vfs.operations
  }

  #begin(station: string, hours: readonly number[], isPut: boolean): Write {
    const number = this.writes.length + 1
    const write = {
      number,
      stations: [station],
      hours,
      value: isPut ? number : null,
      ackedAt: Number.POSITIVE_INFINITY,
    }
    this.writes.push(write)
    return write
  }

  /** Opens the image and compares; @returns problems, empty when all promises hold. `at`: operations before the crash. */
  async judge(image: CrashVfs, at: number): Promise<string[]> {
    let db: LocalDatabase
    try {
      db = await new CrashHistory(image).open()
    } catch (error) {
      return [`unopenable: ${(error as Error).message}`]
    }
    try {
      return this.#compare(await readAll(db), at)
    } catch (error) {
      if (isHourbaseError(error, 'TABLE_NOT_FOUND'))
        return at >= this.tableAckedAt ? ['the table is gone'] : []
      return [`unreadable: ${(error as Error).message}`]
    } finally {
      await db.close()
    }
  }

  #compare(found: ReadonlyMap<string, number | string>, at: number): string[] {
    for (const value of found.values()) if (typeof value === 'string') return [value]
    const acked = this.writes.filter((w) => w.ackedAt <= at).length
    const known = new Set([...found].map(([row, value]) => `${row}=${value}`))
    // Some prefix of the writes, at least the acknowledged ones, must give exactly what was found.
    for (let count = this.writes.length; count >= acked; count--) {
      const expected = this.#stateAfter(count)
      if (expected.size === found.size && [...expected].every(([row, value]) => known.has(`${row}=${value}`)))
        return []
    }
    return [`no prefix of ≥ ${acked} writes explains the ${found.size} rows found`]
  }

  #stateAfter(count: number): Map<string, number> {
    let state = new Map<string, number>()
    for (const { stations, hours, value, restores } of this.writes.slice(0, count)) {
      if (restores !== undefined) state = this.#stateAfter(restores)
      for (const row of stations.flatMap((station) => hours.map((hour) => `${station}/${hour}`))) {
        if (value === null) state.delete(row)
        else state.set(row, value)
      }
    }
    return state
  }
}

/** Row → value, or a string that says how a row is torn. */
async function readAll(db: LocalDatabase): Promise<Map<string, number | string>> {
  const rows = new Map<string, number | string>()
  for await (const row of db.table(TABLE).scan()) {
    const { station, hour, 'a:n': a, 'b:n': b } = row as Record<string, unknown>
    const key = `${String(station)}/${Number(hour) / HOUR_MS}`
    rows.set(key, a === b ? Number(a) : `torn row ${key}: a ${String(a)}, b ${String(b)}`)
  }
  return rows
}
