import { expect, test } from 'vitest'
import type { MutationCell } from '../../src/model/mutation.js'
import { encodeMutations } from '../../src/model/mutation-encoder.js'
import { CellType, Kind } from '../../src/model/row-block.js'
import { EMPTY, utf8 } from '../../src/util/bytes.js'
import { plainRows } from '../support/blocks.js'
import { tableSchema } from '../support/encoded-runs.js'

const raw = tableSchema({ families: { f: {}, g: {} } })
const cell = (
  family: number,
  qualifier: string,
  value: string,
  more: Partial<MutationCell> = {},
): MutationCell => ({
  family,
  qualifier: utf8(qualifier),
  value: utf8(value),
  timestamp: 5,
  type: CellType.Put,
  ttlMs: Number.NaN,
  ...more,
})

test('plain puts make a flat block', () => {
  const [f, g] = encodeMutations(
    raw,
    [
      { row: utf8('b'), cells: [cell(0, 'q', 'x'), cell(0, 'p', 'y')] },
      { row: utf8('a'), cells: [cell(0, 'q', 'z')] },
    ],
    10,
  )
  expect([f!.flat, f!.sorted, f!.sequences, f!.maxSequence, f!.hasMarkers, g]).toEqual([
    true,
    false,
    null,
    11,
    false,
    null,
  ])
  expect(
    plainRows(f!).map((row) => [
      row.key,
      row.cells.map((one) => `${one.column}=${one.value}@${one.sequence}`),
    ]),
  ).toEqual([
    ['b', ['p=y@10', 'q=x@10']],
    ['a', ['q=z@11']],
  ])
})

test('markers, several timestamps and cell TTLs make a general block, cells in the order of HBase', () => {
  const [f] = encodeMutations(
    raw,
    [
      {
        row: utf8('r'),
        cells: [
          cell(0, 'q', 'old', { timestamp: 1 }),
          cell(0, 'q', 'new', { timestamp: 9, ttlMs: 7 }),
          cell(0, 'q', '', { timestamp: 9, type: CellType.DeleteColumn, value: EMPTY }),
          cell(0, '', '', { timestamp: 3, type: CellType.DeleteFamily, value: EMPTY }),
        ],
      },
    ],
    10,
  )
  expect([f!.flat, f!.hasMarkers, f!.minTimestamp, f!.maxTimestamp]).toEqual([false, true, 1, 9])
  expect(
    plainRows(f!)[0]!.cells.map(
      (one) => `${one.type} ${one.column} ${one.timestamp} ${one.value} ${one.ttlMs}`,
    ),
  ).toEqual(['DeleteFamily  3  null', 'DeleteColumn q 9  null', 'Put q 9 new 7', 'Put q 1 old null'])
})

test('a mutation without cells in a family is left out there and the others keep their sequence', () => {
  const [f, g] = encodeMutations(
    raw,
    [
      { row: utf8('a'), cells: [cell(0, 'q', 'x')] },
      { row: utf8('b'), cells: [cell(1, 'q', 'y')] },
      {
        row: utf8('c'),
        cells: [cell(0, 'q', '', { type: CellType.Delete, value: EMPTY }), cell(1, 'q', 'z')],
      },
    ],
    10,
  )
  const plain = (block: typeof f) =>
    plainRows(block!).map((row) => [row.key, ...row.cells.map((one) => one.sequence)])
  expect(plain(f)).toEqual([
    ['a', 10],
    ['c', 12],
  ])
  expect(plain(g)).toEqual([
    ['b', 11],
    ['c', 12],
  ])
})

test('typed columns get typed slots, and keys their suffix', () => {
  const typed = tableSchema({ rowKey: ['id:int'], families: { d: { columns: { v: 'int' } } } })
  const row = typed.rowKey({ id: 5 })
  const [d] = encodeMutations(
    typed,
    [{ row, cells: [cell(0, 'v', '', { value: Uint8Array.of(0, 0, 0, 7) })] }],
    1,
  )
  expect([d!.columns[0]!.kind, d!.columns[0]!.numbers[0], d!.suffixBytes, d!.suffixes[0]]).toEqual([
    Kind.F64,
    7,
    4,
    0x80000005,
  ])
})
