import { expect, test } from 'vitest'
import type { ColumnBatch, RowInput, Scalar, TableOptions } from '../../src/model/api.js'
import { ColumnBatchBuilder } from '../../src/model/column-batch.js'
import { rowDecoder } from '../../src/model/row-decoder.js'
import { encodeRows } from '../../src/model/row-encoder.js'
import type { TableSchema } from '../../src/model/table-schema.js'
import { encodedRuns, tableSchema, wholeRun } from '../support/encoded-runs.js'

const HOUR = 3_600_000
const OPTIONS = { now: 0, nulls: 'skip' as const, sequenceBase: 1 }

const plain = ({ columns }: ColumnBatch): Record<string, unknown[]> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { values, valid }]) => [
      name,
      Array.from(values as ArrayLike<Scalar>, (value, i) =>
        valid === null || valid[i] === 1 ? value : null,
      ),
    ]),
  )

function runsOf(schema: TableSchema, rows: RowInput[]): ReturnType<typeof encodedRuns> {
  return encodedRuns(encodeRows(schema, rows, OPTIONS).blocks)
}

const ALL_TYPES: TableOptions = {
  rowKey: ['s:string', 'h:hour'],
  families: {
    d: {
      columns: {
        f: 'double',
        i: 'int',
        o: 'boolean',
        dy: 'day',
        l: 'long',
        u: 'ulong',
        at: 'datetime',
        p: 'decimal(5,2)',
        t: 'string',
        y: 'bytes',
      },
    },
  },
}

test('columns come as typed arrays by their type, times in ms', () => {
  const schema = tableSchema(ALL_TYPES)
  const builder = new ColumnBatchBuilder(rowDecoder(schema, {}), 10)
  const full = {
    f: 0.5,
    i: -3,
    o: true,
    dy: 86_400_000,
    l: -5n,
    u: 2n ** 64n - 1n,
    at: '1970-01-01T00:00:00.000007Z',
    p: '1.5',
    t: 'x',
    y: Uint8Array.of(1),
  }
  const rows = [
    { s: 'a', h: HOUR, ...full },
    { s: 'b', h: -HOUR, f: 1 },
    { s: 'c', h: 0, ...full, u: 1 },
  ]
  for (const run of runsOf(schema, rows)) expect(builder.append(run, 0, 1)).toBe(1)
  const batch = builder.finish()
  expect(batch.rowCount).toBe(3)
  expect(
    Object.values(batch.columns).map(({ type, values }) => `${type} ${values.constructor.name}`),
  ).toEqual([
    'string Array',
    'hour Float64Array',
    'double Float64Array',
    'int Float64Array',
    'boolean Float64Array',
    'day Float64Array',
    'long BigInt64Array',
    'ulong BigUint64Array',
    'datetime BigInt64Array',
    'decimal(5,2) Array',
    'string Array',
    'bytes Array',
  ])
  expect(plain(batch)).toEqual({
    s: ['a', 'b', 'c'],
    h: [HOUR, -HOUR, 0],
    f: [0.5, 1, 0.5],
    i: [-3, null, -3],
    o: [1, null, 1],
    dy: [86_400_000, null, 86_400_000],
    l: [-5n, null, -5n],
    u: [2n ** 64n - 1n, null, 1n],
    at: [7n, null, 7n],
    p: ['1.50', null, '1.50'],
    t: ['x', null, 'x'],
    y: [Uint8Array.of(1), null, Uint8Array.of(1)],
  })
  expect([batch.columns['h']!.valid, batch.columns['f']!.valid]).toEqual([null, null])
})

test('a batch takes rows up to its size, over many runs, and begins anew after finish', () => {
  const schema = tableSchema({ rowKey: ['id:int'], families: { d: { columns: { v: 'double' } } } })
  const rows = Array.from({ length: 100 }, (_, id) => (id % 10 === 0 ? { id } : { id, v: id / 2 }))
  const run = wholeRun(encodeRows(schema, rows, OPTIONS).blocks[0]!)
  const builder = new ColumnBatchBuilder(rowDecoder(schema, {}), 30)
  const got: unknown[] = []
  for (let from = 0; from < 100; ) {
    const taken = builder.append(run, from, Math.min(100, from + 7))
    from += taken
    if (taken > 0 && builder.rowCount < 30 && from < 100) continue
    const batch = builder.finish()
    const { id, v } = plain(batch)
    got.push(...id!.map((one, i) => (v![i] === null ? { id: one } : { id: one, v: v![i] })))
  }
  expect(got).toEqual(rows)
  expect(builder.finish().rowCount).toBe(0)
})

test('a column without nulls has no bitmap, even after a batch that had one', () => {
  const schema = tableSchema({ rowKey: ['id:int'], families: { d: { columns: { v: 'double' } } } })
  const builder = new ColumnBatchBuilder(rowDecoder(schema, {}), 10)
  const block = (v?: number) =>
    wholeRun(encodeRows(schema, [v === undefined ? { id: 1 } : { id: 1, v }], OPTIONS).blocks[0]!)
  builder.append(block(1), 0, 1)
  builder.append(block(), 0, 1)
  builder.append(block(3), 0, 1)
  expect([...builder.finish().columns['v']!.valid!]).toEqual([1, 0, 1])
  builder.append(block(1), 0, 1)
  expect(builder.finish().columns['v']!.valid).toBeNull()
})
