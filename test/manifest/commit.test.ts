import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { CREATE, flush, MANIFEST_DIRECTORY, openManifest } from '../support/manifest-kit.js'

test('edits that do not fit are refused whole: nothing is written, later commits go on', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  await manifest.commit([CREATE])
  const operations = vfs.operations
  await expect(manifest.commit([flush(10), flush(10)])).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(vfs.operations).toBe(operations)
  expect(manifest.state.files.size).toBe(0)
  await manifest.commit([flush(10)])
  expect((await openManifest(vfs)).state.files.size).toBe(1)
})

test('commits called at once queue up, each on the state before it', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  const commits = [CREATE, flush(10), flush(11), flush(12)].map((edit) => manifest.commit([edit]))
  const states = await Promise.all(commits)
  expect(states.map((state) => state.files.size)).toEqual([0, 1, 2, 3])
})

test('the state is swapped after the sync, not before', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  await manifest.commit([CREATE])
  vfs.onOperation = () => expect(manifest.state.files.size).toBe(0)
  const commit = manifest.commit([flush(10)])
  await commit
  vfs.onOperation = null
  expect(manifest.state.files.size).toBe(1)
})

for (const fault of [
  { kind: 'write', errno: 'EIO', written: 0.5 },
  { kind: 'sync', errno: 'EIO' },
  { kind: 'sync', errno: 'ENOSPC', done: true },
] as const) {
  test(`a failed ${fault.kind} (${fault.errno}) poisons: the state stays, nothing more is written`, async () => {
    const vfs = new FaultVfs(new CrashVfs())
    const poisons: unknown[] = []
    const manifest = await openManifest(vfs, { onPoison: (error) => poisons.push(error) })
    await manifest.commit([CREATE])
    vfs.fail({ ...fault, at: 1 })
    const results = await Promise.allSettled([manifest.commit([flush(10)]), manifest.commit([flush(11)])])
    expect(results.map((result) => (result as PromiseRejectedResult).reason)).toEqual([
      manifest.poisoned,
      manifest.poisoned,
    ])
    expect(manifest.poisoned?.code).toBe('POISONED')
    expect(poisons).toEqual([manifest.poisoned])
    expect(manifest.state.files.size).toBe(0)
    await manifest.close()
    expect([0, 1]).toContain((await openManifest(vfs)).state.files.size)
  })
}

test('a full disk refuses the commit, cuts the torn end back and goes on in a fresh log', async () => {
  for (const written of [0, 0.5]) {
    const vfs = new FaultVfs(new CrashVfs())
    const manifest = await openManifest(vfs)
    await manifest.commit([CREATE])
    vfs.fail({ kind: 'write', at: 1, errno: 'ENOSPC', written })
    await expect(manifest.commit([flush(10)])).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
    expect((await openManifest(vfs)).torn).toBeNull()
    vfs.fail({ kind: 'write', at: 1, errno: 'ENOSPC', written })
    await expect(manifest.commit([flush(10)])).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
    vfs.fail({ kind: 'write', at: 2, errno: 'ENOSPC', written })
    await expect(manifest.commit([flush(10)])).rejects.toMatchObject({ code: 'OUT_OF_DISK' })
    expect([manifest.poisoned, manifest.state.files.size]).toEqual([null, 0])
    await manifest.commit([flush(11)])
    const again = await openManifest(vfs)
    expect([...again.state.files.keys()]).toEqual([11])
    expect(vfs.list(MANIFEST_DIRECTORY).length).toBe(2)
  }
})

test('a log that has outgrown its snapshot goes on in a fresh one, whose state is the same', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs, { rollBytesMin: 2_000 })
  await manifest.commit([CREATE])
  for (let i = 0; i < 100; i++) {
    await manifest.commit([flush(100 + i)])
    if (i % 10 === 9) {
      const removed = manifest.state.regionFiles.get(4)!.get(2)!
      await manifest.commit([{ kind: 'compact', regionId: 4, removed, added: [] }])
    }
  }
  expect(manifest.mark().number).toBeGreaterThan(4)
  expect(vfs.list(MANIFEST_DIRECTORY).length).toBe(2)
  expect((await openManifest(vfs)).state).toEqual(manifest.state)
})

test('read-only writes nothing and needs a manifest', async () => {
  const vfs = new CrashVfs()
  await expect(openManifest(vfs, { readOnly: true })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const writer = await openManifest(vfs)
  await writer.commit([CREATE])
  const operations = vfs.operations
  const reader = await openManifest(vfs, { readOnly: true })
  await expect(reader.commit([flush(10)])).rejects.toMatchObject({ code: 'READ_ONLY' })
  await expect(reader.start()).rejects.toMatchObject({ code: 'READ_ONLY' })
  await reader.close()
  expect(vfs.operations).toBe(operations)
})
