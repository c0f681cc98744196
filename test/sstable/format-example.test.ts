import { expect, test } from 'vitest'
import { blockOf, drain, plainRows, schemaOf } from '../support/blocks.js'
import { MemVfs } from '../support/mem-vfs.js'
import { ALL, EVERYTHING, opened, PATH, written } from '../support/sstable-kit.js'

/** The worked example of docs/format-sstable.md. A file like this exists wherever version 1 was ever written: it must stay readable. */
const EXAMPLE = `
48425353544142310100000000000000 00001c40000000000000f03f00000000 00000040a813524b2f8c180126000000
0d030301000102 0c01051000ec6502081408 1f000000c3852cf9c4a3e78f0000 000474656d700103000001000000050003
0888e4b980 1024 4a464b0000 0080bab70300 0301 0000 010008970324
d7b5556807424144800079200d
01030303010028009501008d01000300 03000d0080d08fa5986300 80c4feab98630003100080 1001084a464b0000800739080a
0100000 0bd01000d 010474656d70030004 01010000880a 010100009703 010100009903
4842535354454e440100000000000000 00001c40000000000000724000000000 0040614000000000008055400000000000805540
4e1b7eff 00000000 66982509`.replace(/\s/g, '')

const schema = schemaOf(4, { temp: 'double' })
const HOUR = 473_352
const block = blockOf(
  schema,
  [0, 1, 2].map((i) => ({
    key: ['JFK\0\0', (HOUR + i) ^ 0x80000000] as const,
    timestamp: (HOUR + i) * 3_600_000,
    sequence: i + 1,
    values: { temp: 21.5 + i / 10 },
  })),
)

test('the example is written as documented', () => {
  expect(Buffer.from(written(schema, [block]).vfs.readAll(PATH)).toString('hex')).toBe(EXAMPLE)
})

test('the documented bytes are read', () => {
  const vfs = new MemVfs()
  vfs.writeAll(PATH, Buffer.from(EXAMPLE, 'hex'))
  const reader = opened(vfs)
  expect(drain(reader.scan(ALL, EVERYTHING))).toEqual(plainRows(block))
  expect(reader.check()).toEqual([])
})
