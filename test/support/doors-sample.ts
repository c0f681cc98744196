import { FakeDatabase, type FakeTable } from './doors-fake.js'

export const HOUR_0: number = Date.UTC(2013, 0, 1)

/** A database with a typed table `readings` of ten rows and a raw table `pages` of three. */
export async function sampleDatabase(): Promise<{ db: FakeDatabase; readings: FakeTable; pages: FakeTable }> {
  const db = new FakeDatabase()
  const columns = {
    temp: 'double',
    n: 'long',
    price: 'decimal(10,2)',
    note: 'string',
    at: 'datetime',
    raw: 'bytes',
  }
  const readings = await db.createTable('readings', {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns } },
  })
  for (let i = 0; i < 10; i++) {
    readings.rows.push({
      station: i < 6 ? 'JFK' : 'LGA',
      hour: HOUR_0 + i * 3_600_000,
      temp: i === 3 ? null : i + 0.5,
      n: 9_007_199_254_740_993n + BigInt(i),
      price: `${i}.50`,
      note: i === 2 ? '=SUM(A1)' : `note "${i}"`,
      at: '2013-01-01T00:00:00.250Z',
      raw: new Uint8Array([i, 255]),
    })
  }
  const pages = await db.createTable('pages', { families: { cf: {} } })
  for (const name of ['a', 'b', 'c']) {
    const row = Buffer.from(`row-${name}`)
    const cell = {
      row,
      family: 'cf',
      qualifier: Buffer.from('q'),
      timestamp: 5,
      type: 'Put' as const,
      value: Buffer.from([0, 1]),
    }
    pages.results.push({
      row,
      cells: [cell, { ...cell, qualifier: Buffer.from('r'), value: Buffer.from('text') }],
    })
  }
  return { db, readings, pages }
}
