import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64Of, bytesFromBase64, bytesFromText } from '../../src/text/bytes-text.js'
import { displayBytes } from '../../src/util/bytes.js'

test('what is shown reads back as the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(bytesFromText(displayBytes(bytes))).toEqual(bytes)
      expect(bytesFromBase64({ base64: base64Of(bytes) })).toEqual(bytes)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('other text is its UTF-8', () => {
  expect(bytesFromText('aÄ\\\\b')).toEqual(new Uint8Array([97, 0xc3, 0x84, 0x5c, 98]))
})

test('a stray backslash and what is no base64 object are refused', () => {
  for (const text of ['\\', 'a\\n', '\\x0', '\\xZZ']) expect(() => bytesFromText(text)).toThrow(/backslash/)
  for (const value of [null, 'AA==', {}, { base64: 1 }, { base64: '*' }, { base64: 'AA==', more: 1 }]) {
    expect(bytesFromBase64(value)).toBeNull()
  }
})
