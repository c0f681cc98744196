import { expect, test } from 'vitest'
import { afterPredicate, type KeysetQuery, keyPositions, pageSql } from '../../src/ingest/mysql-keyset.js'
import { escapeText } from '../../src/ingest/mysql-session.js'
import type { MysqlColumn } from '../../src/ingest/mysql-types.js'

function column(name: string, base: string, nullable = false): MysqlColumn {
  return { name, base, sourceType: base, unsigned: false, precision: 0, scale: 0, nullable }
}

const a = column('a', 'int')
const b = column('b', 'varchar')
const c = column('c', 'datetime')
const query: KeysetQuery = {
  from: '`d`.`t`',
  columns: [b, a, c],
  where: null,
  keys: [a, b, c],
  nulls: 'first',
}

test('a composite key becomes a chain of OR, which the index can follow', () => {
  expect(afterPredicate(query.keys, [1, "O'Hare", '2013-01-01 00:00:00'], escapeText)).toBe(
    "`a` > 1 OR (`a` = 1 AND `b` > 'O\\'Hare') OR (`a` = 1 AND `b` = 'O\\'Hare' AND `c` > '2013-01-01 00:00:00')",
  )
})

test('NULL sorts first: what comes after it is everything that is not NULL', () => {
  expect(afterPredicate([column('a', 'int', true), b], [null, 'x'], escapeText)).toBe(
    "`a` IS NOT NULL OR (`a` IS NULL AND `b` > 'x')",
  )
})

test('integers and decimals go bare, because a quoted number is compared as a double', () => {
  const big = column('n', 'bigint')
  expect(afterPredicate([big], ['9007199254740993'], escapeText)).toBe('`n` > 9007199254740993')
  expect(afterPredicate([column('d', 'decimal')], ['-0.30'], escapeText)).toBe('`d` > -0.30')
  expect(() => afterPredicate([big], ['1 OR 1=1'], escapeText)).toThrow('is not a number')
})

test('bytes are written in hexadecimal and bits as a number', () => {
  expect(afterPredicate([column('k', 'varbinary')], [Buffer.from([0, 39, 255])], escapeText)).toBe(
    "`k` > x'0027ff'",
  )
  expect(afterPredicate([column('k', 'bit')], [Buffer.from([1, 0])], escapeText)).toBe('`k` > 256')
})

test('an ENUM key is ordered by its number, which is selected beside the columns', () => {
  const e = column('e', 'enum')
  const byEnum: KeysetQuery = { ...query, columns: [a, e], keys: [e, a] }
  expect(keyPositions(byEnum)).toEqual([2, 0])
  expect(pageSql(byEnum, [2, 7], 10, escapeText)).toBe(
    'SELECT `a`, `e`, (`e`+0) FROM `d`.`t` WHERE ((`e`+0) > 2 OR ((`e`+0) = 2 AND `a` > 7)) ORDER BY (`e`+0), `a` LIMIT 10',
  )
})

test('a key that is not among the columns is selected all the same', () => {
  const narrow: KeysetQuery = { ...query, columns: [b], keys: [a], where: 'b <> 1' }
  expect(keyPositions(narrow)).toEqual([1])
  expect(pageSql(narrow, null, 5, escapeText)).toBe(
    'SELECT `b`, `a` FROM `d`.`t` WHERE (b <> 1) ORDER BY `a` LIMIT 5',
  )
})
