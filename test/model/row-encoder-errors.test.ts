import { expect, test } from 'vitest'
import type { RowInput, TableOptions } from '../../src/model/api.js'
import { type EncodeOptions, encodeRows } from '../../src/model/row-encoder.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'
import { tableSchema } from '../support/encoded-runs.js'

const HOUR = 3_600_000
const OPTIONS: EncodeOptions = { now: 1_700_000_000_000, nulls: 'skip', sequenceBase: 100 }
const WEATHER: TableOptions = {
  rowKey: ['station:string', 'hour:hour'],
  families: { d: { columns: { temp: 'double', note: 'string' } }, e: { columns: { n: 'long' } } },
}
const weather = tableSchema(WEATHER)

function failure(run: () => unknown): HourbaseError {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('every error names the row and what is wrong, and nothing is encoded', () => {
  const good = { station: 'A', hour: 0, temp: 1 }
  const cases: [unknown, string, string][] = [
    [
      { station: 'A', hour: 0, temp: 'x' },
      'VALUE_INVALID',
      "row 1, column 'd:temp': expected double (a number), got string 'x'",
    ],
    [
      { station: 'A', hour: 0, n: 1.5 },
      'VALUE_INVALID',
      "row 1, column 'e:n': expected long (a bigint of 64 bits or a safe whole number), got number 1.5",
    ],
    [
      { station: 'A', hour: 0, note: `${'x'.repeat(50)}\ud800` },
      'VALUE_INVALID',
      `row 1, column 'd:note': expected string (text without a lone surrogate), got string '${'x'.repeat(40)}…'`,
    ],
    [
      { station: 'A', hour: 1, temp: 1 },
      'VALUE_INVALID',
      "row 1, row-key part 'hour': expected hour (ms of a full hour UTC, a Date or an ISO 8601 text with zone), got number 1",
    ],
    [{ station: 'A', temp: 1 }, 'ROW_INVALID', "row 1: row-key part 'hour' is missing"],
    [{ station: null, hour: 0 }, 'ROW_INVALID', "row 1: row-key part 'station' is null"],
    [{ station: 'A', hour: 0, tepm: 1 }, 'COLUMN_NOT_FOUND', "row 1: table 't' has no column 'tepm'"],
    [
      { station: 'x'.repeat(40_000), hour: 0 },
      'ROW_INVALID',
      'row 1: the row key has 40006 bytes, 32767 at most',
    ],
    [{ station: 'A', hour: 0, temp: 1, 'd:temp': 2 }, 'ROW_INVALID', "row 1: column 'd:temp' is given twice"],
    [null, 'ROW_INVALID', 'row 1: expected an object, got null'],
    [5, 'ROW_INVALID', 'row 1: expected an object, got number 5'],
    [
      { row: { station: 'A', hour: 0 }, values: { x: {} } },
      'FAMILY_NOT_FOUND',
      "row 1: table 't' has no family 'x'",
    ],
    [
      { row: { station: 'A', hour: 0 }, values: { d: { tepm: 1 } } },
      'COLUMN_NOT_FOUND',
      "row 1: table 't' has no column 'd:tepm'",
    ],
    [
      { row: { station: 'A', hour: 0, x: 1 }, values: {} },
      'ROW_INVALID',
      "row 1: there is no row-key part 'x'",
    ],
    [
      { row: { station: 'A', hour: 0 }, values: { d: 5 } },
      'ROW_INVALID',
      "row 1: family 'd': expected values by column, got number 5",
    ],
    [{ row: { station: 'A', hour: 0 }, values: null }, 'ROW_INVALID', 'row 1: expected { row, values }'],
  ]
  for (const [row, code, message] of cases) {
    const error = failure(() => encodeRows(weather, [good, row as RowInput], OPTIONS))
    expect([error.code, error.message]).toEqual([code, message])
  }
})

test('a row whose time is past the TTL of a family it has values in is refused', () => {
  const schema = tableSchema({
    rowKey: ['hour:hour'],
    families: {
      d: { columns: { a: 'int' }, ttlMs: 10 * HOUR },
      e: { columns: { b: 'int' } },
      f: { columns: { c: 'int' }, ttlMs: HOUR, minVersions: 1 },
    },
  })
  const now = 100 * HOUR
  const error = failure(() =>
    encodeRows(
      schema,
      [
        { hour: 90 * HOUR, a: 1 },
        { hour: 89 * HOUR, a: 1 },
      ],
      { ...OPTIONS, now },
    ),
  )
  expect([error.code, error.message]).toEqual([
    'EXPIRED_WRITE',
    "row 1: its time 1970-01-04T17:00:00.000Z is past the TTL of family 'd'",
  ])
  encodeRows(schema, [{ hour: 0, b: 1, c: 1 }], { ...OPTIONS, now })
  encodeRows(schema, [{ hour: 0, a: null, b: 1 }], { ...OPTIONS, now, nulls: 'delete' })
  expect(
    failure(() => encodeRows(schema, [{ hour: 98 * HOUR, b: 1 }], { ...OPTIONS, now, ttlMs: HOUR })).code,
  ).toBe('EXPIRED_WRITE')
})
