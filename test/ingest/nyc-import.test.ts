import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importTable } from '../../src/ingest/index.js'
import { FakeDatabase } from '../support/fake-database.js'

const folder = join(import.meta.dirname, '..', '..', 'examples', 'nyc')

test.skipIf(!existsSync(folder))(
  'the flights of 2013 meet their weather in 326,960 of 336,776 cases',
  { timeout: 120_000 },
  async () => {
    const db = new FakeDatabase()
    const report = await importTable(db, {
      source: { kind: 'csv', file: join(folder, 'nyc-flights.csv.gz') },
      table: 'flights',
      createTable: true,
      rowKey: 'origin:string time_hour:hour? id:int',
      transforms: [
        { nullIf: ['NA'] },
        { derive: "utcHour(year, month, day, hour, 'America/New_York')", as: 'time_hour' },
        { derive: 'lineNumber()', as: 'id' },
        {
          lookup: {
            as: 'w',
            from: { kind: 'csv', file: join(folder, 'nyc-weather.csv.gz') },
            on: [
              ['origin', 'origin'],
              ['time_hour', 'time_hour'],
            ],
            take: '*',
          },
        },
      ],
    })
    expect(report).toMatchObject({
      rows: 336_776,
      rejected: 0,
      lookups: [{ as: 'w', rows: 26_115, hits: 326_960, misses: 9_816 }],
    })
    const rows = db.stored('flights')
    expect(rows.filter(({ key }) => key['time_hour'] === null)).toHaveLength(8_255)
    expect(rows.filter(({ cells }) => cells['tailnum'] === undefined)).toHaveLength(2_512)
    expect(rows.filter(({ cells }) => cells['d:hour'] === 24)).toHaveLength(29)
    expect(
      Object.fromEntries(
        db.descriptor('flights').families.map(({ name, columns }) => [name, columns.length]),
      ),
    ).toEqual({ d: 15, w: 14 })
  },
)
