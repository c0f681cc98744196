import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { CREATE, flush, MANIFEST_DIRECTORY, openManifest } from '../support/manifest-kit.js'

test('marks taken at any commit are found again; a manifest cut back behind one is damage', async () => {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  const marks = [manifest.mark()]
  for (const edit of [CREATE, flush(10), flush(11)]) {
    await manifest.commit([edit])
    marks.push(manifest.mark())
  }
  const again = await openManifest(vfs)
  for (const mark of marks) again.requireMark(mark)
  const path = `${MANIFEST_DIRECTORY}/00000002.log`
  const image = vfs.crashImage()
  image.writeAll(path, vfs.readAll(path).slice(0, marks[2]!.length))
  const shorter = await openManifest(image)
  shorter.requireMark(marks[2]!)
  expect(() => shorter.requireMark(marks[3]!)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
  expect(() => again.requireMark({ number: 9, length: 1, checksum: 1 })).toThrow(/damaged/)
})
