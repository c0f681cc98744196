import { expect, test } from 'vitest'
import { selectFromText, splitTop } from '../../src/text/select-input.js'

test('measures have a name, or are called after function and column', () => {
  expect(selectFromText('mean:avg(d:temp), count(*) ,max(hour),quantile(temp,0.5)')).toEqual({
    mean: ['avg', 'd:temp'],
    count: ['count', '*'],
    max_hour: ['max', 'hour'],
    p50_temp: ['quantile', 'temp', 0.5],
  })
})

test('a condition may hold commas, quotes and parentheses', () => {
  expect(selectFromText("n:count(* where note in ('a,b', 'c)') and (t > 1)),m:min(t)")).toEqual({
    n: ['count', '*', { where: "note in ('a,b', 'c)') and (t > 1)" }],
    m: ['min', 't'],
  })
  expect(selectFromText('q:quantile(t, 0.9, discrete where t > 0)')).toEqual({
    q: ['quantile', 't', 0.9, { where: 't > 0', method: 'discrete' }],
  })
})

test.each([
  '',
  'temp',
  'avg()',
  'avg(a,b)',
  'quantile(t)',
  'quantile(t, 2)',
  'quantile(t, 0.5, best)',
  'n:count(*),n:sum(t)',
  'agv(t)',
])("'%s' is refused", (text) => {
  expect(() => selectFromText(text)).toThrow(/is no measure/)
})

test('only commas outside parentheses and quotes cut', () => {
  expect(splitTop("a, f(b, c),'d,e',,")).toEqual(['a', 'f(b, c)', "'d,e'"])
})
