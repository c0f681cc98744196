import { expect, test } from 'vitest'
import type { Scalar } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { compileWhere, quoteName } from '../../src/model/where.js'
import { type RunOptions, type TypedLiteral, typedRuns } from '../support/typed-runs.js'

const schema = new TableSchema(
  defineTable(
    'flights',
    {
      rowKey: ['station:string', 'hour:hour?', 'n:long'],
      time: 'hour',
      families: {
        d: {
          columns: {
            temp: 'double',
            delay: 'int',
            seen: 'long',
            big: 'ulong',
            price: 'decimal(6,2)',
            wide: 'decimal(30,3)',
            at: 'datetime',
            day: 'day',
            ok: 'boolean',
            tail: 'string',
            raw: 'bytes',
            'odd name': 'int',
            in: 'int',
          },
        },
        e: { columns: { temp: 'double', gust: 'double' } },
      },
    },
    { tableId: 1, familyIds: [1, 2] },
  ),
)

const ROWS: readonly TypedLiteral[] = [
  {
    station: 'EWR',
    hour: Date.UTC(2013, 0, 1, 5),
    n: 1n,
    'd:temp': 1.5,
    delay: -3,
    seen: 7n,
    big: 2n ** 64n - 1n,
    price: '12.30',
    wide: '123456789012345678.125',
    at: '2013-01-01T05:30:00.000250Z',
    day: Date.UTC(2013, 0, 1),
    ok: true,
    tail: 'N1',
    raw: Uint8Array.of(0, 255),
    'odd name': 1,
    in: 1,
    gust: 20,
    'e:temp': 1.5,
  },
  {
    station: 'EWR',
    hour: Date.UTC(2013, 0, 1, 6),
    n: 2n,
    'd:temp': Number.NaN,
    delay: 0,
    seen: 2n ** 60n,
    big: 5n,
    price: '-0.01',
    wide: '-1',
    at: '1969-12-31T23:59:59.999Z',
    day: Date.UTC(2014, 0, 1),
    ok: false,
    tail: "it's",
    raw: Uint8Array.of(97),
    gust: Number.NaN,
  },
  { station: 'JFK', hour: null, n: 3n, tail: 'ä', delay: 2_147_483_647, 'd:temp': -0.5 },
  { station: 'JFK', hour: Date.UTC(2013, 0, 2), n: -4n, tail: '' },
  { station: 'LGA', hour: Date.UTC(2013, 0, 2), n: 5n },
  { station: 'LGA', hour: Date.UTC(2013, 0, 3), n: 6n, 'e:temp': 3, 'd:temp': 2, tail: 'N12' },
]

const LAYOUTS: RunOptions[] = [
  {},
  { dictionary: true },
  { layout: 'general' },
  { layout: 'general', blockRows: 2 },
  { blockRows: 1 },
]

/** The n of the rows for which the condition is true, in every layout. */
function matches(where: string): number[] {
  const answers = LAYOUTS.map((options) => {
    const mask = compileWhere(where, schema).mask()
    const found: number[] = []
    let row = 0
    for (const run of typedRuns(schema, ROWS, options)) {
      const flags = mask.evaluate(run)
      for (let i = 0; i < run.count; i++) if (flags[i] === 1) found.push(sortedN(row + i))
      expect(mask.trueCount).toBe(flags.subarray(0, run.count).reduce((sum, flag) => sum + flag, 0))
      row += run.count
    }
    return found.sort((a, b) => a - b)
  })
  for (const answer of answers) expect(answer).toEqual(answers[0])
  return answers[0]!
}

/** ROWS in key order: null hours first. */
function sortedN(index: number): number {
  return [1, 2, 3, -4, 5, 6][index]!
}

test.each<[string, number[]]>([
  ['delay < 0', [1]],
  ['0 > delay', [1]],
  ['delay <= 0 and d:temp > 0', [1, 2]], // NaN is greater than every number
  ['d:temp = nan or gust != nan', [1, 2]],
  ['d:temp < nan', [1, 3, 6]],
  ['d:temp >= 1.5', [1, 2, 6]],
  ['d:temp is null', [-4, 5]],
  ['not (d:temp is null)', [1, 2, 3, 6]],
  ['d:temp is not null and e:temp is null', [2, 3]],
  ["station = 'JFK'", [-4, 3]],
  ["station <> 'JFK' and tail is not null", [1, 2, 6]],
  ["station in ('EWR', 'LGA') and not tail in ('N1')", [2, 6]],
  ["station not in ('EWR', 'LGA')", [-4, 3]],
  ["station between 'F' and 'K'", [-4, 3]],
  ['delay between -3 and 0', [1, 2]],
  ['delay not between -3 and 0', [3]],
  ["tail = 'it''s'", [2]],
  ["tail = ''", [-4]],
  ["tail >= 'z'", [3]],
  ["tail starts with 'N1'", [1, 6]],
  ["tail like 'N1%'", [1, 6]],
  ["tail like 'N1'", [1]],
  ["tail not like 'N%'", [-4, 2, 3]],
  ['ok', [1]],
  ['not ok', [2]],
  ['ok = false', [2]],
  ['ok != true', [2]],
  ['n < 0', [-4]],
  ['n in (1, 2.0, 3.5)', [1, 2]],
  ['seen >= 1152921504606846976', [2]],
  ['seen > 1152921504606846976', []],
  ['seen < 7.5', [1]],
  ['seen = 7.5', []],
  ['seen != 7.5', [1, 2]],
  ['big = 18446744073709551615', [1]],
  ['big in (5, 18446744073709551615)', [1, 2]],
  ['big < 18446744073709551616', [1, 2]],
  ['price = 12.3', [1]],
  ["price = '12.30'", [1]],
  ['price > 12.299', [1]],
  ['price < 12.301', [1, 2]],
  ['price <= -0.01', [2]],
  ['price < -0.01', []],
  ['price >= -0.011', [1, 2]],
  ['wide = 123456789012345678.125', [1]],
  ['wide > 123456789012345678.1249', [1]],
  ['hour is null', [3]],
  ["hour = '2013-01-01T05:00:00Z'", [1]],
  ["hour < '2013-01-01T05:30:00Z'", [1]],
  ["hour >= '2013-01-01T05:30:00Z'", [-4, 2, 5, 6]],
  ["hour = '2013-01-01T05:30:00Z'", []],
  ["hour >= '2013-01-02' and hour < '2013-01-03'", [-4, 5]],
  [`hour = ${Date.UTC(2013, 0, 3)}`, [6]],
  ["day <= '2013-06-01'", [1]],
  ["at = '2013-01-01T05:30:00.00025Z'", [1]],
  ["at > '2013-01-01T05:30:00Z'", [1]],
  ['at < 0', [2]],
  ['at >= -1', [1, 2]],
  ['at > -1', [1]],
  ["raw = 'a'", [2]],
  ['"odd name" = 1 and "d:odd name" = 1', [1]],
  ['"in" = 1', [1]],
  ['d:temp = e:temp', [1]],
  ['e:temp > d:temp', [6]],
  ['gust > delay', [1, 2]],
  ['seen > delay', [1, 2]],
  ['at > hour', [1]],
  ['day <= at', [1]],
  ['price > wide', [2]],
  ['price > d:temp', [1]],
  ['station > tail', [-4]],
  ['delay = 0 or delay = -3 and ok', [1, 2]],
  ['(delay = 0 or delay = -3) and ok', [1]],
  ['NOT delay = 0 AND delay IS NOT NULL', [1, 3]],
  ['not not ok', [1]],
  ['delay > -1e1', [1, 2, 3]],
  ['delay = +0', [2]],
  ['delay<0or delay>0', [1, 3]],
  // null is neither true nor false
  ['tail = tail', [-4, 1, 2, 3, 6]],
  ['not (gust > 100)', [1]],
  ['gust > 100 or delay = 0', [2]],
  ['gust > 100 and delay = 0', [2]],
  ['not (gust > 100 and delay = 2147483647)', [1, 2]],
])('%s', (where, expected) => {
  expect(matches(where)).toEqual([...expected].sort((a, b) => a - b))
})

test('the columns a condition reads are named once each', () => {
  const plan = compileWhere("station = 'A' and (d:temp > 1 or d:temp < e:temp) and hour is null", schema)
  expect(plan.columnNames).toEqual(['d:temp', 'e:temp'])
  expect(plan.columns).toHaveLength(4)
})

test.each<[string, RegExp, number]>([
  ['', /expected a column, found the end/, 0],
  ['delay', /no condition by itself/, 0],
  ['delay <', /expected a value or a column, found the end/, 7],
  ['delay < 0 0', /unexpected 0/, 10],
  ['delay < 0 and', /expected a column/, 13],
  ['(delay < 0', /expected '\)', found the end/, 10],
  ['delay = null', /nothing is equal to null/, 8],
  ["delay = 'x'", /a column of type int is not compared with the text 'x'/, 8],
  ['station = 5', /a column of type string is not compared with 5/, 10],
  ['station = JFK', /no column 'JFK'/, 10],
  ['station = d:temp', /station \(string\) is not compared with d:temp \(double\)/, 10],
  ['ok < true', /a boolean is = or !=/, 5],
  ['delay = nan', /a column of type int is not compared with nan/, 8],
  ["hour > '2013-13-01'", /is no time: there is no such month/, 7],
  ["hour > '2013-01-01 05:00'", /is no time: a time without a zone is ambiguous/, 7],
  ["tail = 'open", /the quote ' is not closed/, 7],
  ['tail = `x`', /'`' has no place here/, 7],
  ['delay in ()', /expected a value, found \)/, 10],
  ['delay in (delay)', /a list holds values/, 10],
  ['delay is 5', /expected 'null', found 5/, 9],
  ['delay not 5', /'not' is followed by/, 10],
  ["delay starts with 'x'", /only texts start with a text/, 0],
  ["tail like '%x'", /one % at the end only/, 10],
  ['1 = 1', /a comparison needs a column/, 0],
  ['5', /a comparison must follow 5/, 1],
  ['in = 5', /expected a column, found in/, 0],
  [`${'('.repeat(1000)}delay = 0`, /nested deeper than 200 levels/, 200],
])('%s is refused at its place', (where, message, position) => {
  try {
    compileWhere(where, schema)
    expect.fail('accepted')
  } catch (error) {
    expect(error).toMatchObject({ where: { position } })
    expect(String(error)).toMatch(message)
  }
})

test('an error shows the place and what was meant', () => {
  expect(() => compileWhere('delay > 0 and tmep < 5', schema)).toThrow(
    "where: table 'flights' has no column 'tmep'\n  delay > 0 and tmep < 5\n                ^",
  )
  try {
    compileWhere('dellay > 0', schema)
  } catch (error) {
    expect(error).toMatchObject({ code: 'COLUMN_NOT_FOUND', hint: "did you mean 'delay'?" })
  }
})

test('a long expression is cut around the place of the error', () => {
  const long = `${'delay > 0 and '.repeat(50)}delay >`
  expect(() => compileWhere(long, schema)).toThrow(/\n {2}….{60}\n {2} {61}\^$/)
})

test('any name can be quoted', () => {
  expect(compileWhere(`${quoteName('odd name')} = 1`, schema).columnNames).toEqual(['d:odd name'])
  expect(quoteName('a"b')).toBe('"a""b"')
})

test('masks of one plan do not share buffers', () => {
  const plan = compileWhere('delay < 0', schema)
  const [run] = typedRuns(schema, ROWS)
  const first = plan.mask()
  const flags = first.evaluate(run!)
  const scalars: Scalar[] = [...flags]
  plan.mask().evaluate(typedRuns(schema, ROWS.slice(1))[0]!)
  expect([...flags]).toEqual(scalars)
})
