import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoreSchema } from '../../src/model/descriptor.js'
import { CellType, Kind, type RowBlock } from '../../src/model/row-block.js'
import { RowBlockBuilder } from '../../src/model/row-block-builder.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf, keyBytes, plainRows, type RowLiteral, schemaOf, valueBytes } from '../support/blocks.js'
import { anyRows, ascending, flatRows, keys, schemas } from '../support/row-arbitraries.js'

type Way = 'run' | 'row' | 'bytes'

function appendInto(
  builder: RowBlockBuilder,
  schema: StoreSchema,
  block: RowBlock,
  row: number,
  way: Way,
): void {
  if (way === 'run') {
    builder.appendRun(block, row, row + 1)
    return
  }
  if (way === 'row') {
    builder.beginRow(block, row)
    if (block.flat) {
      block.columns.forEach((column, c) => {
        if (column.valid === null || column.valid[row] === 1)
          builder.addCell(block, row * block.columns.length + c)
      })
    } else {
      // The order of the cells is the builder's to make.
      for (let cell = block.rowStarts[row + 1]! - 1; cell >= block.rowStarts[row]!; cell--)
        builder.addCell(block, cell)
    }
    builder.endRow()
    return
  }
  const plain = plainRows(block, row, row + 1)[0]!
  builder.beginRowKey(Buffer.from(plain.key, 'latin1'))
  for (const cell of plain.cells) {
    const value = Buffer.from(cell.value, 'latin1')
    const qualifier = Buffer.from(cell.column, 'latin1')
    builder.addCellBytes(
      qualifier,
      cell.timestamp,
      CellType[cell.type],
      cell.sequence,
      cell.ttlMs ?? Number.NaN,
      value,
    )
  }
  builder.endRow()
  expect(schema.suffixBytes).toBe(block.suffixBytes)
}

function expectBuilt(built: RowBlock, schema: StoreSchema, rows: RowLiteral[]): void {
  const model = blockOf(schema, rows)
  expect(plainRows(built)).toEqual(plainRows(model))
  expect(built.flat).toBe(model.flat)
  expect(built.columns.map((column) => Buffer.from(column.qualifier).toString('latin1'))).toEqual(
    model.columns.map((column) => Buffer.from(column.qualifier).toString('latin1')),
  )
  expect([built.minTimestamp, built.maxTimestamp, built.maxSequence, built.hasMarkers]).toEqual([
    model.minTimestamp,
    model.maxTimestamp,
    model.maxSequence,
    model.hasMarkers,
  ])
}

test('rows of any kind, from any mix of blocks and in any way, come out as they went in', () => {
  const ways = fc.array(fc.constantFrom<Way>('run', 'row', 'bytes'), { minLength: 1, maxLength: 5 })
  const sources = fc.array(fc.boolean(), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(
      schemas,
      fc.array(anyRows(keys), { maxLength: 12 }),
      ways,
      sources,
      (schema, drawn, how, generals) => {
        const rows = ascending(drawn)
        const builder = new RowBlockBuilder(schema)
        // Row i lies in source i mod n, so that the builder alternates between blocks.
        const parts = generals.map((_, part) => rows.filter((_, i) => i % generals.length === part))
        const sequenced = parts.map((part) => part.map((row) => ({ sequence: 1, ...row })))
        const blocks = sequenced.map((part, i) => blockOf(schema, part, { general: generals[i]! }))
        const expected = rows.map((row) => ({ sequence: 1, ...row }))
        // Twice: what is left of the first block must not show in the second.
        for (let round = 0; round < 2; round++) {
          rows.forEach((_, i) => {
            const part = i % generals.length
            appendInto(builder, schema, blocks[part]!, Math.floor(i / generals.length), how[i % how.length]!)
          })
          expectBuilt(builder.finish(), schema, expected)
        }
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})

test('long runs of flat and general blocks come out as they went in', () => {
  const cuts = fc.array(fc.nat(40), { maxLength: 4 })
  fc.assert(
    fc.property(
      schemas,
      fc.array(flatRows(keys), { minLength: 10, maxLength: 40 }),
      cuts,
      fc.boolean(),
      (schema, drawn, at, general) => {
        const rows = ascending(drawn).map((row, i) => ({ ...row, sequence: i + 1 }))
        const block = blockOf(schema, rows, { general })
        const builder = new RowBlockBuilder(schema)
        let from = 0
        for (const cut of [...at.sort((a, b) => a - b), rows.length]) {
          builder.appendRun(block, from, Math.min(cut, rows.length))
          from = Math.max(from, Math.min(cut, rows.length))
        }
        const built = builder.finish()
        expectBuilt(built, schema, rows)
        expect(built.flat).toBe(true)
        expect(built.sequences).toBeNull()
      },
    ),
    { numRuns: 100, seed: 2 },
  )
})

test('a column of longs turns into bigints at the first unsafe one and keeps the others', () => {
  const schema = schemaOf(0, { n: 'long' })
  const small = blockOf(schema, [{ key: 'a', values: { n: -5 } }])
  const large = blockOf(schema, [{ key: 'b', values: { n: 2n ** 60n } }])
  const builder = new RowBlockBuilder(schema)
  builder.appendRun(small, 0, 1)
  builder.appendRun(large, 0, 1)
  builder.appendRun(blockOf(schema, [{ key: 'c', values: { n: 7 } }]), 0, 1)
  const column = builder.finish().columns[0]!
  expect(column.kind).toBe(Kind.I64)
  expect([...column.longs]).toEqual([-5n, 2n ** 60n, 7n])
})

test('a slot without a cell may hold anything, NaN too, when its column widens', () => {
  const schema = schemaOf(0, { n: 'long', x: 'bytes' })
  const block = blockOf(schema, [
    { key: 'a', values: { n: 1 } },
    { key: 'b', values: { x: 'x' } },
  ])
  block.columns[0]!.numbers[1] = Number.NaN
  const large = blockOf(schema, [{ key: 'c', values: { n: 2n ** 60n } }])
  const builder = new RowBlockBuilder(schema)
  builder.appendRun(block, 0, 2)
  builder.appendRun(large, 0, 1)
  const built = builder.finish()
  expect(plainRows(built).map((row) => row.cells.length)).toEqual([1, 1, 1])
  builder.appendRun(large, 0, 1)
  expect(plainRows(builder.finish())).toEqual(plainRows(large))
})

test('dictionaries of several sources become one, and give way to plain values when they grow too large', () => {
  const schema = schemaOf(0, { w: 'string' })
  const name = (i: number): string => `k${String(i).padStart(6, '0')}`
  const coded = (first: number, count: number, distinct: number): RowBlock => {
    const rows = Array.from({ length: count }, (_, i) => ({
      key: name(first + i),
      values: { w: `v${(first + i) % distinct}` },
    }))
    const block = blockOf(schema, rows)
    const column = block.columns[0]!
    const words = [...new Set(rows.map((row) => row.values.w))]
    column.codes = Uint32Array.from(rows, (row) => words.indexOf(row.values.w))
    const model = blockOf(
      schema,
      words.map((w, i) => ({ key: name(i), values: { w } })),
    ).columns[0]!
    column.offsets = model.offsets
    column.data = model.data
    return block
  }
  const builder = new RowBlockBuilder(schema)
  const parts = [coded(0, 1000, 7), coded(1000, 1000, 5)]
  for (const part of parts) builder.appendRun(part, 0, part.rowCount)
  const small = builder.finish()
  expect(small.columns[0]!.offsets.length - 1).toBe(7)
  expect(plainRows(small)).toEqual(
    parts.flatMap((part) => plainRows(part)).map((row, i) => withSequence(row, (i % 1000) + 1)),
  )

  const large = coded(0, 6000, 6000)
  builder.appendRun(large, 0, 3)
  builder.appendRun(large, 3, 6000)
  const plain = builder.finish()
  expect(plain.columns[0]!.codes.length).toBe(0)
  expect(plainRows(plain)).toEqual(plainRows(large))
})

function withSequence<T extends { cells: { sequence: number }[] }>(row: T, sequence: number): T {
  return { ...row, cells: row.cells.map((cell) => ({ ...cell, sequence })) }
}

test('rows that share few columns become general instead of mostly holes', () => {
  const schema = schemaOf(0)
  const builder = new RowBlockBuilder(schema)
  const count = 1000
  for (let i = 0; i < count; i++) {
    builder.beginRowKey(keyBytes(`k${String(i).padStart(4, '0')}`))
    builder.addCellBytes(keyBytes(`q${i}`), 1, CellType.Put, i + 1, Number.NaN, keyBytes('v'))
    builder.endRow()
  }
  expect(builder.sizeBytes).toBeLessThan(200 * count)
  const block = builder.finish()
  expect(block.flat).toBe(false)
  expect(plainRows(block, 700, 701)[0]!.cells[0]!.column).toBe('q700')
})

test('rows begun without cells are dropped', () => {
  const builder = new RowBlockBuilder(schemaOf(0))
  builder.beginRowKey(keyBytes('a'))
  builder.endRow()
  expect(builder.rowCount).toBe(0)
  expect(builder.finish().rowCount).toBe(0)
})

test('a row that does not lie above the last one is refused as a bug', () => {
  const schema = schemaOf(4, { temp: 'double' })
  const block = blockOf(schema, [
    { key: ['a', 1], values: { temp: 1 } },
    { key: ['a', 2], values: { temp: 2 } },
  ])
  const builder = new RowBlockBuilder(schema)
  builder.appendRun(block, 1, 2)
  expect(() => builder.appendRun(block, 0, 1)).toThrow(/ascend/)
  try {
    builder.appendRun(block, 1, 2)
  } catch (error) {
    expect(isHourbaseError(error, 'INTERNAL')).toBe(true)
  }
})

test('sizeBytes follows what the finished arrays take', () => {
  const schema = schemaOf(4, { temp: 'double', word: 'string' })
  const rows = Array.from({ length: 500 }, (_, i) => ({
    key: ['JFK', i] as const,
    values: { temp: i / 7, word: 'ten bytes!' },
  }))
  const block = blockOf(schema, rows)
  const builder = new RowBlockBuilder(schema)
  builder.appendRun(block, 0, 500)
  // temp 8, word 10 + 4, suffix 4, timestamp 8, sequence 8
  expect(builder.sizeBytes).toBeGreaterThan(500 * 40)
  expect(builder.sizeBytes).toBeLessThan(500 * 46)
  expect(builder.finish().columns[0]!.numbers).toEqual(block.columns[0]!.numbers)
  expect(valueBytes(schema.types.get('temp')!, 1)).toHaveLength(8)
})
