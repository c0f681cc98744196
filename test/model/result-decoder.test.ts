import { expect, test } from 'vitest'
import type { AlignedRun } from '../../src/model/aligned-run.js'
import type { Result } from '../../src/model/api.js'
import { decodeResults } from '../../src/model/result-decoder.js'
import { utf8 } from '../../src/util/bytes.js'
import { blockOf, latin1 } from '../support/blocks.js'
import { tableSchema } from '../support/encoded-runs.js'

const raw = tableSchema({ families: { f: {}, g: {} } })

const plain = (results: Result[]): string[][] =>
  results.map(({ row, cells }) => [
    latin1(row),
    ...cells.map(
      (cell) =>
        `${cell.family}:${latin1(cell.qualifier)}/${cell.timestamp}/${cell.type}=${latin1(cell.value)}`,
    ),
  ])

test('rows come with the cells of all families, in the order of HBase', () => {
  const f = blockOf(raw.stores[0]!, [
    { key: 'a', values: { p: '1' } },
    { key: 'b', values: { p: '2', q: '3' }, timestamp: 7 },
    { key: 'c', values: { q: '4' } },
  ])
  const g = blockOf(raw.stores[1]!, [
    {
      key: 'b',
      cells: [
        { column: '', type: 'DeleteFamily', timestamp: 9 },
        { column: 'x', value: 'v', timestamp: 3 },
      ],
    },
    {
      key: 'c',
      cells: [
        { column: 'x', value: 'new', timestamp: 4 },
        { column: 'x', value: 'old', timestamp: 2 },
      ],
    },
  ])
  const run: AlignedRun = { count: 2, keyBlock: f, keyFrom: 1, blocks: [f, g], froms: [1, 0] }
  const out: Result[] = []
  decodeResults(raw, run, 0, 2, out)
  expect(plain(out)).toEqual([
    ['b', 'f:p/7/Put=2', 'f:q/7/Put=3', 'g:/9/DeleteFamily=', 'g:x/3/Put=v'],
    ['c', 'f:q/0/Put=4', 'g:x/4/Put=new', 'g:x/2/Put=old'],
  ])
  expect(out[0]!.cells.every((cell) => cell.row === out[0]!.row)).toBe(true)
})

test('a part of a run is enough, and a row without cells is no result', () => {
  const f = blockOf(raw.stores[0]!, [
    { key: 'a', values: { p: '1' } },
    { key: 'b', values: { p: '2' } },
  ])
  const run: AlignedRun = { count: 2, keyBlock: f, keyFrom: 0, blocks: [f, null], froms: [0, 0] }
  const out: Result[] = []
  decodeResults(raw, run, 1, 2, out)
  expect(plain(out)).toEqual([['b', 'f:p/0/Put=2']])
  decodeResults(raw, { ...run, blocks: [null, null] }, 0, 2, out)
  expect(out).toHaveLength(1)
})

test('what is handed out may be written to: it is no view on the block', () => {
  const f = blockOf(raw.stores[0]!, [{ key: 'a', values: { p: 'value' } }])
  const run: AlignedRun = { count: 1, keyBlock: f, keyFrom: 0, blocks: [f, null], froms: [0, 0] }
  const out: Result[] = []
  decodeResults(raw, run, 0, 1, out)
  out[0]!.row.fill(0)
  out[0]!.cells[0]!.qualifier.fill(0)
  out[0]!.cells[0]!.value.fill(0)
  decodeResults(raw, run, 0, 1, out)
  expect(plain(out)[1]).toEqual(['a', 'f:p/0/Put=value'])
})

test('typed tables show the value bytes of HBase', () => {
  const typed = tableSchema({ rowKey: ['id:int'], families: { d: { columns: { v: 'int', s: 'string' } } } })
  const d = blockOf(typed.stores[0]!, [{ key: ['', 0x80000005], values: { v: 7, s: utf8('x') } }])
  const out: Result[] = []
  decodeResults(typed, { count: 1, keyBlock: d, keyFrom: 0, blocks: [d], froms: [0] }, 0, 1, out)
  expect(plain(out)).toEqual([['\x80\0\0\x05', 'd:s/0/Put=x', 'd:v/0/Put=\0\0\0\x07']])
})
