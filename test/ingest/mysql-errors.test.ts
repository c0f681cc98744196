import { createServer } from 'node:net'
import { expect } from 'vitest'
import { type ImportSpec, importTable, type MysqlSourceSpec } from '../../src/ingest/index.js'
import { FakeDatabase } from '../support/fake-database.js'
import { mariadbTest } from '../support/mariadb.js'

function attempt(source: MysqlSourceSpec, password: string | null): Promise<unknown> {
  const spec: ImportSpec = { source, table: 't', createTable: true, rowKey: 'id:int' }
  return importTable(new FakeDatabase(), spec, { password })
}

mariadbTest('a wrong password names server and user, never the password', async ({ address }) => {
  const error = await attempt({ ...address, table: 'a' }, 'hunter2').catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'SOURCE_DENIED',
    message: expect.stringContaining(`127.0.0.1:${address.port} refuses user 'root'`),
  })
  expect(JSON.stringify(error)).not.toContain('hunter2')
})

mariadbTest('a dead server names host and port and what to do', async ({ address, password }) => {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  await expect(attempt({ ...address, port, table: 'a' }, password)).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    hint: expect.stringContaining('start the server'),
  })
  await expect(attempt({ ...address, socket: '/nowhere/s', table: 'a' }, password)).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
  })
})

mariadbTest(
  'unknown databases, tables and columns are told with what is near',
  async ({ address, password, run }) => {
    await run('CREATE TABLE flights (id INT PRIMARY KEY, origin CHAR(3))')
    await expect(attempt({ ...address, table: 'flight' }, password)).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      hint: "did you mean 'flights'?",
    })
    await expect(attempt({ ...address, database: 'nope', table: 'flights' }, password)).rejects.toMatchObject(
      { code: 'SOURCE_INVALID' },
    )
    await expect(
      attempt({ ...address, table: 'flights', columns: ['id', 'orign'] }, password),
    ).rejects.toMatchObject({
      hint: "did you mean 'origin'?",
    })
    await expect(
      attempt({ ...address, table: 'flights', where: 'nonsense =' }, password),
    ).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
  },
)

mariadbTest('a user without the right to read is denied', async ({ address, password, run }) => {
  await run(
    'CREATE TABLE secret (id INT PRIMARY KEY)',
    "CREATE OR REPLACE USER poor@'127.0.0.1' IDENTIFIED BY 'p'",
  )
  const denied = expect(attempt({ ...address, user: 'poor', table: 'secret' }, 'p')).rejects
  await denied.toMatchObject({ code: 'SOURCE_DENIED', message: expect.stringContaining("'poor'") })
  expect(password).not.toBe('p')
})
