import { expect, test } from 'vitest'
import { defineTable } from '../../src/model/define-table.js'
import { algorithmSplitKeys } from '../../src/model/split-keys.js'
import { parseSplitPolicy } from '../../src/model/split-policy-text.js'
import { displayBytes } from '../../src/util/bytes.js'

type Name = Parameters<typeof algorithmSplitKeys>[0]['algorithm']

/** Recorded from HBase 2.6.1's RegionSplitter. */
const RECORDED: readonly [Name, number, string][] = [
  ['HexStringSplit', 4, '40000000 80000000 c0000000'],
  ['HexStringSplit', 10, '19999999 33333332 4ccccccb 66666664 7ffffffd 99999996 b333332f ccccccc8 e6666661'],
  [
    'DecimalStringSplit',
    10,
    '10000000 20000000 30000000 40000000 50000000 60000000 70000000 80000000 90000000',
  ],
  ['DecimalStringSplit', 4, '25000000 50000000 75000000'],
]

test("split keys are HBase's to the byte", () => {
  for (const [algorithm, regions, expected] of RECORDED)
    expect(algorithmSplitKeys({ algorithm, regions }).map(displayBytes).join(' ')).toBe(expected)
  const uniform = algorithmSplitKeys({ algorithm: 'UniformSplit', regions: 10 })
  expect(uniform.map((key) => Buffer.from(key).toString('hex'))).toEqual([
    '1999999999999999',
    '3333333333333332',
    '4ccccccccccccccb',
    '6666666666666664',
    '7ffffffffffffffd',
    '9999999999999996',
    'b33333333333332f',
    'ccccccccccccccc8',
    'e666666666666661',
  ])
})

test('an unknown algorithm, a single region and an unknown policy are refused', () => {
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
  expect(() => algorithmSplitKeys({ algorithm: 'Nope' as Name, regions: 4 })).toThrow(refused)
  expect(() => algorithmSplitKeys({ algorithm: 'UniformSplit', regions: 1 })).toThrow(refused)
  for (const text of ['KEY_PREFIX', 'KEY_PREFIX(0)', 'KEY_PREFIX(x)', 'DELIMITED_KEY_PREFIX()', 'BUSY'])
    expect(() => parseSplitPolicy(text), text).toThrow(refused)
  const families = { d: {} }
  const define = () => defineTable('t', { families, bytesMax: 0 }, { tableId: 1, familyIds: [2] })
  expect(define).toThrow(refused)
})
