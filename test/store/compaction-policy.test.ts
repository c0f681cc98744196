import { expect, test } from 'vitest'
import { expiredFiles, majorCuts, selectCompaction } from '../../src/store/compaction-policy.js'
import { windowStart } from '../../src/store/date-tiered-policy.js'
import { COMPACTION_DEFAULTS, type FileFacts } from '../../src/store/exploring-policy.js'
import { familyDescriptor } from '../support/golden-store.js'

const MIB = 1 << 20
const NOW = Date.UTC(2024, 5, 30, 12)
const exploring = familyDescriptor(1, 'd', {})
const tiered = { ...exploring, compaction: 'DATE_TIERED' } as const

function sized(...mib: number[]): FileFacts[] {
  return mib.map((size, i) => ({ fileId: i + 1, bytes: size * MIB, minTimestamp: 0, maxTimestamp: NOW }))
}

const dated = (fileId: number, bytes: number, ...at: [Date | string, Date | string]): FileFacts => ({
  fileId,
  bytes,
  minTimestamp: new Date(at[0]).getTime(),
  maxTimestamp: new Date(at[1]).getTime(),
})

test('fewer than three files are left alone', () => {
  expect(selectCompaction(exploring, sized(5, 5), NOW)).toBeNull()
})

test('three small files become one, whatever their ratio', () => {
  expect(selectCompaction(exploring, sized(1, 1, 9), NOW)).toEqual([1, 2, 3])
})

test('a large old file stays out of a selection of small ones', () => {
  expect(selectCompaction(exploring, sized(1000, 12, 11, 10), NOW)).toEqual([2, 3, 4])
})

test('of selections with as many files the one with fewer bytes is taken', () => {
  expect(selectCompaction(exploring, sized(90, 80, 70, 1000, 30, 29, 28), NOW)).toEqual([5, 6, 7])
})

test('no more than ten files at once', () => {
  expect(selectCompaction(exploring, sized(...new Array<number>(14).fill(1)), NOW)?.length).toBe(10)
})

test('when nothing is in ratio and files pile up, the cheapest selection is taken all the same', () => {
  const files = sized(...Array.from({ length: 16 }, (_, i) => 20 * 3 ** (15 - i)))
  expect(selectCompaction(exploring, files.slice(1), NOW)).toBeNull()
  expect(selectCompaction(exploring, files, NOW)).toEqual([14, 15, 16])
})

test('windows are days, then weeks from Monday, then months', () => {
  const at = (text: string): string => new Date(windowStart(Date.parse(text), NOW)).toISOString().slice(0, 10)
  expect(at('2024-06-30T11:00Z')).toBe('2024-06-30')
  expect(at('2024-06-25T23:59Z')).toBe('2024-06-25')
  expect(at('2024-06-20T08:00Z')).toBe('2024-06-17')
  expect(at('2024-03-20T08:00Z')).toBe('2024-03-01')
  expect(at('1969-12-31T08:00Z')).toBe('1969-12-01')
})

test('date-tiered: files of one window become one, files of others are left alone', () => {
  const files = [
    dated(1, 44 * MIB, '2024-03-02', '2024-03-10'),
    dated(2, 40 * MIB, '2024-03-11', '2024-03-30'),
    dated(3, 40 * MIB, '2024-04-02', '2024-04-20'),
    dated(4, 1 * MIB, '2024-06-30', '2024-06-30T10:00Z'),
    dated(5, 1 * MIB, '2024-06-30', '2024-06-30T11:00Z'),
  ]
  expect(selectCompaction(tiered, files, NOW)).toEqual([1, 2])
})

test('date-tiered: late data do not rewrite a large old window again and again', () => {
  const files = [
    dated(1, 900 * MIB, '2024-03-01', '2024-03-31'),
    dated(2, 20 * MIB, '2024-03-05', '2024-03-06'),
    dated(3, 1 * MIB, '2024-06-30', '2024-06-30T10:00Z'),
  ]
  expect(selectCompaction(tiered, files, NOW)).toBeNull()
})

test('a compaction of all files of a date-tiered family is cut at its windows', () => {
  const files = [dated(1, MIB, '2024-04-10', '2024-06-30T11:00Z')]
  const cuts = majorCuts(tiered, files, NOW).map((cut) => new Date(cut).toISOString().slice(5, 10))
  expect(cuts.slice(0, 2)).toEqual(['05-27', '06-03'])
  expect(cuts.slice(-2)).toEqual(['06-29', '06-30'])
  expect(majorCuts(exploring, files, NOW)).toEqual([])
})

test('files that are expired as a whole are found, unless MIN_VERSIONS keeps their cells', () => {
  const files = [dated(1, 1, '2024-01-01', '2024-02-01'), dated(2, 1, '2024-01-01', '2024-06-29')]
  const family = familyDescriptor(1, 'd', { TTL: 86_400 * 30 })
  expect(expiredFiles(family, files, NOW)).toEqual([1])
  expect(expiredFiles({ ...family, minVersions: 1 }, files, NOW)).toEqual([])
  expect(expiredFiles({ ...family, ttlMs: Number.POSITIVE_INFINITY }, files, NOW)).toEqual([])
})

test('FIFO never rewrites', () => {
  expect(selectCompaction({ ...exploring, compaction: 'FIFO' }, sized(1, 1, 1, 1), NOW)).toBeNull()
  expect(COMPACTION_DEFAULTS.filesMin).toBe(3)
})
