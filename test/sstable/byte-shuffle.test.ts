import { expect, test } from 'vitest'
import { shuffle, unshuffle } from '../../src/sstable/byte-shuffle.js'
import { SeededRandom } from '../support/seeded-random.js'

test('bytes are sorted by their place and put back', () => {
  expect([...shuffle(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18]))]).toEqual([
    1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16, 7, 17, 8, 18,
  ])
  const bytes = new SeededRandom(1).bytes(800)
  expect(unshuffle(shuffle(bytes))).toEqual(bytes)
})
