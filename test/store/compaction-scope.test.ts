import { expect, test } from 'vitest'
import { compactionScope } from '../../src/store/compaction-scope.js'
import { familyDescriptor } from '../support/golden-store.js'

const raw = familyDescriptor(1, 'd', {})
const newVersion = familyDescriptor(1, 'd', { NEW_VERSION_BEHAVIOR: true })
const span = (minSequence: number, maxSequence: number) => ({ minSequence, maxSequence })

test('a raw family drops markers when all files take part, whatever the MemStore holds', () => {
  expect(compactionScope(raw, [span(1, 9)], [], [span(3, 12)]).dropsMarkers).toBe(true)
  expect(compactionScope(raw, [span(1, 9)], [span(10, 12)], []).dropsMarkers).toBe(false)
})

test('a new-version family drops markers when all that stays outside was written later', () => {
  expect(compactionScope(newVersion, [span(1, 9)], [span(10, 12)], [span(13, 20)]).dropsMarkers).toBe(true)
  expect(compactionScope(newVersion, [span(10, 12)], [span(1, 9)], []).dropsMarkers).toBe(false)
  expect(compactionScope(newVersion, [span(1, 9)], [], [span(4, 20)]).dropsMarkers).toBe(false)
})

test('a source with sequences among those of the input parts it', () => {
  expect(compactionScope(raw, [span(1, 3), span(7, 9)], [span(4, 6)], []).contiguous).toBe(false)
  expect(compactionScope(raw, [span(4, 6)], [span(1, 3)], [span(7, 9)]).contiguous).toBe(true)
})
