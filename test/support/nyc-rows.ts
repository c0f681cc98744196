/** The NYC flights and weather of 2013 as typed rows (examples/nyc); derived columns as test/golden/analytics/setup.sql makes them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HOUR_MS, TimeZone } from '../../src/model/time-zone.js'
import type { TypedLiteral } from './typed-runs.js'

const FOLDER = join(process.cwd(), 'examples', 'nyc')

export const hasNyc: boolean = existsSync(join(FOLDER, 'nyc-flights.csv.gz'))

type Row = Record<string, string | number | boolean | null>

/** What the recorded queries read of the flights: a third of the work of all columns. */
export const QUERIED_COLUMNS: readonly string[] = [
  'carrier',
  'dep_time',
  'dep_delay',
  'arr_delay',
  'distance',
]
const WEATHER_COLUMNS = [
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

interface Csv {
  names: string[]
  lines: string[][]
}

function readCsv(name: string): Csv {
  const [header, ...lines] = gunzipSync(readFileSync(join(FOLDER, name)))
    .toString()
    .trimEnd()
    .split('\n')
  return { names: header!.split(','), lines: lines.map((line) => line.split(',')) }
}

const numberOf = (text: string): number | null => (text === '' || text === 'NA' ? null : Number(text))

export function weatherRows(): TypedLiteral[] {
  const { names, lines } = readCsv('nyc-weather.csv.gz')
  return lines.map((fields) => {
    const row: Row = {}
    for (let i = 0; i < names.length; i++) row[names[i]!] = numberOf(fields[i]!)
    row['origin'] = fields[names.indexOf('origin')]!
    row['time_hour'] = Date.parse(fields[names.indexOf('time_hour')]!)
    return row
  })
}

/** With the weather of origin and hour beside each flight. `columns`: of the flight (all by default). */
export function flightRows(columns: readonly string[] | null = null): TypedLiteral[] {
  const zone = TimeZone.of('America/New_York')
  const reports = new Map(weatherRows().map((row) => [`${row['origin']} ${row['time_hour']}`, row]))
  const { names, lines } = readCsv('nyc-flights.csv.gz')
  const kept = names
    .map((name, i) => ({ name, i }))
    .filter(({ name }) => columns === null || columns.includes(name))
  const weather = columns === null ? WEATHER_COLUMNS : ['wind_speed']
  const texts = new Set(['carrier', 'tailnum', 'origin', 'dest'])
  const [year, month, day, hour, origin] = ['year', 'month', 'day', 'hour', 'origin'].map((name) =>
    names.indexOf(name),
  ) as [number, number, number, number, number]
  return lines.map((fields, index) => {
    const row: Row = { id: index + 1, origin: fields[origin]!, time_hour: null }
    for (const { name, i } of kept) row[name] = texts.has(name) ? fields[i]! || null : numberOf(fields[i]!)
    if (fields[hour] === '') return row
    const midnight = Date.UTC(Number(fields[year]), Number(fields[month]) - 1, Number(fields[day]))
    row['time_hour'] = zone.firstInstant(midnight + Number(fields[hour]) * HOUR_MS)
    const report = reports.get(`${fields[origin]} ${row['time_hour']}`)
    if (report === undefined) return row
    for (const name of weather) row[name] = report[name] as number | null
    row['joined'] = true
    return row
  })
}
