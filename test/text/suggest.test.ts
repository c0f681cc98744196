import { expect, test } from 'vitest'
import { suggest, suggestHint } from '../../src/text/suggest.js'

test.each([
  ['scna', 'scan'],
  ['SCAN', 'scan'],
  ['limt', 'limit'],
  ['aggregte', 'aggregate'],
  ['xyz', null],
  ['', null],
])('%j means %j', (word, meant) => {
  expect(suggest(word, ['scan', 'limit', 'aggregate', 'get'])).toBe(meant)
})

test('without a near name the hint lists what there is', () => {
  expect(suggestHint('zzz', ['a1', 'b2'], 'tables')).toBe('tables: a1, b2')
  expect(suggestHint('zzz', [], 'tables')).toBe('there are no tables yet')
})
