import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import type { ScanRange } from '../../src/model/scan-range.js'
import { blockOf, drain, type PlainRow, plainRows, type RowLiteral, schemaOf } from '../support/blocks.js'
import { flatRows, keys, schemas } from '../support/row-arbitraries.js'

const EMPTY = new Uint8Array(0)
const ALL: ScanRange = { start: EMPTY, stop: EMPTY, reversed: false }

test('a view does not change, however much is added before and while it is read', () => {
  const lists = fc.array(fc.array(flatRows(keys), { minLength: 1, maxLength: 8 }), {
    minLength: 2,
    maxLength: 8,
  })
  fc.assert(
    fc.property(schemas, lists, fc.boolean(), (schema, drawn, reversed) => {
      const store = new MemStore(schema)
      const views = drawn.map((rows) => {
        store.add(blockOf(schema, rows), null)
        const view = store.view()
        return { view, expected: drain(view.scan(ALL)), rowCount: view.rowCount, max: view.maxTimestamp }
      })
      for (const { view, expected, rowCount, max } of views) {
        const range = { ...ALL, reversed }
        expect(drain(view.scan(range), reversed)).toEqual(reversed ? [...expected].reverse() : expected)
        expect([view.rowCount, view.maxTimestamp]).toEqual([rowCount, max])
      }
    }),
    { numRuns: 100, seed: 8 },
  )
})

test.each([false, true])('adds between two blocks of a scan stay unseen (reversed: %s)', (reversed) => {
  const schema = schemaOf(4, { temp: 'double' })
  const rows = (first: number, step: number, count: number): RowLiteral[] =>
    Array.from({ length: count }, (_, i) => ({
      key: [`s${i % 3}`, first + step * Math.floor(i / 3)] as const,
      values: { temp: i },
      sequence: i + 1,
    }))
  const store = new MemStore(schema)
  const block = blockOf(schema, rows(1000, -2, 3000 - (3000 % 3)).slice(0, 1500))
  store.add(block, null)
  const view = store.view()
  const cursor = view.scan({ ...ALL, reversed })
  const seen: PlainRow[] = []
  for (let round = 0; cursor.next(); round++) {
    const run = plainRows(cursor.block, cursor.from, cursor.to)
    seen.push(...(reversed ? run.reverse() : run))
    // New groups, new rows between the old ones, and old rows again: out of order, so that lists move and are sorted anew.
    store.add(blockOf(schema, rows(1001 + 1000 * round, -2, 700)), null)
    store.add(blockOf(schema, [{ key: [`n${round}`, 1], values: { temp: 1 } }]), null)
    drain(store.view().scan(ALL))
  }
  expect(seen).toEqual(drain(view.scan({ ...ALL, reversed }), reversed))
  expect(seen).toHaveLength(1500)
})
