/** The NYC flights and weather of 2013 as typed rows (examples/nyc); derived columns as test/golden/analytics/setup.sql makes them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HOUR_MS, TimeZone } from '../../src/model/time-zone.js'
import type { TypedLiteral } from './typed-runs.js'

const FOLDER = join(process.cwd(), 'examples', 'nyc')

export const hasNyc: boolean = existsSync(join(FOLDER, 'nyc-flights.csv.gz'))

type Row = Record<string, string | number | boolean | null>

function readCsv(name: string, texts: readonly string[]): Row[] {
  const [header, ...lines] = gunzipSync(readFileSync(join(FOLDER, name)))
    .toString()
    .trimEnd()
    .split('\n')
  const names = header!.split(',')
  return lines.map((line) => {
    const row: Row = {}
    line.split(',').forEach((text, i) => {
      const isNull = text === '' || text === 'NA'
      row[names[i]!] = isNull ? null : texts.includes(names[i]!) ? text : Number(text)
    })
    return row
  })
}

export function weatherRows(): TypedLiteral[] {
  return readCsv('nyc-weather.csv.gz', ['origin', 'time_hour']).map((row) => ({
    ...row,
    time_hour: Date.parse(row['time_hour'] as string),
  }))
}

/** With the weather of origin and hour beside each flight. */
export function flightRows(): TypedLiteral[] {
  const zone = TimeZone.of('America/New_York')
  const reports = new Map(weatherRows().map((row) => [`${row['origin']} ${row['time_hour']}`, row]))
  return readCsv('nyc-flights.csv.gz', ['carrier', 'tailnum', 'origin', 'dest']).map((row, i) => {
    const { year, month, day, hour } = row as Record<string, number>
    const local = Date.UTC(year!, month! - 1, day!) + (hour ?? 0) * HOUR_MS
    const time = row['hour'] === null ? null : zone.firstInstant(local)
    const report = reports.get(`${row['origin']} ${time}`)
    const { wind_speed, wind_gust, temp, precip } = report ?? {}
    const joined = report === undefined ? {} : { wind_speed, wind_gust, temp, precip, joined: true }
    return { ...row, ...joined, id: i + 1, time_hour: time }
  })
}
