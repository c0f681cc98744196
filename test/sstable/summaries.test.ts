import { expect, test } from 'vitest'
import type { ColumnSummaries } from '../../src/sstable/block-summaries.js'
import { utf8 } from '../../src/util/bytes.js'
import { blockOf, type RowLiteral, schemaOf, type ValueLiteral } from '../support/blocks.js'
import { readerOf } from '../support/sstable-kit.js'

const types = { d: 'double', n: 'long', p: 'decimal(10,2)', s: 'string', u: 'ulong' }
const schema = schemaOf(4, types)

function summariesOf(
  values: readonly Record<string, ValueLiteral>[],
  column: string,
  blockRowsMax = 100,
): ColumnSummaries {
  const rows: RowLiteral[] = values.map((v, i) => ({ key: ['s', i], values: v }))
  return readerOf(schema, [blockOf(schema, rows)], { blockRowsMax }).blocks.column(utf8(column))!
}

test('each block has count, sum, least and greatest of each numeric column', () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    d: i / 10,
    p: i,
    s: 'x',
    ...(i < 12 ? { n: -i } : {}),
  }))
  const d = summariesOf(rows, 'd', 10)
  expect([[...d.counts], [...d.mins], [...d.maxs]]).toEqual([
    [10, 10, 10],
    [0, 1, 2],
    [0.9, 1.9, 2.9],
  ])
  for (const [block, sum] of [4.5, 14.5, 24.5].entries()) expect(d.sums[block]).toBeCloseTo(sum, 13)
  const n = summariesOf(rows, 'n', 10)
  expect([[...n.counts], n.sums[0], n.sums[1], n.mins[1], n.maxs[1]]).toEqual([
    [10, 2, 0],
    -45,
    -21,
    -11,
    -10,
  ])
  const p = summariesOf(rows, 'p', 10)
  expect([...p.sums]).toEqual([45, 145, 245])
  expect(p.type.text).toBe('decimal(10,2)')
  expect(summariesOf(rows, 's', 10)).toBeNull()
  expect(summariesOf(rows, 'missing', 10)).toBeNull()
})

test('a column that begins in a later block counts 0 before', () => {
  const rows = Array.from({ length: 30 }, (_, i) => (i < 20 ? { d: 1 } : { d: 1, n: 2 }))
  expect([...summariesOf(rows, 'n', 10).counts]).toEqual([0, 0, 10])
})

test('where only the values can tell, the count says so', () => {
  const withNan = summariesOf([{ d: 1 }, { d: Number.NaN }, { d: 3 }, { d: 4 }], 'd', 2)
  expect([...withNan.counts]).toEqual([-1, 2])
  expect(summariesOf([{ d: Number.POSITIVE_INFINITY }], 'd').counts[0]).toBe(-1)
  expect(summariesOf([{ n: 2n ** 62n }, { n: 1 }], 'n', 1).counts).toEqual(Float64Array.of(-1, 1))
  const unsigned = summariesOf([{ u: -1n }, { u: -2n }, { u: 5 }], 'u', 1)
  expect([[...unsigned.counts], unsigned.maxs[2]]).toEqual([[-1, -1, 1], 5])
  const general: RowLiteral[] = [{ key: ['s', 1], cells: [{ column: 'd', value: 1, ttlMs: 5 }] }]
  expect(readerOf(schema, [blockOf(schema, general)]).blocks.column(utf8('d'))!.counts[0]).toBe(-1)
})

test('sums of doubles lose nothing to the order of addition', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ d: [1e16, Math.PI, -1e16][i % 3]! }))
  expect(summariesOf(rows, 'd').sums[0]).toBeCloseTo(20 * Math.PI, 12)
})

test('a sum of integers is exact or not there', () => {
  const large = Number.MAX_SAFE_INTEGER - 1
  const one = summariesOf([{ n: large }], 'n')
  expect(one.sums[0]).toBe(large)
  const two = summariesOf([{ n: large }, { n: 3 }], 'n')
  expect([two.counts[0], two.sums[0], two.mins[0], two.maxs[0]]).toEqual([2, Number.NaN, 3, large])
})

test('flags tell what a block holds', () => {
  const rows: RowLiteral[] = [
    { key: ['s', 1], values: { d: 1 } },
    {
      key: ['s', 2],
      cells: [
        { column: 'd', value: 1, timestamp: 2 },
        { column: 'd', value: 2, timestamp: 1 },
      ],
    },
    { key: ['s', 3], cells: [{ column: 'd', type: 'DeleteColumn' }] },
  ]
  const { blocks } = readerOf(schema, [blockOf(schema, rows)], { blockRowsMax: 1 })
  expect([0, 1, 2].map((i) => [blocks.isFlat(i), blocks.isPutsOnly(i), blocks.hasMarkers(i)])).toEqual([
    [true, true, false],
    [false, true, false],
    [false, false, true],
  ])
})
