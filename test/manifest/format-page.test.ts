import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/util/bytes.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { hexDump } from '../support/hex-dump.js'
import { MANIFEST_DIRECTORY, openManifest } from '../support/manifest-kit.js'

test('the worked examples of docs/format-manifest.md are what the code writes', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs, { newUuid: () => utf8('0123456789abcdef') })
  await manifest.commit([{ kind: 'setCheckpoint', name: 'job', value: new Uint8Array([7]) }])
  await manifest.close()
  const page = readFileSync(new URL('../../docs/format-manifest.md', import.meta.url), 'utf8')
  for (const name of ['00000002.log', 'CURRENT']) {
    expect(page).toContain(hexDump(vfs.readAll(`${MANIFEST_DIRECTORY}/${name}`)))
  }
})
