import { expect, test } from 'vitest'
import { checkFamilyName, checkTableName, nearestHint, nearestName } from '../../src/model/names.js'
import { isHourbaseError } from '../../src/util/errors.js'

const code = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return isHourbaseError(error) ? error.code : String(error)
  }
  return 'fine'
}

test('table names of letters, digits, underscore, dot and dash are allowed, with a namespace or without', () => {
  for (const name of ['t', 'readings', 'A.b-c_9', '_x', 'ns:t', 'ns_1:a.b', 'x'.repeat(128)]) {
    expect(checkTableName(name)).toBe(name)
  }
})

test('namespace default is implied', () => {
  expect(checkTableName('default:t')).toBe('t')
})

test('names that could become paths, options or controls are refused', () => {
  const names = [
    '',
    '.',
    '..',
    '.t',
    '-t',
    'a/b',
    'a\\b',
    'a b',
    'a\0',
    'a\n',
    'é',
    ':',
    'ns:',
    ':t',
    'a:b:c',
    'n-s:t',
    'n.s:t',
    'x'.repeat(129),
    '%2e',
    '../t',
    'ns:.t',
  ]
  for (const name of names)
    expect([name, code(() => checkTableName(name))]).toEqual([name, 'INVALID_ARGUMENT'])
})

test('namespace hbase is for system tables', () => {
  expect(code(() => checkTableName('hbase:meta'))).toBe('INVALID_ARGUMENT')
  expect(checkTableName('hbase:meta', true)).toBe('hbase:meta')
})

test('family names are printable and without colon, slash and backslash', () => {
  for (const name of ['d', 'Familie Ä', 'a.b', '__proto__', 'x'.repeat(127)]) checkFamilyName(name)
  const names = [
    '',
    'a:b',
    'a/b',
    'a\\b',
    '.a',
    'recovered.edits',
    'a\tb',
    'a\u007f',
    '\u200b',
    'x'.repeat(128),
    'ä'.repeat(64),
  ]
  for (const name of names)
    expect([name, code(() => checkFamilyName(name))]).toEqual([name, 'INVALID_ARGUMENT'])
})

test('the nearest known name is suggested', () => {
  expect(nearestName('tmep', ['temp', 'rain'])).toBe('temp')
  expect(nearestName('Temp', ['temp', 'rain'])).toBe('temp')
  expect(nearestName('zzz', ['temp', 'rain'])).toBeUndefined()
  expect(nearestHint('zzz', ['temp', 'rain'])).toBe('known: temp, rain')
  expect(nearestHint('temq', ['temp', 'rain'])).toBe("did you mean 'temp'?")
})
