import { expect, test } from 'vitest'
import { planNormalisation } from '../../src/region/normaliser.js'
import { restrictedSplitKey, splitThreshold } from '../../src/region/split-rule.js'
import { utf8, utf8Decode } from '../../src/util/bytes.js'

const MIB = 2 ** 20
const GIB = 2 ** 30

function sizes(splitPolicy: string, counts: readonly number[]): number[] {
  const table = { splitPolicy, regionBytesMax: 10 * GIB }
  return counts.map((regions) => splitThreshold(table, { regions, flushBytes: 128 * MIB }))
}

test("each policy's size is HBase's", () => {
  expect(sizes('CONSTANT_SIZE', [1, 5])).toEqual([10 * GIB, 10 * GIB])
  expect(sizes('STEPPING', [1, 2])).toEqual([256 * MIB, 10 * GIB])
  expect(sizes('INCREASING_TO_UPPER_BOUND', [1, 2, 3, 4, 101])).toEqual([
    256 * MIB,
    2 * GIB,
    6.75 * GIB,
    10 * GIB,
    10 * GIB,
  ])
  expect(sizes('KEY_PREFIX(3)', [2])).toEqual([2 * GIB])
  expect(sizes('DISABLED', [1])).toEqual([Number.POSITIVE_INFINITY])
})

test('a prefix policy keeps rows of one prefix together', () => {
  const at = (splitPolicy: string, key: string, start = ''): string | null => {
    const found = restrictedSplitKey({ splitPolicy }, utf8(start), utf8(key))
    return found === null ? null : utf8Decode(found)
  }
  expect(at('CONSTANT_SIZE', 'abcdef')).toBe('abcdef')
  expect(at('KEY_PREFIX(3)', 'abcdef')).toBe('abc')
  expect(at('KEY_PREFIX(9)', 'abcdef')).toBe('abcdef')
  expect(at('KEY_PREFIX(3)', 'abcdef', 'abc')).toBe(null)
  expect(at('DELIMITED_KEY_PREFIX(_)', 'user_2013_x')).toBe('user')
  expect(at('DELIMITED_KEY_PREFIX(_)', 'user')).toBe('user')
})

test('the normaliser splits what is far above the average and merges small neighbours, each region once', () => {
  const plan = (...bytes: number[]) => planNormalisation(bytes.map((b, i) => ({ id: i + 1, bytes: b })))
  expect(plan(1, 1)).toEqual([])
  expect(plan(10, 10, 10)).toEqual([])
  expect(plan(1, 1, 1, 100)).toEqual([
    { kind: 'merge', regions: [1, 2] },
    { kind: 'split', regions: [4] },
  ])
})
