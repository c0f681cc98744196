import { expect, test } from 'vitest'
import { Column, Kind, RowBlock } from '../../src/model/row-block.js'
import { parseValueType } from '../../src/model/value-type.js'
import { schemaOf } from '../support/blocks.js'
import { ALL, EVERYTHING, readerOf } from '../support/sstable-kit.js'

const STATIONS = 50
const HOURS = 1000
const ROWS = STATIONS * HOURS

/** The benchmark's rows (hourly weather of some stations), sorted by station and hour, with the sequences of a load in hour order. */
function weather(): RowBlock {
  let seed = 12345
  const rnd = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const columns = ['a', 'b', 'c', 'd'].map((name) => {
    const column = new Column(Buffer.from(name), parseValueType('double'), Kind.F64)
    column.numbers = new Float64Array(ROWS)
    return column
  })
  const [a, b, c, d] = columns.map((column) => column.numbers)
  const timestamps = new Float64Array(ROWS)
  const sequences = new Float64Array(ROWS)
  const suffixes = new Uint32Array(ROWS)
  const firstHour = Date.UTC(2024, 0, 1) / 3_600_000
  for (let h = 0; h < HOURS; h++) {
    for (let i = 0; i < STATIONS; i++) {
      const row = i * HOURS + h
      a![row] = Math.round((15 + 10 * Math.sin((h / 24) * 6.28) + (i % 7) + rnd() * 3) * 10) / 10
      b![row] = Math.round((1013 + rnd() * 20) * 10) / 10
      c![row] = Math.round(rnd() * 100)
      d![row] = Math.round(rnd() * 250) / 10
      timestamps[row] = (firstHour + h) * 3_600_000
      sequences[row] = 1 + h * STATIONS + i
      suffixes[row] = (firstHour + h) ^ 0x80000000
    }
  }
  const prefixes = Array.from({ length: STATIONS }, (_, i) => `st${String(i).padStart(6, '0')}\0\0`)
  return new RowBlock({
    rowCount: ROWS,
    suffixBytes: 4,
    groupStarts: Uint32Array.from({ length: STATIONS + 1 }, (_, i) => i * HOURS),
    prefixOffsets: Uint32Array.from({ length: STATIONS + 1 }, (_, i) => i * 10),
    prefixData: Buffer.from(prefixes.join('')),
    suffixes,
    columns,
    flat: true,
    timestamps,
    sequences,
    minTimestamp: timestamps[0]!,
    maxTimestamp: timestamps[HOURS - 1]!,
    maxSequence: ROWS,
    hasMarkers: false,
    sizeBytes: ROWS * 56,
  })
}

test('an hourly row of four measurements takes four bytes, time and sequence included', () => {
  const block = weather()
  const schema = schemaOf(4, { a: 'double', b: 'double', c: 'double', d: 'double' })
  const reader = readerOf(schema, [block], { bloomFilter: 'NONE' })
  expect(reader.meta.rows).toBe(ROWS)
  expect(reader.meta.bytes / ROWS).toBeLessThan(4.1)
  let row = 0
  const scan = reader.scan(ALL, EVERYTHING)
  while (scan.next()) {
    const { rowCount, columns } = scan.block
    for (const [c, column] of columns.entries()) {
      expect(column.ready().numbers).toEqual(block.columns[c]!.numbers.slice(row, row + rowCount))
    }
    expect(scan.block.timestamps).toEqual(block.timestamps.slice(row, row + rowCount))
    expect(scan.block.sequences).toEqual(block.sequences!.slice(row, row + rowCount))
    row += rowCount
  }
  expect(row).toBe(ROWS)
  scan.close()
  const filtered = readerOf(schema, [block], { bloomFilter: 'ROW' })
  expect(filtered.meta.bytes / ROWS).toBeLessThan(5.4)
}, 30_000)
