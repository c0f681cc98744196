import { expect } from 'vitest'
import { type ImportSpec, importTable, resumeImport } from '../../src/ingest/index.js'
import { CrashError, FakeDatabase } from '../support/fake-database.js'
import { ManualClock } from '../support/manual-clock.js'
import { mariadbTest, type TestMysql } from '../support/mariadb.js'

async function fill({ run, address }: TestMysql): Promise<ImportSpec> {
  await run(
    'CREATE TABLE flights (origin CHAR(3), at DATETIME, n INT, delay INT NULL, PRIMARY KEY (origin, at, n))',
  )
  await run('CREATE TABLE weather (origin CHAR(3), at DATETIME, temp DOUBLE, PRIMARY KEY (origin, at))')
  const hours = Array.from({ length: 20 }, (_, i) => `2013-01-01 ${String(i).padStart(2, '0')}:00:00`)
  const flights = hours.flatMap((at, i) =>
    ['JFK', 'LGA', 'EWR'].map((origin) => `('${origin}', '${at}', ${i}, ${i % 4 === 0 ? 'NULL' : i * 3})`),
  )
  await run(`INSERT INTO flights VALUES ${flights.join(',')}`)
  await run(
    `INSERT INTO weather VALUES ${hours
      .slice(0, 15)
      .map((at, i) => `('JFK', '${at}', ${i + 0.1})`)
      .join(',')}`,
  )
  return {
    source: { ...address, table: 'flights' },
    table: 'flights',
    createTable: true,
    rowKey: 'origin:string at:datetime n:int',
    time: null,
    pageRows: 8,
    transforms: [
      {
        lookup: {
          as: 'w',
          from: { kind: 'mysql', table: 'weather' },
          on: [
            ['origin', 'origin'],
            ['at', 'at'],
          ],
          take: '*',
        },
      },
    ],
  }
}

mariadbTest(
  'an import that dies at any write and is resumed ends like one that was left alone',
  async (mysql) => {
    const spec = await fill(mysql)
    const { password } = mysql
    const calm = new FakeDatabase()
    expect(await importTable(calm, spec, { password, clock: new ManualClock() })).toMatchObject({
      rows: 60,
      snapshot: 'kept',
      lookups: [{ rows: 15, hits: 15, misses: 45 }],
    })
    for (let atWrite = 2; atWrite <= calm.writes; atWrite++) {
      for (const when of ['before', 'after'] as const) {
        const clock = new ManualClock()
        const first = new FakeDatabase(undefined, { atWrite, when })
        await expect(importTable(first, spec, { password, clock })).rejects.toThrow(CrashError)
        clock.advance(1000)
        const second = new FakeDatabase(first.disk)
        expect(await resumeImport(second, 'flights', { password, clock })).toMatchObject({
          rows: 60,
          lookups: [{ hits: 15, misses: 45 }],
        })
        expect(second.stored('flights')).toEqual(calm.stored('flights'))
      }
    }
  },
)

mariadbTest('a lost connection is made anew and the import goes on from its last key', async (mysql) => {
  const spec = await fill(mysql)
  const { password, connection } = mysql
  const db = new FakeDatabase()
  let killed = 0
  const killOthers = async (): Promise<void> => {
    const [rows] = await connection.query(
      'SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = DATABASE()',
    )
    for (const { id } of rows as { id: number }[])
      await connection.query(`KILL ${id}`).then(
        () => killed++,
        () => {},
      )
  }
  db.beforeWrite = async (rows) => {
    if (rows > 0 && killed === 0) await killOthers()
  }
  const report = await importTable(db, { ...spec, transforms: [] }, { password })
  expect(killed).toBeGreaterThan(0)
  expect(report).toMatchObject({ rows: 60, snapshot: 'lost', reconnects: 1 })
  expect(db.stored('flights')).toHaveLength(60)
})

mariadbTest(
  'one snapshot serves the whole run: rows that come and go meanwhile do not matter',
  async (mysql) => {
    const spec = await fill(mysql)
    const { password, connection } = mysql
    const db = new FakeDatabase()
    let changed: Promise<unknown> | null = null
    const report = await importTable(
      db,
      { ...spec, transforms: [] },
      {
        password,
        onProgress: ({ rows }) => {
          if (rows > 0)
            changed ??= connection.query(
              "DELETE FROM flights WHERE origin = 'LGA'; INSERT INTO flights VALUES ('ZZZ', '2014-01-01', 1, 1)",
            )
        },
      },
    )
    await changed
    expect(report).toMatchObject({ rows: 60, snapshot: 'kept' })
  },
)

mariadbTest('columns that have changed since the run began are told', async (mysql) => {
  const spec = await fill(mysql)
  const { password, run } = mysql
  const first = new FakeDatabase(undefined, { atWrite: 3, when: 'after' })
  await expect(importTable(first, spec, { password })).rejects.toThrow(CrashError)
  await run('ALTER TABLE flights MODIFY delay BIGINT')
  await expect(resumeImport(new FakeDatabase(first.disk), null, { password })).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
  })
})
