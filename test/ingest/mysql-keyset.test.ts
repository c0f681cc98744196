import { expect } from 'vitest'
import type { ImportSpec, MysqlSourceSpec } from '../../src/ingest/index.js'
import { openSource } from '../../src/ingest/open-source.js'
import type { Page, RawRow } from '../../src/ingest/source.js'
import { FakeDatabase } from '../support/fake-database.js'
import { mariadbTest } from '../support/mariadb.js'

interface ReadResult {
  readonly rows: RawRow[]
  readonly pages: Page[]
  readonly notes: readonly string[]
  readonly keyColumns: readonly string[]
}

async function read(
  source: MysqlSourceSpec,
  password: string,
  from: Page['cursor'] = null,
  pageRows = 7,
): Promise<ReadResult> {
  const spec: ImportSpec = { source, table: 't', pageRows }
  const opened = openSource(source, { db: new FakeDatabase(), spec, password })
  try {
    const { notes, keyColumns } = await opened.describe()
    const pages: Page[] = []
    for await (const page of opened.pages(from)) pages.push(page)
    return { rows: pages.flatMap((page) => page.rows), pages, notes, keyColumns }
  } finally {
    await opened.close()
  }
}

mariadbTest(
  'every row of a composite key is read once, and any cursor goes on exactly there',
  async ({ address, password, run }) => {
    await run('CREATE TABLE t (a INT, b VARCHAR(20), c DATETIME(6), v INT, PRIMARY KEY (a, b, c))')
    const values: string[] = []
    for (let i = 0; i < 60; i++)
      values.push(
        `(${i % 3}, '${['x', "O''Hare", 'é😀', 'back\\\\slash'][i % 4]}', '2013-01-01 00:00:00.${String(i).padStart(6, '0')}', ${i})`,
      )
    await run(`INSERT INTO t VALUES ${values.join(',')}`)
    const source: MysqlSourceSpec = { ...address, table: 't' }
    const all = await read(source, password)
    expect(all.keyColumns).toEqual(['a', 'b', 'c'])
    expect(new Set(all.rows.map((row) => row[3])).size).toBe(60)
    expect(all.rows).toHaveLength(60)
    let before = 0
    for (const page of all.pages) {
      before += page.rows.length
      expect((await read(source, password, page.cursor)).rows).toEqual(all.rows.slice(before))
    }
  },
)

mariadbTest(
  'rows with NULL in the split column are read too, once each',
  async ({ address, password, run }) => {
    await run('CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, s INT NULL)')
    await run(
      `INSERT INTO t VALUES ${Array.from({ length: 40 }, (_, i) => `(18446744073709551${100 + i}, ${i % 3 === 0 ? 'NULL' : i % 5})`).join(',')}`,
    )
    const { rows, keyColumns } = await read({ ...address, table: 't', splitBy: ['s'] }, password)
    expect(keyColumns).toEqual(['s', 'id'])
    expect(rows).toHaveLength(40)
    expect(new Set(rows.map((row) => row[0])).size).toBe(40)
  },
)

mariadbTest(
  'a unique index that allows NULL pages its rows, and those with NULL come last in one stretch',
  async ({ address, password, run }) => {
    await run('CREATE TABLE t (k INT NULL UNIQUE, v INT)')
    await run(
      `INSERT INTO t VALUES ${Array.from({ length: 30 }, (_, i) => `(${i % 2 === 0 ? 'NULL' : i}, ${i})`).join(',')}`,
    )
    const { rows, pages, notes } = await read({ ...address, table: 't' }, password)
    expect(new Set(rows.map((row) => row[1])).size).toBe(30)
    expect(rows.slice(15).every((row) => row[0] === null)).toBe(true)
    expect(pages.map((page) => page.cursor !== null)).toEqual([true, true, true, false, false, false])
    expect(notes[0]).toContain('no primary key')
    const last = pages.findLast((page) => page.cursor !== null)!
    expect((await read({ ...address, table: 't' }, password, last.cursor)).rows).toHaveLength(15)
  },
)

mariadbTest('a table without any key is one stream, and says so', async ({ address, password, run }) => {
  await run(
    'CREATE TABLE t (v INT)',
    `INSERT INTO t VALUES ${Array.from({ length: 50 }, (_, i) => `(${i % 4})`).join(',')}`,
  )
  const { rows, pages, notes } = await read({ ...address, table: 't' }, password)
  expect(rows).toHaveLength(50)
  expect(pages.every((page) => page.cursor === null)).toBe(true)
  expect(notes[0]).toContain('one stream')
})

mariadbTest(
  "text keys follow the server's collation, doubles and enums their values",
  async ({ address, password, run }) => {
    await run(
      "CREATE TABLE t (name VARCHAR(10) COLLATE utf8mb4_general_ci, d DOUBLE, e ENUM('z','a','m'), PRIMARY KEY (e, d, name))",
      `INSERT INTO t VALUES ${Array.from({ length: 36 }, (_, i) => `('${i % 2 === 0 ? 'Ab' : 'aB'}${i}', ${9.123456789012344 * (i % 5)}, '${'zam'[i % 3]}')`).join(',')}`,
    )
    const { rows } = await read({ ...address, table: 't' }, password)
    expect(new Set(rows.map((row) => row[0])).size).toBe(36)
    expect(rows).toHaveLength(36)
  },
)

mariadbTest(
  'a split column that is not unique is refused, by the collation of the server',
  async ({ address, password, run }) => {
    await run(
      'CREATE TABLE t (name VARCHAR(10) COLLATE utf8mb4_general_ci)',
      "INSERT INTO t VALUES ('a'), ('A'), ('b')",
    )
    await expect(read({ ...address, table: 't', splitBy: ['name'] }, password)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringContaining('is not unique'),
    })
  },
)

mariadbTest(
  'a query is paged by its split column and keeps its own conditions',
  async ({ address, password, run }) => {
    await run(
      'CREATE TABLE t (id INT PRIMARY KEY, v DECIMAL(10,3))',
      `INSERT INTO t VALUES ${Array.from({ length: 50 }, (_, i) => `(${i}, ${i / 8})`).join(',')}`,
    )
    const query = 'SELECT id, v * 2 AS twice FROM t WHERE id % 2 = 0 AND $CONDITIONS'
    const { rows } = await read({ ...address, query, splitBy: ['id'], where: 'id >= 10' }, password)
    expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 20 }, (_, i) => 10 + 2 * i))
    expect(rows[0]).toEqual([10, '2.500'])
  },
)

mariadbTest('large rows make smaller pages', async ({ address, password, run }) => {
  await run('CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)')
  for (let i = 0; i < 12; i++) await run(`INSERT INTO t VALUES (${i}, REPEAT('x', 400000))`)
  const { pages, rows } = await read({ ...address, table: 't' }, password, null, 5000)
  expect(rows).toHaveLength(12)
  expect(Math.max(...pages.map((page) => page.rows.length))).toBeLessThanOrEqual(2)
})
