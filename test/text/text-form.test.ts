import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoInstant } from '../../src/text/iso-time.js'
import { csvField, csvForm, guardFormula, jsonNumber, tableForm } from '../../src/text/text-form.js'

const STYLE = { times: 'iso', bytes: 'base64', rawCsv: false } as const

test('JSON numbers read back exactly, what JSON has no number for is text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(JSON.parse(jsonNumber(value)), value)).toBe(true)
    }),
    { seed: 1, numRuns: 500 },
  )
  expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(jsonNumber)).toEqual([
    '"NaN"',
    '"Infinity"',
    '"-Infinity"',
  ])
})

test.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-2+3', "'-2+3"],
  ['@SUM(1)', "'@SUM(1)"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['\0x', "'\0x"],
  ['-12.5', '-12.5'],
  ['+7', '+7'],
  ['a=b', 'a=b'],
  ['', ''],
])('as CSV text %j is safe as %j', (text, safe) => {
  expect(guardFormula(text)).toBe(safe)
})

test('CSV fields are quoted where RFC 4180 or a lenient reader needs it', () => {
  expect(['a', '', 'a,b', 'a"b', 'a\nb', ' a'].map(csvField)).toEqual([
    'a',
    '""',
    '"a,b"',
    '"a""b"',
    '"a\nb"',
    '" a"',
  ])
  expect(csvForm(STYLE).text('=1,2')).toBe('"\'=1,2"')
})

test('no control character reaches a terminal', () => {
  expect(tableForm(STYLE).text('a\u001b[31mb\n\u009b')).toBe('a\\x1B[31mb\\x0A\\x9B')
})

test('instants are the shortest exact ISO text', () => {
  expect([0, 3_600_000, -1, 1500, 86_399_999, 253_402_300_800_000].map(isoInstant)).toEqual([
    '1970-01-01T00:00:00Z',
    '1970-01-01T01:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:01.5Z',
    '1970-01-01T23:59:59.999Z',
    '+010000-01-01T00:00:00Z',
  ])
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(Date.parse(isoInstant(date.getTime()))).toBe(date.getTime())
    }),
    { seed: 1, numRuns: 500 },
  )
})
