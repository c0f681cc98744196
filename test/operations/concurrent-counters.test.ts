import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { Result, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'

let directory: string
let db: LocalDatabase
let table: Table

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hourbase-counters-'))
  db = await open(directory, { controlSocket: false, workers: 0 })
  table = await db.createTable('counters', { families: { f: {}, g: { versions: 3 } } })
})

afterEach(async () => {
  await db.close()
  rmSync(directory, { recursive: true })
})

const COUNTERS = 50
const ROUNDS = 20

async function counterOf(row: string): Promise<bigint> {
  const result = (await table.get(row)) as Result
  return Buffer.from(
    result.cells.find((cell) => Buffer.from(cell.qualifier).toString() === 'n')!.value,
  ).readBigInt64BE()
}

function count(row: (counter: number) => string): Promise<unknown> {
  const one = async (counter: number): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) await table.increment(row(counter), { f: { n: 1 } })
  }
  return Promise.all(Array.from({ length: COUNTERS }, (_, counter) => one(counter)))
}

async function syncs(): Promise<number> {
  const { wal } = (await db.stats()) as { wal: { syncs: number } }
  return wal.syncs
}

test('fifty counters on one row lose nothing and share their syncs', async () => {
  const before = await syncs()
  await count(() => 'hot')
  expect(await counterOf('hot')).toBe(BigInt(COUNTERS * ROUNDS))
  expect((await syncs()) - before).toBeLessThan(3 * ROUNDS)
})

test('fifty counters on fifty rows share their syncs too', async () => {
  const before = await syncs()
  await count((counter) => `row${counter}`)
  for (let i = 0; i < COUNTERS; i++) expect(await counterOf(`row${i}`)).toBe(BigInt(ROUNDS))
  expect((await syncs()) - before).toBeLessThan(3 * ROUNDS)
})

test('every increment of one counter answers a number of its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const result = (await table.increment('hot', { f: { n: 1 } })) as Result
      return Number(Buffer.from(result.cells[0]!.value).readBigInt64BE())
    }),
  )
  expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
})

test('of many who put a row if it is not there, one succeeds', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      table.checkAndMutate(
        'new',
        { column: 'f:owner', notExists: true },
        {
          kind: 'put',
          values: { f: { owner: `client${i}` } },
        },
      ),
    ),
  )
  expect(answers.filter((answer) => answer.success)).toHaveLength(1)
})

test('plain puts and flushes in between never undo an increment', async () => {
  const others = Array.from({ length: 60 }, async (_, i) => {
    // Several rows in one call, some of them locked at the moment.
    await table.putRows([
      { row: 'hot', values: { f: { other: `v${i}` } } },
      { row: `cold${i}`, values: { f: { other: 'v' } } },
      { row: 'row1', values: { f: { other: `v${i}` } } },
    ])
    if (i % 20 === 0) await table.flush()
  })
  await Promise.all([count(() => 'hot'), count((counter) => `row${counter}`), ...others])
  expect(await counterOf('hot')).toBe(BigInt(COUNTERS * ROUNDS))
  for (let i = 0; i < COUNTERS; i++) expect(await counterOf(`row${i}`)).toBe(BigInt(ROUNDS))
})

test('a put that is on its way when an increment begins is what it adds to', async () => {
  const eight = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(value)
    return bytes
  }
  for (const durability of ['FSYNC_WAL', 'SYNC_WAL', 'ASYNC_WAL', 'SKIP_WAL'] as const) {
    const put = table.put(durability, { f: { n: eight(41n) } }, { durability })
    const increment = table.increment(durability, { f: { n: 1 } })
    await Promise.all([put, increment])
    expect(await counterOf(durability)).toBe(42n)
  }
})

test('transfers between the columns of a row keep the sum', async () => {
  await table.increment('bank', { f: { n: 1000 }, g: { n: 1000 } })
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => table.increment('bank', { f: { n: -i }, g: { n: i } })),
  )
  const { cells } = (await table.get('bank')) as Result
  const sum = cells.reduce((total, cell) => total + Buffer.from(cell.value).readBigInt64BE(), 0n)
  expect(sum).toBe(2000n)
})

test('a batch that deletes newest versions waits for the counters of its rows', async () => {
  const work: Promise<unknown>[] = []
  for (let i = 0; i < 30; i++) {
    work.push(table.increment('a', { g: { n: 1 } }), table.increment('b', { g: { n: 1 } }))
    if (i % 10 !== 5) continue
    const what = [{ kind: 'column', family: 'g', qualifier: 'x' }] as const
    work.push(
      table.batch([
        { row: 'b', kind: 'delete', what },
        { row: 'a', kind: 'delete', what },
        { row: 'c', kind: 'put', values: { f: { q: 'v' } } },
      ]),
    )
  }
  await Promise.all(work)
  expect(await counterOf('a')).toBe(30n)
  expect(await counterOf('b')).toBe(30n)
})
