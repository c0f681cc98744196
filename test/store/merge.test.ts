import { expect, test } from 'vitest'
import { rowKeyOf } from '../../src/model/row-block.js'
import { MergeStep, RowMerge } from '../../src/store/merge.js'
import { blockOf, type KeyLiteral, keyBytes, latin1, schemaOf } from '../support/blocks.js'
import { BlockCursor } from '../support/memory-files.js'
import { SeededRandom } from '../support/seeded-random.js'

type Make = (random: SeededRandom) => KeyLiteral
const makers: Record<string, { suffixBytes: 0 | 4; make: Make }> = {
  'opaque keys': { suffixBytes: 0, make: (random) => `k${random.below(300)}` },
  'stations and hours': {
    suffixBytes: 4,
    make: (random) => [`st${random.below(9)}`, random.below(60)],
  },
  'prefixes of unequal length': {
    suffixBytes: 4,
    make: (random) => ['a\0b\0c'.slice(0, 1 + random.below(5)), random.below(4) * 0x1000000],
  },
}

/** Sources of sorted blocks with some rows in common, and for each key the sources that hold it. */
function makeSources(seed: number, kind: (typeof makers)[string]) {
  const random = new SeededRandom(seed)
  const count = 1 + random.below(9)
  const schema = schemaOf(kind.suffixBytes, {})
  const holders = new Map<string, number[]>()
  const sources = Array.from({ length: count }, (_, source) => {
    const literals = new Map<string, KeyLiteral>()
    for (let i = random.below(120); i > 0; i--) {
      const key = kind.make(random)
      literals.set(latin1(keyBytes(key)), key)
    }
    const keys = [...literals.keys()].sort()
    for (const key of keys) holders.set(key, [...(holders.get(key) ?? []), source])
    const blocks = []
    for (let at = 0; at < keys.length; ) {
      const size = 1 + random.below(40)
      const rows = keys.slice(at, at + size).map((key) => ({ key: literals.get(key)!, values: { v: key } }))
      blocks.push(blockOf(schema, rows))
      at += size
    }
    return blocks
  })
  return { sources, holders }
}

const cases = Object.keys(makers).flatMap((name) => [
  { name, reversed: false },
  { name, reversed: true },
])

test.each(cases)(
  'every row comes once, in order, from all sources that hold it: $name, reversed $reversed',
  (c) => {
    for (let seed = 1; seed <= 150; seed++) {
      const { sources, holders } = makeSources(seed, makers[c.name]!)
      const range = { start: new Uint8Array(0), stop: new Uint8Array(0), reversed: c.reversed }
      const merge = new RowMerge(
        sources.map((blocks) => new BlockCursor(blocks, range)),
        c.reversed,
      )
      const seen: [string, number[]][] = []
      for (let step = merge.next(); step !== MergeStep.End; step = merge.next()) {
        if (step === MergeStep.Row) {
          const keys = merge.rows
            .slice(0, merge.places)
            .map((row, i) => latin1(rowKeyOf(merge.blocks[i]!, row)))
          expect(new Set(keys).size).toBe(1)
          seen.push([keys[0]!, merge.sources.slice(0, merge.places).sort((a, b) => a - b)])
          continue
        }
        expect(merge.to).toBeGreaterThan(merge.from)
        const run: [string, number[]][] = []
        for (let row = merge.from; row < merge.to; row++) {
          run.push([latin1(rowKeyOf(merge.block, row)), [merge.source]])
        }
        seen.push(...(c.reversed ? run.reverse() : run))
      }
      const expected = [...holders].sort(([a], [b]) => (a < b ? -1 : 1))
      expect(seen).toEqual(c.reversed ? expected.reverse() : expected)
    }
  },
)

test('rows of sources that do not overlap pass as whole runs', () => {
  const schema = schemaOf(4, {})
  const block = (station: string, from: number) =>
    blockOf(
      schema,
      Array.from({ length: 100 }, (_, i) => ({ key: [station, from + i] as const, values: { v: 'x' } })),
    )
  const sources = [
    [block('a', 0), block('b', 0)],
    [block('a', 100), block('b', 100)],
  ]
  const merge = new RowMerge(
    sources.map((blocks) => new BlockCursor(blocks)),
    false,
  )
  const runs: [number, number, number][] = []
  while (merge.next() === MergeStep.Run) runs.push([merge.source, merge.from, merge.to])
  expect(runs).toEqual([
    [0, 0, 100],
    [1, 0, 100],
    [0, 0, 100],
    [1, 0, 100],
  ])
})
