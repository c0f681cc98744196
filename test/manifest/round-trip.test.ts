import { expect, test } from 'vitest'
import type { FileRecord } from '../../src/manifest/manifest-edit.js'
import { parseValueType } from '../../src/model/value-type.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { CREATE, file, flush, openManifest } from '../support/manifest-kit.js'

test('a reopened manifest has the state that was committed, as edits and as a snapshot', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  const committed = await manifest.commit([
    CREATE,
    flush(10),
    { kind: 'setCheckpoint', name: 'é', value: new Uint8Array([0, 255]) },
    { kind: 'bulkLoad', regions: [{ regionId: 5, files: [file(11, 1, 3, 'n', 'o')] }], loadId: 'job 7' },
    { kind: 'quarantine', fileId: 10, reason: 'bad block at 4096' },
    { kind: 'wal', floor: 3, last: 4 },
  ])
  expect(manifest.state).toBe(committed)
  const states = []
  for (let round = 0; round < 3; round++) {
    const again = await openManifest(vfs)
    expect(again.torn).toBeNull()
    await again.start()
    states.push(again.state)
    await again.close()
  }
  for (const state of states) expect(state).toEqual(committed)
})

test('numbers keep their kind: Infinity, NaN, negative, fractions, above 32 bits; bigints and extra fields too', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  const record = {
    ...file(10, 1, 2, 'a', 'b'),
    minTimestamp: Number.NaN,
    maxTimestamp: Number.MAX_SAFE_INTEGER,
    minSequence: -1.5,
    bytes: 2 ** 40,
    putCount: 12n,
    big: -(2n ** 63n),
    nested: { sums: [0.1, Number.NEGATIVE_INFINITY], key: new Uint8Array([9, 8]) },
  }
  await manifest.commit([
    CREATE,
    { kind: 'flush', regionId: 4, files: [record as FileRecord], flushedSequence: 5 },
  ])
  for (let round = 0; round < 2; round++) {
    const again = await openManifest(vfs)
    expect(again.state.files.get(10)).toEqual(record)
    await again.start()
  }
})

test('column types are interned again, and bytes own their buffer', async () => {
  const vfs = new CrashVfs()
  await (await openManifest(vfs)).commit([CREATE, flush(10)])
  const { state } = await openManifest(vfs)
  const table = state.tables.get(1)!
  expect(table.families[0]!.columns[1]!.type).toBe(parseValueType('decimal(10,2)'))
  expect(table.rowKey![0]!.type).toBe(parseValueType('string'))
  expect(table.families[0]!.ttlMs).toBe(Number.POSITIVE_INFINITY)
  const { firstRow } = state.files.get(10)!
  expect(firstRow.buffer.byteLength).toBe(firstRow.length)
})

test('a closed manifest is sealed; ids go on above all committed ones', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  expect([manifest.allocateId(), manifest.allocateId()]).toEqual([1, 2])
  await manifest.commit([CREATE])
  expect(manifest.allocateId()).toBe(6)
  await manifest.close()
  await expect(manifest.commit([])).rejects.toMatchObject({ code: 'CLOSED' })
  expect((await openManifest(vfs)).allocateId()).toBe(6)
})
