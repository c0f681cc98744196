import { expect, test } from 'vitest'
import type { KeyParts, TableOptions } from '../../src/model/api.js'
import { selectColumns } from '../../src/model/column-selection.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { compareBytes, utf8 } from '../../src/util/bytes.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'

function schema(options: TableOptions): TableSchema {
  const familyIds = Object.keys(options.families).map((_, i) => 10 + i)
  return new TableSchema(defineTable('t', options, { tableId: 1, familyIds }))
}

function failure(run: () => unknown): HourbaseError {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

const weather = schema({
  rowKey: ['station:string', 'hour:hour'],
  families: {
    d: { columns: { temp: 'double', station: 'string', note: 'string' } },
    e: { columns: { note: 'string', 'x:y': 'int' } },
  },
})
const raw = schema({ families: { a: {}, b: {} } })

test('columns have their short name where it is unique and no part has it', () => {
  expect(weather.columnNames()).toEqual(['station', 'hour', 'temp', 'd:station', 'd:note', 'e:note', 'e:x:y'])
  expect(weather.columns.flat().map((column) => column.columnName)).toEqual([
    'temp',
    'station',
    'note',
    'note',
    'x:y',
  ])
})

test('names are resolved to parts and columns', () => {
  expect(weather.resolveColumn('hour')).toEqual({ kind: 'key', part: 1 })
  expect(weather.resolveColumn('station')).toEqual({ kind: 'key', part: 0 })
  expect(weather.resolveColumn('temp')).toEqual({ kind: 'column', family: 0, column: 0 })
  expect(weather.resolveColumn('d:temp')).toEqual({ kind: 'column', family: 0, column: 0 })
  expect(weather.resolveColumn('d:station')).toEqual({ kind: 'column', family: 0, column: 1 })
  expect(weather.resolveColumn('e:note')).toEqual({ kind: 'column', family: 1, column: 0 })
})

test('an unknown column is refused with a suggestion', () => {
  const typo = failure(() => weather.resolveColumn('tmep'))
  expect([typo.code, typo.message, typo.hint]).toEqual([
    'COLUMN_NOT_FOUND',
    "table 't' has no column 'tmep'",
    "did you mean 'temp'?",
  ])
  expect(failure(() => weather.resolveColumn('note')).hint).toBe('say which one: d:note, e:note')
  expect(failure(() => weather.resolveColumn('__proto__')).code).toBe('COLUMN_NOT_FOUND')
})

test('stores know the suffix and the types by qualifier', () => {
  expect(weather.stores.map((store) => store.suffixBytes)).toEqual([4, 4])
  expect([...weather.stores[0]!.types].map(([name, type]) => [name, type.text])).toEqual([
    ['temp', 'double'],
    ['station', 'string'],
    ['note', 'string'],
  ])
  expect(raw.stores.map((store) => [store.suffixBytes, store.types.size])).toEqual([
    [0, 0],
    [0, 0],
  ])
})

test('stamps follow the key where the event time is never null', () => {
  const times = (rowKey: string[], time?: string | null) => {
    const one = schema({ rowKey, families: { d: {} }, ...(time === undefined ? {} : { time }) })
    return [one.time?.part ?? null, one.stampsFollowKey]
  }
  expect(times(['a:string', 'h:hour'])).toEqual([1, true])
  expect(times(['a:string', 'h:hour?'])).toEqual([1, false])
  expect(times(['a:string', 'h:hour'], null)).toEqual([null, false])
  expect(raw.stampsFollowKey).toBe(false)
})

test('row keys are parts in a typed table and bytes or text in a raw one', () => {
  const key = weather.rowKey({ station: 'JFK', hour: 0 })
  expect(weather.rowKey(key)).toEqual(key)
  expect(failure(() => weather.rowKey(utf8('x'))).code).toBe('ROW_INVALID')
  expect(failure(() => weather.rowKey('JFK')).hint).toBe('give the parts: { station, hour }')
  expect(raw.rowKey('r1')).toEqual(utf8('r1'))
  expect(failure(() => raw.rowKey('')).code).toBe('ROW_INVALID')
  expect(failure(() => raw.rowKey('x'.repeat(32_768))).code).toBe('ROW_INVALID')
  expect(failure(() => raw.rowKey({ a: 1 } as KeyParts)).message).toContain('is raw')
  expect(failure(() => raw.key).code).toBe('INVALID_ARGUMENT')
})

test('a prefix range holds the rows with these leading parts alone', () => {
  const inside = (one: TableSchema, prefix: KeyParts, row: KeyParts): boolean => {
    const { start, stop } = one.prefixRange(prefix)
    const key = one.rowKey(row)
    return compareBytes(start, key) <= 0 && (stop.length === 0 || compareBytes(key, stop) < 0)
  }
  expect(inside(weather, { station: 'JF' }, { station: 'JFK', hour: 0 })).toBe(false)
  expect(inside(weather, { station: 'JFK' }, { station: 'JFK', hour: -3_600_000 })).toBe(true)
  expect(inside(weather, {}, { station: '', hour: 0 })).toBe(true)
  const single = schema({ rowKey: ['id:string'], families: { d: {} } })
  expect(inside(single, { id: 'JF' }, { id: 'JFK' })).toBe(false)
  expect(inside(single, { id: 'JF' }, { id: 'JF' })).toBe(true)
  expect(raw.prefixRange('ab')).toEqual({ start: utf8('ab'), stop: utf8('ac') })
})

test('split keys are sorted and must differ', () => {
  expect(weather.splitKeys([{ station: 'M' }, { station: 'G' }])).toEqual([utf8('G\0\0'), utf8('M\0\0')])
  expect(failure(() => raw.splitKeys(['a', 'a'])).code).toBe('INVALID_ARGUMENT')
  expect(failure(() => raw.splitKeys([''])).code).toBe('INVALID_ARGUMENT')
})

test('a selection reads the families and columns that are named', () => {
  const names = (one: TableSchema, columns?: string[]) => {
    const { families, columns: selected } = selectColumns(one, columns)
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
    return [
      families.map((f) => (f.read ? (f.qualifiers?.map(text) ?? '*') : '-')),
      selected.map((column) => column.name),
    ]
  }
  expect(names(weather)).toEqual([
    ['*', '*'],
    ['temp', 'd:station', 'd:note', 'e:note', 'e:x:y'],
  ])
  expect(names(weather, ['temp', 'd:note', 'temp'])).toEqual([
    [['note', 'temp'], '-'],
    ['temp', 'd:note'],
  ])
  expect(names(weather, ['e', 'temp', 'hour'])).toEqual([
    [['temp'], '*'],
    ['temp', 'e:note', 'e:x:y'],
  ])
  expect(names(raw, ['a:x', 'a:', 'b'])).toEqual([[['', 'x'], '*'], []])
  expect(failure(() => selectColumns(weather, ['tmep'])).code).toBe('COLUMN_NOT_FOUND')
  expect(failure(() => selectColumns(raw, ['c:x'])).code).toBe('FAMILY_NOT_FOUND')
})
