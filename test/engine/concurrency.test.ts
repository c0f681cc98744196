/** Many writers and readers at once, in one process, while flushes, compactions and splits go on all the time. */
import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { TypedRow } from '../../src/model/api.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'
import { HOUR_MS, openSmall } from './small-database.js'

const WRITERS = 50
const WRITES = 60
const ROWS_A_WRITER = 5
const TABLE = 'counters'

interface CounterRow {
  readonly writer: string
  readonly hour: number
  readonly 'a:n': number
  readonly 'b:n': number
}

async function createCounters(db: LocalDatabase): Promise<void> {
  await db.createTable(TABLE, {
    rowKey: ['writer:string', 'hour:hour'],
    families: { a: { columns: { n: 'int' } }, b: { columns: { n: 'int' } } },
  })
}

const nameOf = (writer: number): string => `w${String(writer).padStart(2, '0')}`

/** One writer: its rows get ever higher numbers, the same in both families. */
async function write(db: LocalDatabase, writer: number, done: Map<string, number>): Promise<void> {
  const random = new SeededRandom(writer)
  const table = db.table(TABLE)
  for (let n = 1; n <= WRITES; n++) {
    const hours = Array.from({ length: 1 + random.below(3) }, () => random.below(ROWS_A_WRITER))
    const rows = [...new Set(hours)].map((hour) => ({
      row: { writer: nameOf(writer), hour: hour * HOUR_MS },
      values: { a: { n }, b: { n } },
    }))
    if (rows.length === 1) await table.put(rows[0]!.row, rows[0]!.values)
    else await table.putRows(rows)
    for (const { row } of rows) done.set(`${row.writer}/${row.hour}`, n)
  }
}

/** No row is torn, and none goes back. @returns rows read */
class Watcher {
  readonly #seen = new Map<string, number>()
  rows = 0

  look(row: CounterRow): void {
    this.rows++
    const key = `${row.writer}/${row.hour}`
    const [a, b] = [row['a:n'], row['b:n']]
    if (a !== b) expect.fail(`torn row ${key}: a ${a}, b ${b}`)
    const before = this.#seen.get(key) ?? 0
    if (a < before) expect.fail(`row ${key} goes back from ${before} to ${a}`)
    this.#seen.set(key, a)
  }
}

async function watch(
  db: LocalDatabase,
  watcher: Watcher,
  seed: number,
  isOver: () => boolean,
): Promise<void> {
  const random = new SeededRandom(seed)
  const table = db.table(TABLE)
  while (!isOver()) {
    const writer = nameOf(random.below(WRITERS))
    const options = [
      {},
      { prefix: { writer } },
      { reversed: true, limit: 40 },
      { start: { writer }, limit: 30, batchRows: 7 },
    ][random.below(4)]!
    for await (const row of table.scan(options)) watcher.look(row as unknown as CounterRow)
    const one = await table.get({ writer, hour: random.below(ROWS_A_WRITER) * HOUR_MS })
    if (one !== null) watcher.look(one as unknown as CounterRow)
    const [sums] = await table.aggregate({ select: { a: ['sum', 'a:n'], b: ['sum', 'b:n'] } })
    expect(sums!['a']).toBe(sums!['b'])
    await new Promise((resolve) => setImmediate(resolve))
  }
}

interface Moves {
  flush: number
  compact: number
  split: number
}

async function move(db: LocalDatabase, moves: Moves, isOver: () => boolean): Promise<void> {
  const random = new SeededRandom(99)
  const table = db.table(TABLE)
  while (!isOver()) {
    const dice = random.below(10)
    if (dice < 6) {
      await table.flush()
      moves.flush++
    } else if (dice < 9) {
      await table.compact({ major: random.coin() })
      moves.compact++
    } else {
      const split = await table.split({ writer: nameOf(random.below(WRITERS)) }).then(
        () => 1,
        (error: unknown) => {
          if (isHourbaseError(error, 'INVALID_ARGUMENT')) return 0
          throw error
        },
      )
      moves.split += split
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function expectRows(db: LocalDatabase, done: ReadonlyMap<string, number>): Promise<void> {
  const rows = (await db.table(TABLE).scan().toArray()) as TypedRow[]
  const found = new Map(rows.map((row) => [`${row['writer']}/${row['hour']}`, row['a:n']]))
  expect(found).toEqual(new Map([...done].sort(([a], [b]) => (a < b ? -1 : 1))))
}

test.each([false, true])(
  'no reader sees a torn row or a step back, no write is lost (own maintenance: %s)',
  { timeout: 120_000 },
  async (maintenance) => {
    const vfs = new CrashVfs()
    const db = await openSmall(vfs, { maintenance, memstoreRegionBytesMax: 20_000, blockRowsMax: 16 })
    await createCounters(db)
    const done = new Map<string, number>()
    const watcher = new Watcher()
    const moves: Moves = { flush: 0, compact: 0, split: 0 }
    let isOver = false
    const others = [
      move(db, moves, () => isOver),
      ...[1, 2, 3].map((seed) => watch(db, watcher, seed, () => isOver)),
    ]
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(db, writer, done)))
    isOver = true
    await Promise.all(others)
    expect(watcher.rows).toBeGreaterThan(1000)
    expect(Math.min(moves.flush, moves.compact, moves.split)).toBeGreaterThan(0)
    await expectRows(db, done)
    const killed = await openSmall(vfs.crashImage(vfs.operations, 'drop'))
    await expectRows(killed, done)
    await killed.close()
    await db.close()
    const again = await openSmall(vfs)
    await expectRows(again, done)
    expect((await again.check()).ok).toBe(true)
    await again.close()
  },
)
