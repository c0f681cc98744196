import { expect, test } from 'vitest'
import { HEADER_BYTES, PartKind, seedOf } from '../../src/sstable/sstable-format.js'
import { checksum } from '../../src/util/checksum.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'
import { blockOf, drain, type PlainRow, plainRows, schemaOf } from '../support/blocks.js'
import { MemVfs } from '../support/mem-vfs.js'
import { ALL, EVERYTHING, FILE_ID, opened, PATH, written } from '../support/sstable-kit.js'

const flatSchema = schemaOf(4, { temp: 'double', n: 'long' })
const flat = blockOf(
  flatSchema,
  Array.from({ length: 40 }, (_, i) => ({
    key: [`st${Math.floor(i / 20)}`, i % 20] as const,
    timestamp: (i % 20) * 3_600_000,
    values: { temp: i / 10, ...(i % 3 === 0 ? {} : { n: i * i }), word: `word ${i % 4}` },
  })),
)
const generalSchema = schemaOf(0)
const general = blockOf(
  generalSchema,
  Array.from({ length: 12 }, (_, i) => ({
    key: `row${i + 10}`,
    cells: [
      { column: 'a', value: `value ${i}`, timestamp: i },
      { column: 'a', value: 'older', timestamp: i - 1, ttlMs: 1000 },
      ...(i % 3 === 0 ? [{ column: 'b', type: 'DeleteColumn' as const, timestamp: 5 }] : []),
    ],
  })),
)
const files = [
  { name: 'flat', schema: flatSchema, block: flat },
  { name: 'general', schema: generalSchema, block: general },
].flatMap((file) =>
  (['ROW', 'NONE'] as const).map((bloomFilter) => ({
    ...file,
    title: `${file.name} file, Bloom filter ${bloomFilter}`,
    bytes: written(file.schema, [file.block], { bloomFilter, blockRowsMax: 15 }).vfs.readAll(PATH),
    rows: plainRows(file.block),
  })),
)

/** Opens, reads and asks for everything. */
function readAll(bytes: Uint8Array): PlainRow[] {
  const vfs = new MemVfs()
  vfs.writeAll(PATH, bytes)
  const reader = opened(vfs)
  const rows = drain(reader.scan(ALL, EVERYTHING))
  for (const row of rows) {
    if (!reader.mayContain(Buffer.from(row.key, 'latin1'))) throw new Error('a row is denied')
  }
  reader.release()
  return rows
}

function problemOf(run: () => unknown): HourbaseError | null {
  try {
    run()
    return null
  } catch (error) {
    expect(isHourbaseError(error)).toBe(true)
    return error as HourbaseError
  }
}

for (const { title, bytes, rows } of files) {
  test(`${title}: every flipped bit is detected`, () => {
    expect(readAll(bytes)).toEqual(rows)
    for (let at = 0; at < bytes.length; at++) {
      const bit = 1 << (at & 7)
      for (const mask of [bit, 0xff]) {
        const copy = bytes.slice()
        copy[at]! ^= mask
        const error = problemOf(() => readAll(copy))
        expect([at, error?.code]).toEqual([at, 'CORRUPTION'])
        expect(error!.where).toMatchObject({ path: PATH, fileId: FILE_ID })
        expect(error!.where['offset']).toBeTypeOf('number')
      }
    }
  }, 60_000)

  test(`${title}: a file cut at any length is detected at open`, () => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, problemOf(() => readAll(bytes.slice(0, length)))?.code]).toEqual([length, 'CORRUPTION'])
    }
    expect(problemOf(() => readAll(Buffer.concat([bytes, new Uint8Array(1)])))?.code).toBe('CORRUPTION')
  }, 60_000)

  test(`${title}: zeros and foreign bytes over any part are detected`, () => {
    for (let at = 0; at < bytes.length - 16; at += 5) {
      const copy = bytes.slice()
      copy.fill(0, at, at + 16)
      if (Buffer.compare(copy, bytes) === 0) continue
      expect([at, problemOf(() => readAll(copy))?.code]).toEqual([at, 'CORRUPTION'])
    }
  }, 60_000)
}

test('a block found at another place fails, though its bytes are whole', () => {
  const rows = [0, 1].map((i) => ({ key: `row${i}`, values: { q: 'same' } }))
  const block = blockOf(generalSchema, rows)
  const { vfs } = written(generalSchema, [block], { blockRowsMax: 1, bloomFilter: 'NONE' })
  const { offsets, bytes: sizes } = opened(vfs).blocks
  expect(sizes[0]).toBe(sizes[1])
  const bytes = vfs.readAll(PATH)
  bytes.copyWithin(offsets[0]!, offsets[1]!, offsets[1]! + sizes[1]!)
  const error = problemOf(() => readAll(bytes))
  expect(error?.message).toContain('the block head fails its checksum')
  expect(error?.where).toMatchObject({ firstRow: 'row0', lastRow: 'row0', offset: offsets[0] })
})

test('a file under the name of another fails', () => {
  const other = written(flatSchema, [flat], { fileId: FILE_ID + 1, blockRowsMax: 15 }).vfs
  expect(problemOf(() => opened(other))?.message).toContain('this is file 8, expected 7')
})

test('a newer format says so', () => {
  const bytes = files[0]!.bytes.slice()
  const view = new DataView(bytes.buffer)
  view.setUint32(8, 2, true)
  view.setUint32(
    HEADER_BYTES - 4,
    checksum(seedOf(FILE_ID, 0, PartKind.HEADER), bytes, 0, HEADER_BYTES - 4),
    true,
  )
  expect(problemOf(() => readAll(bytes))?.code).toBe('FORMAT_UNKNOWN')
})

test('check names every damaged section with its offset, and goes on', () => {
  const { vfs } = written(flatSchema, [flat], { blockRowsMax: 15 })
  const bytes = vfs.readAll(PATH)
  const { offsets } = opened(vfs).blocks
  expect(opened(vfs).check()).toEqual([])
  bytes[offsets[0]! + 20]! ^= 4
  bytes[offsets[2]! - 1]! ^= 4
  vfs.writeAll(PATH, bytes)
  const problems = opened(vfs).check()
  expect(problems.length).toBe(2)
  expect(problems[0]!.offset).toBe(offsets[0])
  expect(problems[1]!.offset).toBeGreaterThan(offsets[1]!)
  expect(problems[1]!.problem).toContain('damaged at byte')
})
