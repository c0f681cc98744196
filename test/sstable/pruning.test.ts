import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockOf, drain, type PlainRow, schemaOf } from '../support/blocks.js'
import { anyRows, ascending, schemas, typedKeys } from '../support/row-arbitraries.js'
import { ALL, EVERYTHING, readerOf } from '../support/sstable-kit.js'

/** Cells that can bear on [min, max): those inside, and markers that reach into it. */
function bearing(rows: PlainRow[], min: number, max: number): string[] {
  return rows.flatMap((row) =>
    row.cells
      .filter((cell) => cell.timestamp >= min && (cell.type !== 'Put' || cell.timestamp < max))
      .map((cell) => JSON.stringify([row.key, cell])),
  )
}

test('a pruned scan gives every cell that bears on the time range', () => {
  const edge = fc.integer({ min: -3, max: 5 })
  fc.assert(
    fc.property(
      schemas,
      fc.array(anyRows(typedKeys), { minLength: 1, maxLength: 30 }),
      edge,
      edge,
      fc.constantFrom(1, 3),
      fc.boolean(),
      (schema, rows, min, max, blockRowsMax, reversed) => {
        const reader = readerOf(schema, [blockOf(schema, ascending(rows))], { blockRowsMax })
        const range = { ...ALL, reversed }
        const pruned = drain(reader.scan(range, { columns: null, prune: { min, max } }), reversed)
        const all = drain(reader.scan(range, EVERYTHING), reversed)
        expect(bearing(pruned, min, max)).toEqual(bearing(all, min, max))
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)

const schema = schemaOf(4)
const rows = Array.from({ length: 40 }, (_, i) => ({
  key: ['s', i] as const,
  timestamp: i,
  values: { q: 'x' },
}))

test('blocks before and after the time range are left out', () => {
  const reader = readerOf(schema, [blockOf(schema, rows)], { blockRowsMax: 10 })
  const scan = reader.scan(ALL, { columns: null, prune: { min: 10, max: 20 } })
  expect(drain(scan).map((row) => row.cells[0]!.timestamp)).toEqual(
    rows.slice(10, 20).map((r) => r.timestamp),
  )
  expect([scan.blocksRead, scan.blocksSkipped]).toEqual([1, 3])
})

test('a block with a delete marker reaches back without limit', () => {
  const marked = [
    ...rows.slice(0, 35),
    { key: ['s', 35] as const, cells: [{ column: 'q', type: 'Delete' as const, timestamp: 35 }] },
  ]
  const reader = readerOf(schema, [blockOf(schema, marked)], { blockRowsMax: 10 })
  expect(reader.blocks.minTimestamps[3]).toBe(Number.NEGATIVE_INFINITY)
  const scan = reader.scan(ALL, { columns: null, prune: { min: 10, max: 20 } })
  while (scan.next()) expect(scan.block.rowCount).toBeGreaterThan(0)
  expect([scan.blocksRead, scan.blocksSkipped]).toEqual([2, 2])
})
