import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readKeyList, writeKeyList } from '../../src/sstable/key-list-codec.js'
import { concatBytes } from '../../src/util/bytes.js'
import { VarintReader, VarintWriter } from '../../src/util/varint.js'

function listOf(keys: readonly Uint8Array[]): { offsets: Uint32Array; data: Uint8Array } {
  const offsets = [0]
  for (const key of keys) offsets.push(offsets.at(-1)! + key.length)
  return { offsets: Uint32Array.from(offsets), data: concatBytes(keys) }
}

test('any keys come back, with their rests inside or apart', () => {
  const key = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom('station-1', 'station-12', '').map((t) => Buffer.from(t)),
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), fc.boolean(), (keys, isApart) => {
      const writer = new VarintWriter()
      const rests = writeKeyList(writer, listOf(keys), keys.length)
      if (!isApart) writer.raw(rests)
      const back = readKeyList(new VarintReader(writer.finish()), keys.length, isApart ? rests : null)
      const { offsets, data } = back
      expect(keys.map((_, i) => Buffer.from(data.slice(offsets[i], offsets[i + 1])).toString('hex'))).toEqual(
        keys.map((k) => Buffer.from(k).toString('hex')),
      )
    }),
  )
})

test('what neighbours share is stored once', () => {
  const keys = Array.from({ length: 1000 }, (_, i) =>
    Buffer.from(`readings/station/${String(i).padStart(6, '0')}`),
  )
  const writer = new VarintWriter()
  const rests = writeKeyList(writer, listOf(keys), keys.length)
  expect(rests.length).toBeLessThan(1200)
})
