import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowBlock } from '../../src/model/row-block.js'
import { RowBlockBuilder } from '../../src/model/row-block-builder.js'
import { decodeRowBlock, encodedByteLength, encodeRowBlock } from '../../src/model/row-block-codec.js'
import { HourbaseError } from '../../src/util/errors.js'
import { blockOf, plainRows, schemaOf } from '../support/blocks.js'
import { anyRows, flatRows, keys, schemas } from '../support/row-arbitraries.js'

const blocks = schemas.chain((schema) =>
  fc
    .tuple(
      fc.oneof(fc.array(anyRows(keys), { maxLength: 8 }), fc.array(flatRows(keys), { maxLength: 8 })),
      fc.boolean(),
    )
    .map(([rows, general]) => blockOf(schema, rows, { general })),
)

function expectSame(decoded: RowBlock, block: RowBlock): void {
  expect(plainRows(decoded)).toEqual(plainRows(block))
  for (const field of ['rowCount', 'sorted', 'suffixBytes', 'flat', 'hasMarkers', 'maxSequence'] as const) {
    expect(decoded[field]).toBe(block[field])
  }
  expect([decoded.minTimestamp, decoded.maxTimestamp]).toEqual([block.minTimestamp, block.maxTimestamp])
  expect(decoded.columns.map((column) => [column.kind, column.type])).toEqual(
    block.columns.map((column) => [column.kind, column.type]),
  )
}

test('a block of any shape comes back as it was', () => {
  fc.assert(
    fc.property(blocks, (block) => {
      const bytes = encodeRowBlock(block)
      expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(bytes.length % 8).toBe(0)
      expectSame(decodeRowBlock(bytes), block)
    }),
    { numRuns: 300, seed: 3 },
  )
})

test('a block that counts its sequences up stores only the first', () => {
  const schema = schemaOf(4, { temp: 'double' })
  const rows = Array.from({ length: 9 }, (_, i) => ({
    key: ['a', i] as const,
    values: { temp: i },
    sequence: i + 40,
  }))
  const builder = new RowBlockBuilder(schema)
  builder.appendRun(blockOf(schema, rows), 0, 9)
  const block = builder.finish()
  expect(block.sequences).toBeNull()
  expectSame(decodeRowBlock(encodeRowBlock(block)), block)
})

test('decoding makes views on aligned bytes and one copy of others', () => {
  const block = blockOf(schemaOf(4, { temp: 'double' }), [{ key: ['a', 1], values: { temp: 20.5 } }])
  const bytes = encodeRowBlock(block)
  expect(decodeRowBlock(bytes).columns[0]!.numbers.buffer).toBe(bytes.buffer)
  expect(decodeRowBlock(bytes).encoded).toBe(bytes)
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  const decoded = decodeRowBlock(shifted.subarray(3))
  expectSame(decoded, block)
  expect(decoded.encoded.length).toBe(bytes.length)
  const far = new Uint8Array(bytes.length + 16)
  far.set(bytes, 16)
  expectSame(decodeRowBlock(far.subarray(16)), block)
  expect(encodedByteLength(far, 16)).toBe(bytes.length)
})

test('bytes cut short are refused as corruption', () => {
  fc.assert(
    fc.property(blocks, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (block, part) => {
      const bytes = encodeRowBlock(block)
      const cut = Uint8Array.from(bytes).subarray(0, Math.floor(bytes.length * part))
      expect(() => decodeRowBlock(cut)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
    }),
    { numRuns: 200, seed: 4 },
  )
})

test('flipped bits give a typed error or a block that can be walked', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 3 })
  let refused = 0
  fc.assert(
    fc.property(blocks, flips, fc.boolean(), (block, places, inHead) => {
      const bytes = encodeRowBlock(block)
      for (const [at, bit] of places)
        bytes[at % (inHead ? Math.min(bytes.length, 300) : bytes.length)]! ^= 1 << bit
      let decoded: RowBlock
      try {
        decoded = decodeRowBlock(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(HourbaseError)
        refused++
        return
      }
      expect(plainRows(decoded)).toHaveLength(decoded.rowCount)
    }),
    { numRuns: 1500, seed: 5 },
  )
  expect(refused).toBeGreaterThan(300)
})

test('a version from the future is named as such', () => {
  const bytes = encodeRowBlock(blockOf(schemaOf(0), [{ key: 'a', values: { q: 'v' } }]))
  bytes[4] = 99
  expect(() => decodeRowBlock(bytes)).toThrow(expect.objectContaining({ code: 'FORMAT_UNKNOWN' }))
})
