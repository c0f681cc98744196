/** The two imports of the example as specifications: cleanse weather, compute a UTC hour, join flights with weather. */
import { join } from 'node:path'

const MEASURES = [
  'temp',
  'dewp',
  'humid',
  'wind_dir',
  'wind_speed',
  'wind_gust',
  'precip',
  'pressure',
  'visib',
]
const DOUBLES = Object.fromEntries(MEASURES.map((name) => [name, 'double']))
const INTS = Object.fromEntries(
  [
    'year',
    'month',
    'day',
    'dep_time',
    'dep_delay',
    'arr_time',
    'arr_delay',
    'flight',
    'air_time',
    'distance',
    'hour',
    'minute',
  ].map((name) => [name, 'int']),
)

/**
 * @param {object | null} address of a MySQL server that nyc-mysql.mjs has filled; null: the CSV files in `folder`
 * @param {string} folder examples/nyc
 */
export function nycImports(address, folder) {
  const source = (table) =>
    address === null
      ? { kind: 'csv', file: join(folder, `nyc-${table}.csv.gz`) }
      : { kind: 'mysql', ...address, table }
  const numberLines = address === null ? [{ derive: 'lineNumber()', as: 'id' }] : []
  return {
    weather: {
      table: 'weather',
      source: source('weather'),
      rowKey: 'origin:string time_hour:hour',
      createTable: true,
      columnTypes: { year: 'int', month: 'int', day: 'int', hour: 'int', ...DOUBLES },
      transforms: [{ nullIf: ['NA', ''] }],
    },
    flights: {
      table: 'flights',
      source: source('flights'),
      rowKey: 'origin:string time_hour:hour? id:int',
      createTable: true,
      columnTypes: { ...INTS, carrier: 'string', tailnum: 'string', dest: 'string' },
      transforms: [
        { nullIf: ['NA', ''] },
        ...numberLines,
        { derive: "utcHour(year, month, day, hour, 'America/New_York')", as: 'time_hour' },
        {
          lookup: {
            as: 'w',
            from: source('weather'),
            on: [
              ['origin', 'origin'],
              ['time_hour', 'time_hour'],
            ],
            take: MEASURES,
            columnTypes: { time_hour: 'hour', ...DOUBLES },
          },
        },
        { rename: { 'w:hit': 'w:joined' } },
      ],
    },
  }
}
