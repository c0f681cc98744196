/** The public shapes of aggregates: what is asked and what is answered. */
import type { RowKeyLike, Scalar, TimeRangeLike } from './api.js'

export type MeasureOptions = {
  /** Only rows for which this holds count for this measure. */
  readonly where?: string
  /** quantile: 'interpolated' (default, R type 7) or 'discrete' (an actual value). */
  readonly method?: 'interpolated' | 'discrete'
}
/** `['avg', 'd:temp']`, `['count', '*', { where: 'temp < 0' }]`, `['quantile', 'd:temp', 0.95]`. Subjects: columns, row-key parts, '*' (count only). */
export type Measure =
  | readonly [
      'count' | 'sum' | 'min' | 'max' | 'avg' | 'first' | 'last' | 'distinct',
      string,
      MeasureOptions?,
    ]
  | readonly ['quantile', string, number, MeasureOptions?]

/** Group by a row-key part or column, or by the class of a number: edges ascending, labels one more than edges. */
export type GroupBy =
  | string
  | {
      readonly column: string
      readonly edges: readonly number[]
      readonly labels: readonly string[]
      /** Label of null; absent: null rows form the group null. */
      readonly nullLabel?: string
      /** Field name in the answer; default the column. */
      readonly as?: string
    }

export interface AggregateQuery {
  timeRange?: TimeRangeLike
  prefix?: RowKeyLike
  start?: RowKeyLike
  stop?: RowKeyLike
  where?: string
  /** `'1h'`, `'6h'`, `'1d'`, `'2w'`, `'1M'`, `'1y'` calendar buckets in `timeZone`, or 'hourOfDay' (0–23), 'dayOfWeek' (1 Monday – 7). Absent: no buckets. */
  every?: string
  /** What is bucketed: a time part or a datetime/hour/day column. Default the table's event time. */
  by?: string
  /** IANA zone, default UTC. */
  timeZone?: string
  groupBy?: readonly GroupBy[]
  select: Readonly<Record<string, Measure>>
  /** Empty buckets inside the time range (default: between the first and last bucket): 'none' (default) gives no row, 'null' a row of nulls (counts 0), 'zero' zeros, 'previous' the row before. */
  fill?: 'none' | 'null' | 'zero' | 'previous'
  /** Groups at most, default 100,000: more is LIMIT_EXCEEDED. */
  groupsMax?: number
  signal?: AbortSignal
}

/** `time` (bucket start, ms; or the hour of day / day of week), then the groups, then the measures. Ordered by time, then groups ascending, null first. */
export type AggregateRow = Record<string, Scalar>
