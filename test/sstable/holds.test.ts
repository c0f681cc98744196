import { expect, test } from 'vitest'
import { blockOf, drain, schemaOf } from '../support/blocks.js'
import { ALL, EVERYTHING, opened, PATH, written } from '../support/sstable-kit.js'

const schema = schemaOf(0)
const block = blockOf(schema, [{ key: 'a', values: { q: 'x' } }])

test('a replaced file goes when the last scan closes', () => {
  const { vfs } = written(schema, [block])
  const reader = opened(vfs)
  const scan = reader.scan(ALL, EVERYTHING)
  reader.deleteOnClose = true
  reader.release()
  expect(vfs.exists(PATH)).toBe(true)
  expect(drain(scan).length).toBe(1)
  expect(vfs.exists(PATH)).toBe(false)
})

test('a reader stays open while anyone holds it', () => {
  const { vfs } = written(schema, [block])
  const reader = opened(vfs)
  reader.retain()
  reader.release()
  expect(drain(reader.scan(ALL, EVERYTHING)).length).toBe(1)
  reader.release()
  expect(vfs.exists(PATH)).toBe(true)
  expect(() => reader.retain()).toThrow('retained while open')
  expect(() => reader.release()).toThrow('released once per hold')
})

test('a file that cannot be removed is nobody’s error', () => {
  const { vfs } = written(schema, [block])
  const reader = opened(vfs)
  reader.deleteOnClose = true
  vfs.unlink(PATH)
  reader.release()
  expect(vfs.exists(PATH)).toBe(false)
})
