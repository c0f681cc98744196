import { expect, test } from 'vitest'
import type { RowInput, TableOptions } from '../../src/model/api.js'
import { Kind } from '../../src/model/row-block.js'
import { type EncodeOptions, encodeRows } from '../../src/model/row-encoder.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'
import { plainRows } from '../support/blocks.js'
import { tableSchema } from '../support/encoded-runs.js'

const HOUR = 3_600_000
const OPTIONS: EncodeOptions = { now: 1_700_000_000_000, nulls: 'skip', sequenceBase: 100 }
const WEATHER: TableOptions = {
  rowKey: ['station:string', 'hour:hour'],
  families: { d: { columns: { temp: 'double', note: 'string' } }, e: { columns: { n: 'long' } } },
}
const weather = tableSchema(WEATHER)

function failure(run: () => unknown): HourbaseError {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

const cell = (column: string, value: string, timestamp: number, sequence: number) => ({
  column,
  timestamp,
  type: 'Put',
  sequence,
  ttlMs: null,
  value,
})
const marker = (column: string, sequence: number) => ({
  column,
  timestamp: Number.MAX_SAFE_INTEGER,
  type: 'DeleteColumn',
  sequence,
  ttlMs: null,
  value: '',
})
const ONE = '\x3f\xf0\0\0\0\0\0\0'

test('a batch is one unsorted flat block a family, stamped by event time, in the order given', () => {
  const { blocks, rowCount } = encodeRows(
    weather,
    [
      { row: { station: 'B', hour: HOUR }, values: { d: { temp: 1, note: 'x' }, e: { n: 1 } } },
      { row: { station: 'A', hour: -HOUR }, values: { d: { temp: 1 }, e: { n: 2n } } },
    ],
    OPTIONS,
  )
  expect(rowCount).toBe(2)
  const [d, e] = blocks
  expect([d!.flat, d!.sorted, d!.sequences, d!.sequenceBase, d!.maxSequence]).toEqual([
    true,
    false,
    null,
    100,
    101,
  ])
  expect([d!.minTimestamp, d!.maxTimestamp, d!.hasMarkers]).toEqual([-HOUR, HOUR, false])
  expect(plainRows(d!)).toEqual([
    { key: 'B\0\0\x80\0\0\x01', cells: [cell('note', 'x', HOUR, 100), cell('temp', ONE, HOUR, 100)] },
    { key: 'A\0\0\x7f\xff\xff\xff', cells: [cell('temp', ONE, -HOUR, 101)] },
  ])
  expect(plainRows(e!).map((row) => row.cells[0]!.value)).toEqual([
    '\0\0\0\0\0\0\0\x01',
    '\0\0\0\0\0\0\0\x02',
  ])
})

test('nested, flat, mixed and alias-named rows give the same block', () => {
  const nested: RowInput[] = [
    { row: { station: 'A', hour: 0 }, values: { d: { temp: 1 } } },
    { row: { station: 'A', hour: HOUR }, values: { d: { temp: 1, note: 'y' }, e: { n: 3n } } },
  ]
  const flat: RowInput[] = [
    { station: 'A', hour: 0, temp: 1 },
    { station: 'A', hour: HOUR, temp: 1, note: 'y', n: 3n },
  ]
  const aliases: RowInput[] = [flat[0]!, { station: 'A', hour: HOUR, 'd:temp': 1, 'd:note': 'y', 'e:n': 3n }]
  const expected = encodeRows(weather, nested, OPTIONS).blocks.map((block) => plainRows(block!))
  for (const rows of [flat, [nested[0]!, flat[1]!], [flat[0]!, nested[1]!], aliases]) {
    expect(encodeRows(weather, rows, OPTIONS).blocks.map((block) => plainRows(block!))).toEqual(expected)
  }
})

test('rows without a cell in a family are left out there and keep their sequence', () => {
  const rows = [
    { station: 'A', hour: 0, temp: 1 },
    { station: 'B', hour: 0, n: 7n },
    { station: 'C', hour: 0, temp: null, n: 8n },
  ]
  const [d, e] = encodeRows(weather, rows, OPTIONS).blocks
  expect(plainRows(d!).map((row) => [row.key[0], row.cells[0]!.sequence])).toEqual([['A', 100]])
  expect(plainRows(e!).map((row) => [row.key[0], row.cells[0]!.sequence])).toEqual([
    ['B', 101],
    ['C', 102],
  ])
  expect(e!.maxSequence).toBe(102)
  expect(encodeRows(weather, [rows[0]!], OPTIONS).blocks[1]).toBeNull()
})

test('a row of nulls only is kept by one empty cell in the first family', () => {
  const rows = [
    { station: 'A', hour: 0 },
    { station: 'B', hour: 0, temp: 1 },
    { station: 'C', hour: 0, temp: null, n: null },
  ]
  const { blocks } = encodeRows(weather, rows, OPTIONS)
  expect(plainRows(blocks[0]!).map((row) => row.cells.map((one) => [one.column, one.value]))).toEqual([
    [['', '']],
    [['temp', ONE]],
    [['', '']],
  ])
  expect(blocks[0]!.flat).toBe(true)
  expect(blocks[1]).toBeNull()
})

test("null deletes the column where nulls is 'delete', and the row stays", () => {
  const rows = [
    { station: 'A', hour: 0, temp: null, note: 'x' },
    { station: 'B', hour: 0, temp: null },
  ]
  const [d, e] = encodeRows(weather, rows, { ...OPTIONS, nulls: 'delete' }).blocks
  expect([d!.flat, d!.hasMarkers, e]).toEqual([false, true, null])
  expect(plainRows(d!).map((row) => row.cells)).toEqual([
    [cell('note', 'x', 0, 100), marker('temp', 100)],
    [cell('', '', 0, 101), marker('temp', 101)],
  ])
})

test('a family with deletes only has markers and no value', () => {
  const [d, e] = encodeRows(weather, [{ station: 'A', hour: 0, temp: 1, n: null }], {
    ...OPTIONS,
    nulls: 'delete',
  }).blocks
  expect(plainRows(d!)[0]!.cells).toEqual([cell('temp', ONE, 0, 100)])
  expect(plainRows(e!)[0]!.cells).toEqual([marker('n', 100)])
})

test('undefined leaves the column alone, whatever nulls says', () => {
  const [d] = encodeRows(weather, [{ station: 'A', hour: 0, temp: 1, note: undefined }], {
    ...OPTIONS,
    nulls: 'delete',
  }).blocks
  expect(plainRows(d!)[0]!.cells).toEqual([cell('temp', ONE, 0, 100)])
})

test('a cell TTL is put on every value', () => {
  const [d] = encodeRows(
    weather,
    [{ station: 'A', hour: 1_700_000_400_000 - (1_700_000_400_000 % HOUR), temp: 1 }],
    { ...OPTIONS, ttlMs: HOUR },
  ).blocks
  expect(plainRows(d!)[0]!.cells[0]!.ttlMs).toBe(HOUR)
})

test('rows without event time are stamped with now', () => {
  const rows = [
    { id: 1n, at: null, v: 1 },
    { id: 2n, at: '1970-01-01T00:00:00.0019Z', v: 2 },
    { id: 3n, at: -1n, v: 3 },
  ]
  const schema = tableSchema({
    rowKey: ['id:long', 'at:datetime?'],
    families: { d: { columns: { v: 'int' } } },
  })
  expect([...encodeRows(schema, rows, OPTIONS).blocks[0]!.timestamps]).toEqual([OPTIONS.now, 1, -1])
  const untimed = tableSchema({ rowKey: ['id:long'], families: { d: { columns: { v: 'int' } } } })
  expect([...encodeRows(untimed, [{ id: 1, v: 1 }], OPTIONS).blocks[0]!.timestamps]).toEqual([OPTIONS.now])
})

test('longs and decimals are numbers while all of them are exact', () => {
  const schema = tableSchema({
    rowKey: ['id:int'],
    families: { d: { columns: { n: 'long', u: 'ulong', p: 'decimal(20,2)' } } },
  })
  const kinds = (rows: RowInput[]): number[] =>
    encodeRows(schema, rows, OPTIONS).blocks[0]!.columns.map((column) => column.kind)
  expect(kinds([{ id: 1, n: 1, u: 1, p: '1' }])).toEqual([Kind.F64, Kind.F64, Kind.F64])
  const wide = [
    { id: 1, n: 1, p: '-1' },
    { id: 2, n: 2n ** 60n, u: 2n ** 64n - 1n, p: '123456789012345678.90' },
  ]
  expect(kinds(wide)).toEqual([Kind.I64, Kind.Bytes, Kind.I64])
  const cells = plainRows(encodeRows(schema, wide, OPTIONS).blocks[0]!).map((row) =>
    row.cells.map((one) => Buffer.from(one.value, 'latin1').toString('hex')),
  )
  expect(cells).toEqual([
    ['0000000000000001', '00000002' + '9c'],
    ['1000000000000000', '00000002' + '00ab54a98ceb1f0ad2', 'ffffffffffffffff'],
  ])
})

test('texts that repeat share an entry, others do not, and nulls are no entry', () => {
  const schema = tableSchema({ rowKey: ['id:int'], families: { d: { columns: { s: 'string' } } } })
  const encode = (texts: (string | null)[]) => {
    const block = encodeRows(
      schema,
      texts.map((s, id) => ({ id, s })),
      OPTIONS,
    ).blocks[0]!
    const column = block.columns.find((one) => one.qualifier.length > 0)!
    return {
      column,
      values: plainRows(block).map((row) => row.cells.find((one) => one.column === 's')?.value ?? null),
    }
  }
  const utf8 = (text: string): string => Buffer.from(text).toString('latin1')
  const few = ['a', 'é😀', 'a', null, 'a', 'é😀', '']
  expect(encode(few).values).toEqual(few.map((text) => text && utf8(text)))
  expect([encode(few).column.offsets.length, [...encode(few).column.codes]]).toEqual([
    4,
    [0, 1, 0, 0, 0, 1, 2],
  ])
  const many = Array.from({ length: 500 }, (_, i) => `text ${i}`)
  expect(encode(many).values).toEqual(many)
  expect(encode(many).column.codes).toHaveLength(0)
  const mixed = Array.from({ length: 500 }, (_, i) => (i % 7 === 0 ? null : `text ${i % 300}`))
  expect(encode(mixed).values).toEqual(mixed)
})

test('columns and parts may have the names of inherited properties', () => {
  const schema = tableSchema({
    rowKey: ['constructor:string'],
    families: JSON.parse(
      '{"__proto__":{"columns":{"toString":"int","__proto__":"int"}}}',
    ) as TableOptions['families'],
  })
  const rows = [
    JSON.parse('{"constructor":"a","toString":1,"__proto__":2}'),
    JSON.parse('{"constructor":"b","toString":3}'),
    { constructor: 'c' },
  ]
  const values = (input: RowInput[]) =>
    plainRows(encodeRows(schema, input, OPTIONS).blocks[0]!).map((row) =>
      row.cells.map((one) => `${one.column}=${one.value.charCodeAt(3)}`),
    )
  expect(values(rows as RowInput[])).toEqual([['__proto__=2', 'toString=1'], ['toString=3'], ['=NaN']])
  expect(
    values([JSON.parse('{"row":{"constructor":"a"},"values":{"__proto__":{"toString":5}}}') as RowInput]),
  ).toEqual([['toString=5']])
  expect(failure(() => encodeRows(schema, [{}], OPTIONS)).message).toBe(
    "row 0: row-key part 'constructor' is missing",
  )
})

test('raw rows are bytes or text, and null deletes the column on request', () => {
  const schema = tableSchema({ families: { f: {}, g: {} } })
  const rows = [
    { row: 'b', values: { f: { q: 'v', p: null } } },
    { row: 'a', values: { g: { q: Uint8Array.of(1) } } },
  ] as unknown as RowInput[]
  const [f, g] = encodeRows(schema, rows, OPTIONS).blocks
  expect(plainRows(f!)).toEqual([{ key: 'b', cells: [cell('q', 'v', OPTIONS.now, 100)] }])
  expect(plainRows(g!)).toEqual([{ key: 'a', cells: [cell('q', '\x01', OPTIONS.now, 101)] }])
  const deleting = encodeRows(schema, rows, { ...OPTIONS, nulls: 'delete' }).blocks[0]!
  expect(plainRows(deleting)[0]!.cells.map((one) => one.type)).toEqual(['DeleteColumn', 'Put'])
  expect(
    failure(() =>
      encodeRows(schema, [{ row: 'a', values: { f: { q: 5 } } }] as unknown as RowInput[], OPTIONS),
    ).message,
  ).toBe("row 0, column 'f:q': expected bytes (a Uint8Array), got number 5")
})

test('no rows make no blocks', () => {
  expect(encodeRows(weather, [], OPTIONS)).toEqual({ rowCount: 0, blocks: [null, null] })
})
