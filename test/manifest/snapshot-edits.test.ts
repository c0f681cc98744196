import { expect, test } from 'vitest'
import { checkState } from '../../src/manifest/check-state.js'
import { decodeEdits, decodeState, encodeEdits, encodeState } from '../../src/manifest/manifest-codec.js'
import type { ManifestEdit } from '../../src/manifest/manifest-edit.js'
import { applyEdit, applyEdits } from '../../src/manifest/manifest-state.js'
import { CREATE, EMPTY_STATE, family, file, flush, region, table } from '../support/manifest-kit.js'

const SNAPSHOT: ManifestEdit = { kind: 'snapshot', name: 's', createdAt: 7, sequence: 9, tableIds: [1] }
const CLONE: ManifestEdit = {
  kind: 'restore',
  table: table(60, [family(2), family(3)], 'copy'),
  regions: [{ region: region(61, 60, '', ''), families: [[2, [10]]] }],
  files: [],
}

test('a file is known as long as a region or a snapshot lists it', () => {
  let state = applyEdits(EMPTY_STATE, [CREATE, flush(10), SNAPSHOT, { kind: 'dropTable', tableId: 1 }])
  expect([...state.files.keys()]).toEqual([10])
  expect(checkState(state)).toEqual([])
  state = applyEdit(state, CLONE)
  expect(checkState(state)).toEqual([])
  state = applyEdit(state, { kind: 'deleteSnapshot', name: 's' })
  expect([...state.files.keys()]).toEqual([10])
  state = applyEdit(state, { kind: 'dropTable', tableId: 60 })
  expect(state.files.size).toBe(0)
})

test('a table may be restored from files that come with it, in one commit with the drop of the old one', () => {
  const restore: ManifestEdit = {
    kind: 'restore',
    table: table(60, [family(2)], 't1'),
    regions: [{ region: region(61, 60, '', ''), families: [[2, [62]]] }],
    files: [file(62, 60, 2, 'a', 'b')],
  }
  const state = applyEdits(EMPTY_STATE, [CREATE, flush(10), { kind: 'dropTable', tableId: 1 }, restore])
  expect([[...state.files.keys()], state.nextId]).toEqual([[62], 63])
  expect(checkState(state)).toEqual([])
})

test('snapshots, namespaces and their edits survive the codec; a state of format 1 has none', () => {
  const edits: ManifestEdit[] = [
    CREATE,
    flush(10),
    SNAPSHOT,
    CLONE,
    { kind: 'setNamespace', namespace: { name: 'ns', bytesMax: 2 ** 40 } },
  ]
  expect(decodeEdits(encodeEdits(edits), 'log')).toEqual(edits)
  const state = applyEdits(EMPTY_STATE, edits)
  expect(decodeState(encodeState(state), state.databaseUuid)).toEqual(state)
  expect(EMPTY_STATE.snapshots.size).toBe(0)
})

const MISFITS: readonly [string, ManifestEdit][] = [
  ['a snapshot name twice', SNAPSHOT],
  ['a snapshot of an unknown table', { ...SNAPSHOT, name: 'u', tableIds: [99] }],
  ['deleting an unknown snapshot', { kind: 'deleteSnapshot', name: 'u' }],
  [
    'restoring a file that is not',
    { ...CLONE, regions: [{ region: region(61, 60, '', ''), families: [[2, [77]]] }] },
  ],
  ['restoring under a taken name', { ...CLONE, table: table(60, [family(2)], 't1') }],
  ['dropping an unknown namespace', { kind: 'dropNamespace', name: 'ns' }],
]

for (const [what, edit] of MISFITS) {
  test(`${what} does not fit`, () => {
    const state = applyEdits(EMPTY_STATE, [CREATE, flush(10), SNAPSHOT])
    expect(() => applyEdit(state, edit)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })
}

test('a namespace with a table cannot be dropped', () => {
  const state = applyEdits(EMPTY_STATE, [
    { kind: 'setNamespace', namespace: { name: 'ns', bytesMax: null } },
    { kind: 'createTable', table: table(1, [family(2)], 'ns:t'), regions: [region(4, 1, '', '')] },
  ])
  expect(() => applyEdit(state, { kind: 'dropNamespace', name: 'ns' })).toThrow('empty')
})

test('a merge of regions of which one alone lists a file that reaches over the border does not fit', () => {
  const state = applyEdits(EMPTY_STATE, [
    CREATE,
    { kind: 'flush', regionId: 4, files: [file(10, 1, 2, 'a', 'e')], flushedSequence: 7 },
    { kind: 'split', parent: 4, daughters: [region(20, 1, '', 'c'), region(21, 1, 'c', 'm')] },
    { kind: 'compact', regionId: 21, removed: [10], added: [] },
  ])
  const merge: ManifestEdit = {
    kind: 'merge',
    parents: [20, 21],
    child: region(30, 1, '', 'm'),
    flushedSequence: 9,
  }
  expect(() => applyEdit(state, merge)).toThrow('file 10 lies in region 20')
})
