import { expect, test } from 'vitest'
import { checkState } from '../../src/manifest/check-state.js'
import type { ManifestEdit } from '../../src/manifest/manifest-edit.js'
import { applyEdit, applyEdits, type ManifestState, maxSequence } from '../../src/manifest/manifest-state.js'
import { CREATE, EMPTY_STATE, family, file, flush, region, table } from '../support/manifest-kit.js'

function filesOf(state: ManifestState, regionId: number, familyId = 2): readonly number[] {
  return state.regionFiles.get(regionId)?.get(familyId) ?? []
}

test('creating, flushing, compacting and dropping keep files, regions and ids together', () => {
  let state = applyEdits(EMPTY_STATE, [CREATE, flush(10), flush(11), flush(12), flush(13, 5)])
  expect(filesOf(state, 4)).toEqual([10, 11, 12])
  expect(state.flushedSequence.get(4)).toBe(120)
  expect(state.nextId).toBe(14)
  expect(maxSequence(state)).toBe(130)
  state = applyEdit(state, {
    kind: 'compact',
    regionId: 4,
    removed: [10, 11],
    added: [file(20, 1, 2, 'a', 'l')],
  })
  expect(filesOf(state, 4)).toEqual([20, 12])
  expect([...state.files.keys()].sort()).toEqual([12, 13, 20])
  expect(checkState(state)).toEqual([])
  state = applyEdit(state, { kind: 'dropTable', tableId: 1 })
  expect([state.tables.size, state.regions.size, state.files.size, state.regionFiles.size]).toEqual([
    0, 0, 0, 0,
  ])
  expect(state.nextId).toBe(21)
})

test('a split hands each file to the daughters it overlaps; it is gone when the last of them lets it go', () => {
  const files = [
    file(10, 1, 2, 'a', 'b'),
    file(11, 1, 2, 'c', 'l'),
    file(12, 1, 2, 'b', 'd'),
    file(13, 1, 2, 'a', 'c'),
  ]
  let state = applyEdits(EMPTY_STATE, [
    CREATE,
    { kind: 'flush', regionId: 4, files, flushedSequence: 77 },
    { kind: 'split', parent: 4, daughters: [region(20, 1, '', 'c'), region(21, 1, 'c', 'm')] },
  ])
  expect(filesOf(state, 20)).toEqual([10, 12, 13])
  expect(filesOf(state, 21)).toEqual([11, 12, 13])
  expect([state.flushedSequence.get(20), state.flushedSequence.get(21)]).toEqual([77, 77])
  expect(checkState(state)).toEqual([])
  state = applyEdit(state, {
    kind: 'compact',
    regionId: 20,
    removed: [10, 12, 13],
    added: [file(30, 1, 2, 'a', 'b')],
  })
  expect([state.files.has(10), state.files.has(12), state.files.has(13)]).toEqual([false, true, true])
  state = applyEdit(state, { kind: 'compact', regionId: 21, removed: [12, 13], added: [] })
  expect([...state.files.keys()].sort()).toEqual([11, 30])
  expect(checkState(state)).toEqual([])
})

test('a merge joins the files of both parents, a shared one once', () => {
  const state = applyEdits(EMPTY_STATE, [
    CREATE,
    { kind: 'flush', regionId: 4, files: [file(10, 1, 2, 'a', 'e')], flushedSequence: 7 },
    { kind: 'split', parent: 4, daughters: [region(20, 1, '', 'c'), region(21, 1, 'c', 'm')] },
    { kind: 'flush', regionId: 21, files: [file(22, 1, 2, 'd', 'e')], flushedSequence: 9 },
    { kind: 'merge', parents: [20, 21], child: region(30, 1, '', 'm'), flushedSequence: 12 },
  ])
  expect(filesOf(state, 30)).toEqual([10, 22])
  expect(state.flushedSequence.get(30)).toBe(12)
  expect(checkState(state)).toEqual([])
})

test('altering a table away from a family drops its files', () => {
  const other = { ...file(11, 1, 3, 'a', 'b') }
  const state = applyEdits(EMPTY_STATE, [
    CREATE,
    flush(10),
    { kind: 'flush', regionId: 4, files: [other], flushedSequence: 200 },
    { kind: 'alterTable', table: table(1, [family(2), family(9)]) },
  ])
  expect([...state.files.keys()]).toEqual([10])
  expect(checkState(state)).toEqual([])
})

test('bulk loads keep their id and checkpoint; quarantine marks and removeFile removes', () => {
  let state = applyEdits(EMPTY_STATE, [
    CREATE,
    {
      kind: 'bulkLoad',
      regions: [
        { regionId: 4, files: [file(10, 1, 2, 'a', 'b')] },
        { regionId: 5, files: [file(11, 1, 2, 'x', 'y')] },
      ],
      loadId: 'job-1',
      checkpoint: { name: 'job', value: new Uint8Array([1, 2]) },
    },
    { kind: 'quarantine', fileId: 10, reason: 'bad block' },
    { kind: 'wal', floor: 3, last: 5 },
  ])
  expect(state.loadIds.has('job-1')).toBe(true)
  expect(state.checkpoints.get('job')).toEqual(new Uint8Array([1, 2]))
  expect(state.files.get(10)).toMatchObject({ quarantined: 'bad block', bytes: 1010 })
  expect([state.walFloor, state.walLast]).toEqual([3, 5])
  state = applyEdits(state, [
    { kind: 'removeFile', fileId: 10 },
    { kind: 'removeCheckpoint', name: 'job' },
  ])
  expect([filesOf(state, 4), filesOf(state, 5), state.checkpoints.size]).toEqual([[], [11], 0])
})

test('a state is immutable: edits leave the one they were applied to as it was', () => {
  const before = applyEdits(EMPTY_STATE, [CREATE, flush(10)])
  const copy = structuredClone(before)
  applyEdits(before, [
    flush(11),
    { kind: 'compact', regionId: 4, removed: [10, 11], added: [] },
    { kind: 'dropTable', tableId: 1 },
  ])
  expect(before).toEqual(copy)
})

const MISFITS: readonly [string, ManifestEdit][] = [
  ['a table id twice', CREATE],
  [
    'a table name twice',
    { kind: 'createTable', table: table(50, [family(51)], 't1'), regions: [region(52, 50, '', '')] },
  ],
  [
    'regions with a hole',
    { kind: 'createTable', table: table(50, [family(51)]), regions: [region(52, 50, '', 'c')] },
  ],
  [
    'regions that overlap',
    {
      kind: 'createTable',
      table: table(50, [family(51)]),
      regions: [region(52, 50, '', ''), region(53, 50, 'c', '')],
    },
  ],
  ['an unknown table', { kind: 'dropTable', tableId: 99 }],
  ['an unknown region', flush(30, 99)],
  ['a file id twice', flush(10, 5)],
  [
    'a file of another table',
    { kind: 'flush', regionId: 4, files: [file(30, 2, 2, 'a', 'b')], flushedSequence: 500 },
  ],
  [
    'a file of an unknown family',
    { kind: 'flush', regionId: 4, files: [file(30, 1, 77, 'a', 'b')], flushedSequence: 500 },
  ],
  ['a flushed sequence that goes back', flush(30, 4, 1)],
  ['a compaction of a file not there', { kind: 'compact', regionId: 4, removed: [10, 77], added: [] }],
  [
    'a split outside the region',
    { kind: 'split', parent: 4, daughters: [region(30, 1, '', 'z'), region(31, 1, 'z', 'm')] },
  ],
  [
    'a split with a hole',
    { kind: 'split', parent: 4, daughters: [region(30, 1, '', 'c'), region(31, 1, 'd', 'm')] },
  ],
  [
    'a merge of the wrong order',
    { kind: 'merge', parents: [5, 4], child: region(30, 1, '', ''), flushedSequence: 500 },
  ],
  ['a quarantine of an unknown file', { kind: 'quarantine', fileId: 99, reason: '' }],
  ['WAL bounds that go back', { kind: 'wal', floor: 1, last: 1 }],
]

for (const [what, edit] of MISFITS) {
  test(`${what} does not fit`, () => {
    const state = applyEdits(EMPTY_STATE, [CREATE, flush(10), { kind: 'wal', floor: 2, last: 2 }])
    expect(() => applyEdit(state, edit)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })
}
