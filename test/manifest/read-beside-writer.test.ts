import { expect, test } from 'vitest'
import { readManifest } from '../../src/manifest/read-manifest.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { CREATE, flush, MANIFEST_DIRECTORY, openManifest } from '../support/manifest-kit.js'

test('a reader beside the writer sees a committed state at any moment, through rolls too', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs, { rollBytesMin: 1_000 })
  await manifest.commit([CREATE])
  let reads = 0
  vfs.onOperation = () => {
    const { state } = readManifest(vfs, MANIFEST_DIRECTORY)!
    // The record may be read as soon as it is written; the writer's own state follows after the sync.
    expect(state.files.size - manifest.state.files.size).toBeGreaterThanOrEqual(0)
    expect(state.files.size - manifest.state.files.size).toBeLessThanOrEqual(1)
    reads++
  }
  for (let id = 10; id < 40; id++) await manifest.commit([flush(id)])
  vfs.onOperation = null
  expect(manifest.mark().number).toBeGreaterThan(3)
  expect(reads).toBeGreaterThan(80)
})
