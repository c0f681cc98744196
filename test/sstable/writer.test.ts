import { expect, test } from 'vitest'
import { SstableWriter } from '../../src/sstable/sstable-writer.js'
import { writeSstable } from '../../src/sstable/write-sstable.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf, cursorOf, drain, plainRows, schemaOf } from '../support/blocks.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { MemVfs } from '../support/mem-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'
import { ALL, EVERYTHING, opened, PATH, writerOptions, written } from '../support/sstable-kit.js'

const schema = schemaOf(4, { temp: 'double' })
const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ key: ['s', first + i] as const, values: { temp: first + i } }))
const block = blockOf(schema, rowsFrom(0, 1000))

test('runs of any length become blocks of the asked size', () => {
  for (const runRows of [1, 7, 64, 1000]) {
    const vfs = new MemVfs()
    writeSstable(vfs, PATH, writerOptions(schema, { blockRowsMax: 64 }), cursorOf([block], runRows))
    const reader = opened(vfs)
    expect([...reader.blocks.rowCounts]).toEqual([...Array.from({ length: 15 }, () => 64), 40])
    expect(drain(reader.scan(ALL, EVERYTHING))).toEqual(plainRows(block))
  }
})

test('the same rows give the same bytes, however they come', () => {
  const whole = written(schema, [block], { blockRowsMax: 100 }).vfs.readAll(PATH)
  const vfs = new MemVfs()
  const writer = new SstableWriter(vfs, PATH, writerOptions(schema, { blockRowsMax: 100 }))
  writer.append(block, 0, 333)
  writer.append(block, 333, 1000)
  writer.finish()
  expect(Buffer.compare(vfs.readAll(PATH), whole)).toBe(0)
  const again = new MemVfs()
  writeSstable(again, PATH, writerOptions(schema, { blockRowsMax: 100 }), cursorOf([block], 9))
  expect(Buffer.compare(again.readAll(PATH), whole)).toBe(0)
})

test('a writer tells its bytes, so that outputs can be cut', () => {
  const vfs = new MemVfs()
  const random = new SeededRandom(3)
  const raw = schemaOf(0)
  const wide = blockOf(
    raw,
    Array.from({ length: 50 }, (_, i) => ({ key: `row${i + 10}`, values: { q: random.bytes(20_000) } })),
  )
  const writer = new SstableWriter(vfs, PATH, writerOptions(raw, { blockBytesMax: 65_536 }))
  writer.append(wide, 0, 10)
  const early = writer.bytes
  writer.append(wide, 10, 50)
  expect(early).toBeGreaterThan(150_000)
  expect(writer.bytes).toBeGreaterThan(900_000)
  expect(writer.rowCount).toBe(50)
  expect(writer.finish().rows).toBe(50)
})

test('rows that do not ascend are refused', () => {
  const vfs = new MemVfs()
  const writer = new SstableWriter(vfs, PATH, writerOptions(schema))
  writer.append(block, 500, 600)
  expect(() => writer.append(block, 599, 700)).toThrow('invariant broken')
  writer.abort()
  expect(vfs.exists(PATH)).toBe(false)
  const blocks = new SstableWriter(vfs, PATH, writerOptions(schema, { blockRowsMax: 10 }))
  blocks.append(block, 0, 10)
  expect(() => blocks.append(block, 9, 30)).toThrow('invariant broken')
  blocks.abort()
})

test('an existing file is never overwritten', () => {
  const { vfs } = written(schema, [block])
  const before = vfs.readAll(PATH)
  expect(() => new SstableWriter(vfs, PATH, writerOptions(schema))).toThrow('EEXIST')
  expect(vfs.readAll(PATH)).toEqual(before)
})

test('an error anywhere leaves no file behind', () => {
  const count = new FaultVfs(new MemVfs())
  writeSstable(count, PATH, writerOptions(schema, { blockRowsMax: 10 }), cursorOf([block]))
  expect(count.calls).toBeGreaterThan(5)
  for (let at = 1; at <= count.calls; at++) {
    for (const errno of ['EIO', 'ENOSPC']) {
      const inner = new MemVfs()
      const vfs = new FaultVfs(inner)
      vfs.fail({ at, errno, written: 0.5 })
      try {
        writeSstable(vfs, PATH, writerOptions(schema, { blockRowsMax: 10 }), cursorOf([block]))
        // Only the last call, closing the reader of the check, may fail unseen.
        expect(vfs.struck).toBe(0)
      } catch (error) {
        expect(isHourbaseError(error)).toBe(true)
      }
      expect([at, errno, inner.exists(PATH)]).toEqual([at, errno, vfs.struck === 0])
    }
  }
})

test('a source that fails leaves no file behind', () => {
  const vfs = new MemVfs()
  const source = cursorOf([block], 10)
  const next = source.next.bind(source)
  let calls = 0
  source.next = () => {
    if (++calls > 50) throw new Error('the source broke')
    return next()
  }
  expect(() => writeSstable(vfs, PATH, writerOptions(schema), source)).toThrow('the source broke')
  expect(vfs.list('.')).toEqual([])
})

test('a bit flipped on the way back is met by the check of the frame', () => {
  for (let at = 1; at <= 3; at++) {
    const inner = new MemVfs()
    const vfs = new FaultVfs(inner)
    vfs.fail({ kind: 'read', at, errno: 'FLIP', bit: 77 })
    expect(() => writeSstable(vfs, PATH, writerOptions(schema), cursorOf([block]))).toThrow('damaged at byte')
    expect(inner.exists(PATH)).toBe(false)
  }
})
