import { expect, test } from 'vitest'
import { SectionCodec, SectionWriter } from '../../src/sstable/section-writer.js'
import { SeededRandom } from '../support/seeded-random.js'

const random = new SeededRandom(1)

test('small neighbours share a section, a large chunk has its own', () => {
  const sections = new SectionWriter(true)
  for (const length of [10, 0, 20, 600, 5, 5]) sections.add(random.bytes(length))
  sections.close()
  sections.add(random.bytes(7))
  sections.close()
  expect(sections.sectionChunks).toEqual([3, 1, 2, 1])
  expect(sections.chunkBytes).toEqual([10, 0, 20, 600, 5, 5, 7])
  expect(sections.sections.map((section) => section.stored.length)).toEqual([30, 600, 10, 7])
})

test('a shared section does not grow without limit', () => {
  const sections = new SectionWriter(true)
  for (let i = 0; i < 100; i++) sections.add(random.bytes(400))
  sections.close()
  expect(Math.max(...sections.sections.map((section) => section.stored.length))).toBeLessThan(4600)
})

test('each section is stored in the form that pays', () => {
  const similar = Float64Array.from({ length: 500 }, () => 1000 + random.bits() / 4294967296)
  const bytes = new Uint8Array(similar.buffer)
  const codecs = (compress: boolean): number[] => {
    const sections = new SectionWriter(compress)
    sections.add(random.bytes(1000))
    sections.add(new Uint8Array(1000))
    sections.add(bytes, true)
    return sections.sections.map((section) => section.codec)
  }
  expect(codecs(true)).toEqual([SectionCodec.RAW, SectionCodec.LZ4, SectionCodec.SHUFFLED_LZ4])
  expect(codecs(false)).toEqual([SectionCodec.RAW, SectionCodec.RAW, SectionCodec.RAW])
})
