import { expect, test } from 'vitest'
import { type CsvField, CsvParser } from '../../src/ingest/csv-parser.js'

interface Parsed {
  readonly records: { fields: CsvField[]; line: number }[]
  readonly damaged: { line: number; problem: string }[]
}

/** The text in pieces of `step` characters: where it is cut must not matter. */
function parse(text: string, fieldCount: number, step = text.length): Parsed {
  const parsed: Parsed = { records: [], damaged: [] }
  const parser = new CsvParser(
    { delimiter: ',', fieldCount },
    {
      record: (fields, line) => parsed.records.push({ fields, line }),
      damaged: (line, problem) => parsed.damaged.push({ line, problem }),
    },
  )
  for (let at = 0; at < text.length; at += step) parser.push(text.slice(at, at + step))
  parser.end()
  return parsed
}

test('an empty field is null and a quoted empty field is an empty text', () => {
  expect(parse('a,,""\n', 3).records).toEqual([{ fields: ['a', null, ''], line: 1 }])
})

test('quoted fields hold delimiters, quotes and line feeds, and lines are still counted', () => {
  const { records, damaged } = parse('"a,b","c""d"\r\n"two\nlines",x\nlast,row', 2)
  expect(damaged).toEqual([])
  expect(records).toEqual([
    { fields: ['a,b', 'c"d'], line: 1 },
    { fields: ['two\nlines', 'x'], line: 2 },
    { fields: ['last', 'row'], line: 4 },
  ])
})

test('a line with too few or too many fields is damaged alone', () => {
  const { records, damaged } = parse('1,2\n1\n1,2,3\n3,4\n', 2)
  expect(records.map(({ line }) => line)).toEqual([1, 4])
  expect(damaged).toEqual([
    { line: 2, problem: 'it has 1 fields, the header has 2' },
    { line: 3, problem: 'it has 3 fields, the header has 2' },
  ])
})

test('a quote that is never closed damages its own line and not the rest of the file', () => {
  const { records, damaged } = parse('1,2\n3,"4\n5,6\n7,8\n', 2)
  expect(records.map(({ line }) => line)).toEqual([1, 3, 4])
  expect(damaged).toEqual([{ line: 2, problem: 'a quote is opened and never closed' }])
})

test('a stray quote and text after a closing quote are damage', () => {
  const { damaged } = parse('a"b,c\n"a"b,c\n', 2)
  expect(damaged.map(({ line }) => line)).toEqual([1, 2])
})

test('bytes that are not UTF-8 damage their line', () => {
  const { records, damaged } = parse('a,b\nc,\ufffd\n"d",e\n', 2)
  expect(records.map(({ line }) => line)).toEqual([1, 3])
  expect(damaged).toEqual([{ line: 2, problem: 'it is not valid UTF-8' }])
})

test('the places where the text is cut do not matter', () => {
  const text = 'a,b\r\n\r\n"x ""y"" z",\n1\n"p\nq",r\n"open,s\nt,u\n'
  const whole = parse(text, 2)
  expect(whole.records.map(({ line }) => line)).toEqual([1, 3, 5, 8])
  for (let step = 1; step < text.length; step++) expect(parse(text, 2, step)).toEqual(whole)
})
