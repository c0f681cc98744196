import { expect, test } from 'vitest'
import type { TableOptions } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import type { TableDescriptor } from '../../src/model/descriptor.js'
import { isHourbaseError } from '../../src/util/errors.js'

function define(options: unknown, families = 1): TableDescriptor {
  return defineTable('t', options as TableOptions, {
    tableId: 1,
    familyIds: Array.from({ length: families }, (_, i) => 10 + i),
  })
}

test('a raw table gets the defaults of HBase', () => {
  expect(define({ families: { f: {} } })).toEqual({
    id: 1,
    name: 't',
    rowKey: null,
    time: null,
    durability: 'FSYNC_WAL',
    regionBytesMax: 10 * 1024 ** 3,
    readOnly: false,
    families: [
      {
        id: 10,
        name: 'f',
        versions: 1,
        minVersions: 0,
        ttlMs: Infinity,
        keepDeletedCells: 'FALSE',
        newVersionBehavior: false,
        bloomFilter: 'ROW',
        compression: 'LZ4',
        blockBytesMax: 65_536,
        compaction: 'EXPLORING',
        columns: [],
      },
    ],
  })
})

test('a typed table goes by the order of writes and by its only time part', () => {
  const table = define({
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { temp: 'double', p: 'decimal(10, 2)' } } },
  })
  expect(table.time).toBe('hour')
  expect(table.families[0]!.newVersionBehavior).toBe(true)
  expect(table.families[0]!.columns.map(({ name, type }) => `${name} ${type.text}`)).toEqual([
    'temp double',
    'p decimal(10,2)',
  ])
  expect(table.rowKey!.map(({ name, type, nullable }) => `${name} ${type.text} ${nullable}`)).toEqual([
    'station string false',
    'hour hour false',
  ])
})

test('the event time is named, or the only one, or none', () => {
  const families = { d: {} }
  expect(define({ rowKey: ['a:hour?'], families }).time).toBe('a')
  expect(define({ rowKey: ['a:hour', 'b:day'], families }).time).toBeNull()
  expect(define({ rowKey: ['a:hour', 'b:day'], time: 'b', families }).time).toBe('b')
  expect(define({ rowKey: ['a:hour'], time: null, families }).time).toBeNull()
  expect(define({ rowKey: ['a:string'], families }).time).toBeNull()
})

test('families are kept in the order of their bytes, with the ids given', () => {
  const table = define({ families: { b: {}, a: {}, ä: {}, Z: {} } }, 4)
  expect(table.families.map(({ name, id }) => [name, id])).toEqual([
    ['Z', 10],
    ['a', 11],
    ['b', 12],
    ['ä', 13],
  ])
})

test('every wrong option is refused by name', () => {
  const typed = { rowKey: ['a:int'], families: { d: {} } }
  const cases: [unknown, RegExp][] = [
    [{}, /t\.families: it is missing/],
    [{ families: {} }, /t\.families: it is empty/],
    [{ families: { f: null } }, /family 'f' of table 't': its options are no object/],
    [{ families: { f: {} }, splitz: [] }, /no option 'splitz'/],
    [{ families: { f: { version: 3 } } }, /family 'f'.*no option 'version'/],
    [{ families: { f: { versions: 0 } } }, /t\.families\.f\.versions: 0/],
    [{ families: { f: { versions: 1.5 } } }, /versions: 1\.5/],
    [{ families: { f: { minVersions: 2 } } }, /minVersions: 2 is above versions = 1/],
    [{ families: { f: { ttlMs: 0 } } }, /ttlMs: 0/],
    [{ families: { f: { blockBytesMax: 17_000_000 } } }, /blockBytesMax: 17000000/],
    [{ families: { f: { compression: 'GZ' } } }, /compression: 'GZ' is not known/],
    [{ families: { f: { compaction: 'FIFO' } } }, /FIFO drops whole files by age/],
    [{ families: { f: { keepDeletedCells: true } } }, /keepDeletedCells: 'true' is not known/],
    [{ families: { f: { newVersionBehavior: 1 } } }, /newVersionBehavior: 1 is neither true nor false/],
    [{ families: { f: { columns: { a: 'int' } } } }, /typed columns need typed row keys/],
    [{ families: { 'a:b': {} } }, /family name 'a:b'/],
    [{ ...typed, rowKey: [] }, /t\.rowKey: it names no part/],
    [{ ...typed, rowKey: ['a'] }, /t\.rowKey: 'a' has no type/],
    [{ ...typed, rowKey: ['a:float'] }, /unknown type 'float'/],
    [{ ...typed, rowKey: ['a:int', 'a:long'] }, /part 'a' is named twice/],
    [{ ...typed, rowKey: [':int'] }, /row-key part name ''/],
    [{ ...typed, time: 'a' }, /'a' is no datetime, hour or day part/],
    [{ ...typed, durability: 'USE_DEFAULT' }, /durability: 'USE_DEFAULT'/],
    [{ ...typed, families: { d: { newVersionBehavior: false } } }, /goes by the order of writes/],
    [{ ...typed, families: { d: { columns: { '': 'int' } } } }, /column name 'd:'/],
    [{ ...typed, families: { d: { columns: { x: 5 } } } }, /its type is number/],
    [{ ...typed, regionBytesMax: 5 }, /regionBytesMax: 5/],
  ]
  for (const [options, message] of cases) {
    try {
      define(options)
      expect.unreachable(`${JSON.stringify(options)} was accepted`)
    } catch (error) {
      if (!isHourbaseError(error, 'INVALID_ARGUMENT')) throw error
      expect(error.message).toMatch(message)
    }
  }
})
