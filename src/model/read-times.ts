/** The time options of a read: timeRange, timestamp and one range a family. */
import { HourbaseError } from '../util/errors.js'
import type { ReadOptions } from './api.js'
import type { TableSchema } from './table-schema.js'
import { type TimeRange, toTimeRange } from './time-input.js'

export interface ReadTimes {
  readonly timeRange: TimeRange
  /** By family, where it differs; null = nowhere. */
  readonly familyRanges: readonly (TimeRange | null)[] | null
  /** Holds all of them: what the row keys may be narrowed by. */
  readonly hull: TimeRange
}

/** @throws INVALID_ARGUMENT, FAMILY_NOT_FOUND */
export function readTimes(schema: TableSchema, options: ReadOptions): ReadTimes {
  const timeRange = options.timestamp === undefined ? rangeOf(schema, options.timeRange) : oneStamp(options)
  if (timeRange.min < 0 && !schema.isTyped && timeRange.min !== Number.NEGATIVE_INFINITY) throw negative()
  const own = Object.entries(options.columnFamilyTimeRange ?? {})
  if (own.length === 0) return { timeRange, familyRanges: null, hull: timeRange }
  const familyRanges: (TimeRange | null)[] = schema.descriptor.families.map(() => null)
  for (const [family, range] of own) familyRanges[schema.familyIndex(family)] = rangeOf(schema, range)
  const all = familyRanges.map((range) => range ?? timeRange)
  const hull = {
    min: Math.min(...all.map((range) => range.min)),
    max: Math.max(...all.map((range) => range.max)),
  }
  return { timeRange, familyRanges, hull }
}

/** An empty range is a mistake in a typed table; HBase's clients may ask for it and get nothing. */
export function rangeOf(schema: TableSchema, range: ReadOptions['timeRange']): TimeRange {
  return toTimeRange(range, schema.isTyped ? 'refuse' : 'allow')
}

function oneStamp({ timestamp, timeRange }: ReadOptions): TimeRange {
  if (timeRange !== undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', 'timestamp and timeRange are given together', {
      hint: 'a timestamp is the range of this one millisecond',
    })
  }
  if (Number.isSafeInteger(timestamp)) return { min: timestamp!, max: timestamp! + 1 }
  throw new HourbaseError('INVALID_ARGUMENT', `timestamp is ${timestamp}`, {
    hint: 'give whole milliseconds',
  })
}

function negative(): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', 'a time before 1970 is asked of a raw table', {
    hint: 'its timestamps are 0 or more',
  })
}
