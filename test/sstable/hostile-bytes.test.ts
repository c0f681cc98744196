import { expect, test } from 'vitest'
import { decodeHead } from '../../src/sstable/block-head.js'
import { encodeFooter, FOOTER_BYTES, PartKind, seedOf } from '../../src/sstable/sstable-format.js'
import { checksum } from '../../src/util/checksum.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf, drain, schemaOf } from '../support/blocks.js'
import { SeededRandom } from '../support/seeded-random.js'
import { ALL, EVERYTHING, FILE_ID, opened, PATH, written } from '../support/sstable-kit.js'

const flatSchema = schemaOf(4, { temp: 'double', n: 'long' })
const flat = blockOf(
  flatSchema,
  Array.from({ length: 40 }, (_, i) => ({
    key: [`st${Math.floor(i / 7)}`, i] as const,
    timestamp: i * i,
    values: { temp: i / 10, ...(i % 3 === 0 ? {} : { n: i * i }), word: `word ${i % 4}`, text: `text ${i}` },
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

/** A file with one byte of its block changed and every checksum made right again: what only a forger would write. */
function forged(bytes: Uint8Array, offset: number, size: number, at: number, value: number): Uint8Array {
  const copy = bytes.slice()
  const block = copy.subarray(offset, offset + size)
  const { sectionOffsets } = decodeHead(block, FILE_ID, offset, size)
  const count = sectionOffsets.length - 1
  const headBytes = sectionOffsets[0]!
  block[at] = value
  const view = new DataView(copy.buffer, offset, size)
  for (let i = 0; i < count; i++) {
    const sum = checksum(
      seedOf(FILE_ID, offset, PartKind.SECTION + i),
      block,
      sectionOffsets[i]!,
      sectionOffsets[i + 1]!,
    )
    view.setUint32(headBytes - 4 * (count - i), sum, true)
  }
  view.setUint32(0, checksum(seedOf(FILE_ID, offset, PartKind.HEAD), block, 4, headBytes), true)
  return copy
}

function mustBeTyped(run: () => void): void {
  try {
    run()
  } catch (error) {
    expect(isHourbaseError(error, 'CORRUPTION')).toBe(true)
  }
}

for (const [name, schema, block] of [
  ['flat', flatSchema, flat],
  ['general', generalSchema, general],
] as const) {
  for (const compression of ['LZ4', 'NONE'] as const) {
    test(`a forged ${name} block (${compression}) is read or refused, never worse`, () => {
      const { vfs } = written(schema, [block], { compression })
      const bytes = vfs.readAll(PATH)
      const { offsets, bytes: sizes } = opened(vfs).blocks
      const random = new SeededRandom(8)
      for (let at = 8; at < sizes[0]!; at++) {
        for (const value of [
          0,
          0xff,
          random.below(256),
          bytes[offsets[0]! + at]! ^ 1,
          bytes[offsets[0]! + at]! ^ 0x40,
        ]) {
          vfs.writeAll(PATH, forged(bytes, offsets[0]!, sizes[0]!, at, value))
          const reader = opened(vfs)
          mustBeTyped(() => {
            const read = reader.readBlock(0)
            for (const column of read.columns) column.ready()
            expect(read.rowCount).toBe(block.rowCount)
          })
          reader.check()
        }
      }
    }, 60_000)
  }
}

test('a forged index is read or refused, never worse', () => {
  const { vfs } = written(flatSchema, [flat], { blockRowsMax: 10, compression: 'LZ4' })
  const bytes = vfs.readAll(PATH)
  const view = new DataView(bytes.buffer)
  const footerAt = bytes.length - FOOTER_BYTES
  const indexOffset = view.getFloat64(footerAt + 28, true)
  const indexBytes = view.getFloat64(footerAt + 36, true)
  const indexRawBytes = view.getFloat64(footerAt + 44, true)
  for (let at = indexOffset; at < footerAt; at++) {
    for (const value of [0, 1, 0x7f, 0xff, bytes[at]! ^ 2]) {
      const copy = bytes.slice()
      copy[at] = value
      const indexChecksum = checksum(
        seedOf(FILE_ID, indexOffset, PartKind.INDEX),
        copy,
        indexOffset,
        footerAt,
      )
      const footer = { fileBytes: bytes.length, indexOffset, indexBytes, indexRawBytes, indexChecksum }
      copy.set(encodeFooter(footer, FILE_ID), footerAt)
      vfs.writeAll(PATH, copy)
      mustBeTyped(() => {
        const reader = opened(vfs)
        reader.check()
        drain(reader.scan(ALL, EVERYTHING))
      })
    }
  }
}, 60_000)
