import { buildServer } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'

test('the tables are listed with their size', async () => {
  const { db } = await sampleDatabase()
  const answer = await buildServer(db).inject({ url: '/v1/tables' })
  expect(answer.json()).toEqual({
    tables: [
      { name: 'readings', families: ['d'], regions: 1, bytes: 2560 },
      { name: 'pages', families: ['cf'], regions: 1, bytes: 2560 },
    ],
  })
})

test('a table is described as its definition, with its regions', async () => {
  const { db } = await sampleDatabase()
  const table = (await buildServer(db).inject({ url: '/v1/tables/readings' })).json()
  expect(table).toMatchObject({
    name: 'readings',
    rowKey: ['station:string', 'hour:hour'],
    time: 'hour',
    families: { d: { columns: { temp: 'double', price: 'decimal(10,2)' }, versions: 1, ttlMs: 'Infinity' } },
    regions: [{ id: 1, start: '', fileBytes: 2048, files: [{ id: 7, rows: 3 }] }],
  })
})

test('the version names the package', async () => {
  const { db } = await sampleDatabase()
  const answer = await buildServer(db).inject({ url: '/v1/version' })
  expect(answer.json()).toMatchObject({ name: 'hourbase', api: 'v1' })
  expect(answer.json().version).toMatch(/^\d+\.\d+\.\d+/)
})

test('names that try to leave their place are just unknown tables', async () => {
  const { db } = await sampleDatabase()
  const app = buildServer(db)
  for (const name of ['..%2f..%2fetc%2fpasswd', '%00', '__proto__', 'a'.repeat(300), '%E2%98%83']) {
    expect((await app.inject({ url: `/v1/tables/${name}` })).statusCode, name).toBe(404)
  }
  expect((await app.inject({ url: '/v1/tables/%zz' })).json()).toMatchObject({
    status: 400,
    code: 'INVALID_ARGUMENT',
  })
})
