import { expect, test } from 'vitest'
import type { GoldenFamily } from '../support/golden-scenario.js'
import type { FamilyRead, WrittenCell } from '../support/golden-storage.js'
import { familyDescriptor, GoldenStore } from '../support/golden-store.js'

const NOW = 1000
const READ: FamilyRead = {
  family: 'f',
  start: '',
  stop: '',
  reversed: false,
  columns: null,
  timeRange: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  versions: Number.POSITIVE_INFINITY,
  raw: false,
  now: NOW,
}

function cell(timestamp: number, type: WrittenCell['type'] = 'Put', ttlMs: number = Number.NaN): WrittenCell {
  return {
    row: 'r',
    family: 'f',
    qualifier: 'q',
    timestamp,
    type,
    value: type === 'Put' ? `v${timestamp}` : '',
    ttlMs,
  }
}

function open(family: GoldenFamily): GoldenStore {
  const descriptor = familyDescriptor(1, 'f', { NEW_VERSION_BEHAVIOR: true, ...family })
  return new GoldenStore({ f: descriptor }, { bulkLoadsFlush: false })
}

function stamps(store: GoldenStore, read: Partial<FamilyRead> = {}): number[] {
  return store.read({ ...READ, ...read }).flatMap(([, cells]) => cells.map(({ timestamp }) => timestamp))
}

test('a bulk-loaded marker among unflushed writes frees a place that the flush must not give away', () => {
  const store = open({ VERSIONS: 2 })
  store.write([cell(7)])
  store.write([cell(5)])
  store.bulkload([cell(7, 'Delete')], NOW)
  store.write([cell(6)])
  expect(stamps(store)).toEqual([6, 5])
  store.flush(NOW)
  expect(stamps(store)).toEqual([6, 5])
  store.compact({ op: 'compact', major: true }, NOW)
  expect(stamps(store)).toEqual([6, 5])
  store.close()
})

test('a version that was pushed out does not come back when the one that pushed it is deleted', () => {
  const store = open({ VERSIONS: 1 })
  store.write([cell(1)])
  store.flush(NOW)
  store.write([cell(2)])
  store.write([cell(2, 'Delete')])
  expect(stamps(store)).toEqual([])
  store.flush(NOW)
  expect(stamps(store)).toEqual([])
  store.compact({ op: 'compact', files: [1, 2] }, NOW)
  expect(stamps(store)).toEqual([])
  store.close()
})

test('a marker of the same mutation hides its put, a later put of the same timestamp shows', () => {
  const store = open({})
  store.write([cell(5), cell(9, 'DeleteColumn')])
  expect(stamps(store)).toEqual([])
  store.write([cell(5)])
  expect(stamps(store)).toEqual([5])
  store.close()
})

test('a typed delete at the end of time hides all that was written before, whatever its time', () => {
  const store = open({})
  store.write([cell(999_999)])
  store.write([cell(Number.MAX_SAFE_INTEGER, 'DeleteColumn')])
  expect(stamps(store)).toEqual([])
  store.write([cell(3)])
  expect(stamps(store)).toEqual([3])
  store.flush(NOW)
  store.compact({ op: 'compact', major: true }, NOW)
  expect(stamps(store)).toEqual([3])
  store.close()
})

test('versions are counted before the time range is applied', () => {
  const store = open({ VERSIONS: 1 })
  store.write([cell(1)])
  store.flush(NOW)
  store.write([cell(8)])
  store.flush(NOW)
  expect(stamps(store, { timeRange: { min: 0, max: 5 } })).toEqual([])
  store.close()
})

test('a version in the range that two newer ones pushed out stays away, in however many files they lie', () => {
  const store = open({ VERSIONS: 2 })
  for (const timestamp of [1, 8, 9]) {
    store.write([cell(timestamp)])
    store.flush(NOW)
  }
  expect(stamps(store, { timeRange: { min: 0, max: 5 }, versions: 1 })).toEqual([])
  expect(stamps(store, { timeRange: { min: 0, max: 9 }, versions: 1 })).toEqual([8])
  store.close()
})

test('a put of an earlier time, written later, outlives a compaction that does not see the marker between', () => {
  const store = open({ VERSIONS: 1 })
  store.write([cell(7)])
  store.flush(NOW)
  store.write([cell(7, 'Delete')])
  store.flush(NOW)
  store.write([cell(5)])
  store.flush(NOW)
  const { files } = store.sources('f')
  store.compactFiles('f', [files[0]!, files[2]!], true, NOW)
  expect(stamps(store)).toEqual([5])
  store.close()
})

test('an older version shows again when the cell TTL of the newer one has run out, also after a compaction', () => {
  const store = open({ VERSIONS: 1 })
  store.write([cell(900)])
  store.write([cell(950, 'Put', 60)])
  store.flush(NOW)
  store.compact({ op: 'compact', major: true }, NOW)
  expect(stamps(store)).toEqual([950])
  expect(stamps(store, { now: 1011 })).toEqual([900])
  store.close()
})

test('negative timestamps are times like any other', () => {
  const store = open({})
  store.write([cell(-86_400_000)])
  store.flush(NOW)
  expect(stamps(store)).toEqual([-86_400_000])
  expect(stamps(store, { timeRange: { min: -90_000_000, max: 0 } })).toEqual([-86_400_000])
  store.close()
})
