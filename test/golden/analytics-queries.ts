/** The six analyst queries of ./analytics as calls of ours, and how our rows become theirs. */
import type { AggregateQuery, AggregateRow, Scalar, TableOptions } from '../../src/model/api.js'

export interface AnalyticsQuery {
  readonly id: string
  readonly table: 'flights' | 'weather'
  readonly query: AggregateQuery
  /** In the order of the recording's columns. */
  readonly fields: readonly AnalyticsField[]
}

export interface AnalyticsField {
  /** The recording's column. */
  readonly column: string
  /** Our field; default the same name. */
  readonly field?: string
  /** ms → text: an UTC hour, an UTC day, or the day in New York. */
  readonly as?: 'hour' | 'day' | 'local day'
  /** A sum or average of doubles: the last digits depend on the order of addition. */
  readonly close?: boolean
}

export type AnalyticsValue = string | number | null

const NEW_YORK = 'America/New_York'

export const FLIGHTS: TableOptions = {
  rowKey: ['origin:string', 'time_hour:hour?', 'id:int'],
  time: 'time_hour',
  families: {
    d: {
      columns: {
        year: 'int', month: 'int', day: 'int', dep_time: 'int', dep_delay: 'int', arr_time: 'int', arr_delay: 'int',
        carrier: 'string', tailnum: 'string', flight: 'int', dest: 'string', air_time: 'int', distance: 'int',
        hour: 'int', minute: 'int',
      },
    },
    // the weather at the origin in the hour of departure; `joined` is true where there is a report of it
    w: {
      columns: {
        temp: 'double', dewp: 'double', humid: 'double', wind_dir: 'double', wind_speed: 'double', wind_gust: 'double',
        precip: 'double', pressure: 'double', visib: 'double', joined: 'boolean',
      },
    },
  },
}

export const WEATHER: TableOptions = {
  rowKey: ['origin:string', 'time_hour:hour'],
  time: 'time_hour',
  families: {
    d: {
      columns: {
        year: 'int', month: 'int', day: 'int', hour: 'int', temp: 'double', dewp: 'double', humid: 'double',
        wind_dir: 'double', wind_speed: 'double', wind_gust: 'double', precip: 'double', pressure: 'double', visib: 'double',
      },
    },
  },
}

export const ANALYTICS_QUERIES: readonly AnalyticsQuery[] = [
  {
    id: 'a01-hourly-utc',
    table: 'flights',
    query: {
      timeRange: ['2013-01-01T00:00:00Z', '2013-01-08T00:00:00Z'],
      every: '1h',
      select: {
        flights: ['count', '*'],
        n: ['count', 'dep_delay'],
        dep_delay_sum: ['sum', 'dep_delay'],
        dep_delay_avg: ['avg', 'dep_delay'],
      },
    },
    fields: [
      { column: 'hour_utc', field: 'time', as: 'hour' },
      { column: 'flights' },
      { column: 'n' },
      { column: 'dep_delay_sum' },
      { column: 'dep_delay_avg' },
    ],
  },
  {
    id: 'a02-daily-utc',
    table: 'flights',
    query: {
      every: '1d',
      select: {
        flights: ['count', '*'],
        dep_delay_avg: ['avg', 'dep_delay'],
        arr_n: ['count', 'arr_delay'],
        arr_delay_avg: ['avg', 'arr_delay'],
        dep_delay_min: ['min', 'dep_delay'],
        dep_delay_max: ['max', 'dep_delay'],
      },
    },
    fields: [
      { column: 'day_utc', field: 'time', as: 'day' },
      { column: 'flights' },
      { column: 'dep_delay_avg' },
      { column: 'arr_n' },
      { column: 'arr_delay_avg' },
      { column: 'dep_delay_min' },
      { column: 'dep_delay_max' },
    ],
  },
  {
    id: 'a03-local-day-dst-spring',
    table: 'weather',
    query: {
      prefix: { origin: 'JFK' },
      timeRange: ['2013-03-08T00:00:00-05:00', '2013-03-13T00:00:00-04:00'],
      every: '1d',
      timeZone: NEW_YORK,
      select: {
        first_hour: ['min', 'time_hour'],
        hours: ['count', '*'],
        temp_n: ['count', 'temp'],
        temp_avg: ['avg', 'temp'],
        temp_min: ['min', 'temp'],
        temp_max: ['max', 'temp'],
        precip_sum: ['sum', 'precip'],
        gust_n: ['count', 'wind_gust'],
        gust_avg: ['avg', 'wind_gust'],
      },
    },
    fields: [
      { column: 'day_local', field: 'time', as: 'local day' },
      { column: 'first_hour_utc', field: 'first_hour', as: 'hour' },
      { column: 'hours' },
      { column: 'temp_n' },
      { column: 'temp_avg', close: true },
      { column: 'temp_min' },
      { column: 'temp_max' },
      { column: 'precip_sum', close: true },
      { column: 'gust_n' },
      { column: 'gust_avg', close: true },
    ],
  },
  {
    id: 'a04-carrier',
    table: 'flights',
    query: {
      groupBy: ['carrier'],
      select: {
        flights: ['count', '*'],
        cancelled: ['count', '*', { where: 'dep_time is null' }],
        dep_n: ['count', 'dep_delay'],
        dep_delay_avg: ['avg', 'dep_delay'],
        arr_n: ['count', 'arr_delay'],
        arr_delay_avg: ['avg', 'arr_delay'],
        distance_sum: ['sum', 'distance'],
      },
    },
    fields: [
      { column: 'carrier' },
      { column: 'flights' },
      { column: 'cancelled' },
      { column: 'dep_n' },
      { column: 'dep_delay_avg' },
      { column: 'arr_n' },
      { column: 'arr_delay_avg' },
      { column: 'distance_sum' },
    ],
  },
  {
    id: 'a05-join-wind-class',
    table: 'flights',
    query: {
      where: 'joined',
      groupBy: [
        'origin',
        {
          column: 'wind_speed',
          edges: [5, 10, 20],
          labels: ['calm', 'light', 'moderate', 'strong'],
          nullLabel: 'unknown',
          as: 'wind',
        },
      ],
      select: {
        flights: ['count', '*'],
        dep_delay_avg: ['avg', 'dep_delay'],
        arr_delay_avg: ['avg', 'arr_delay'],
        wind_speed_avg: ['avg', 'wind_speed'],
      },
    },
    fields: [
      { column: 'origin' },
      { column: 'wind' },
      { column: 'flights' },
      { column: 'dep_delay_avg' },
      { column: 'arr_delay_avg' },
      { column: 'wind_speed_avg', close: true },
    ],
  },
  {
    id: 'a06-quantiles-carrier',
    table: 'flights',
    query: {
      where: 'dep_delay is not null',
      groupBy: ['carrier'],
      select: {
        n: ['count', 'dep_delay'],
        p50_cont: ['quantile', 'dep_delay', 0.5],
        p90_cont: ['quantile', 'dep_delay', 0.9],
        p95_cont: ['quantile', 'dep_delay', 0.95],
        p99_cont: ['quantile', 'dep_delay', 0.99],
        p50_disc: ['quantile', 'dep_delay', 0.5, { method: 'discrete' }],
        p90_disc: ['quantile', 'dep_delay', 0.9, { method: 'discrete' }],
        p99_disc: ['quantile', 'dep_delay', 0.99, { method: 'discrete' }],
      },
    },
    fields: [
      { column: 'carrier' },
      { column: 'n' },
      { column: 'p50_cont' },
      { column: 'p90_cont' },
      { column: 'p95_cont' },
      { column: 'p99_cont' },
      { column: 'p50_disc' },
      { column: 'p90_disc' },
      { column: 'p99_disc' },
    ],
  },
]

const localDay = new Intl.DateTimeFormat('sv-SE', { timeZone: NEW_YORK, dateStyle: 'short' })

function asRecorded(value: Scalar | undefined, as: AnalyticsField['as']): AnalyticsValue {
  if (as === undefined || value === null || value === undefined) return (value ?? null) as AnalyticsValue
  // a row that came over HTTP may hold its times as text
  const ms = typeof value === 'string' ? Date.parse(value) : Number(value)
  if (as === 'local day') return localDay.format(ms)
  const iso = new Date(ms).toISOString()
  return as === 'day' ? iso.slice(0, 10) : iso.replace('.000Z', 'Z')
}

/** Our rows in the shape of the recording's `rows`. */
export function recordedRows(query: AnalyticsQuery, rows: readonly AggregateRow[]): AnalyticsValue[][] {
  return rows.map((row) => query.fields.map(({ column, field = column, as }) => asRecorded(row[field], as)))
}

const CLOSE = 1e-12

/** Where our rows differ from the recording's: one line a difference, empty when they are the same. */
export function differences(
  query: AnalyticsQuery,
  rows: readonly AggregateRow[],
  recorded: readonly (readonly AnalyticsValue[])[],
): string[] {
  const ours = recordedRows(query, rows)
  const found = ours.length === recorded.length ? [] : [`${ours.length} rows, not ${recorded.length}`]
  recorded.forEach((row, r) => {
    row.forEach((value, c) => {
      const our = ours[r]?.[c]
      if (our !== undefined && !isSame(our, value, query.fields[c]!.close === true)) {
        found.push(`row ${r} ${query.fields[c]!.column}: ${our}, not ${value}`)
      }
    })
  })
  return found
}

function isSame(our: AnalyticsValue, recorded: AnalyticsValue, close: boolean): boolean {
  if (our === recorded) return true
  if (!close || typeof our !== 'number' || typeof recorded !== 'number') return false
  return Math.abs(our - recorded) <= CLOSE * Math.abs(recorded)
}
