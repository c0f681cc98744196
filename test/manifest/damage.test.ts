import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { CREATE, flush, MANIFEST_DIRECTORY, openManifest } from '../support/manifest-kit.js'

const LOG = `${MANIFEST_DIRECTORY}/00000002.log`
const CURRENT = `${MANIFEST_DIRECTORY}/CURRENT`

async function written(seal: boolean): Promise<{ vfs: CrashVfs; ends: number[] }> {
  const vfs = new CrashVfs()
  const manifest = await openManifest(vfs)
  await manifest.start()
  const ends = [manifest.mark().length]
  for (const edit of [CREATE, flush(10), flush(11)]) {
    await manifest.commit([edit])
    ends.push(manifest.mark().length)
  }
  if (seal) await manifest.close()
  return { vfs, ends }
}

for (const seal of [true, false]) {
  test(`one flipped bit in any byte of a ${seal ? 'sealed' : 'live'} manifest or CURRENT is found`, async () => {
    const { vfs, ends } = await written(seal)
    for (const path of [LOG, CURRENT]) {
      const bytes = vfs.readAll(path)
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice()
        flipped[at]! ^= 1 << (at % 8)
        const image = vfs.crashImage(vfs.operations, 'kill')
        image.writeAll(path, flipped)
        try {
          const { torn } = await openManifest(image)
          // Only the last record of all may pass for torn.
          expect(torn).not.toBeNull()
          expect([path, at >= (seal ? ends[3]! : ends[2]!)]).toEqual([LOG, true])
        } catch (error) {
          if (!isHourbaseError(error, 'CORRUPTION') && !isHourbaseError(error, 'FORMAT_UNKNOWN')) throw error
        }
      }
    }
  })
}

test('cut at every byte, a live manifest has the whole records before the cut and reports the rest', async () => {
  const { vfs, ends } = await written(false)
  const bytes = vfs.readAll(LOG)
  for (let length = 0; length < bytes.length; length++) {
    const image = vfs.crashImage()
    image.writeAll(LOG, bytes.slice(0, length))
    if (length < ends[0]!) {
      await expect(openManifest(image)).rejects.toMatchObject({ code: 'CORRUPTION' })
      continue
    }
    const { state, torn } = await openManifest(image)
    const whole = ends.filter((end) => end <= length)
    expect(state.files.size + state.tables.size).toBe(whole.length - 1)
    expect(torn?.offset ?? length).toBe(whole.at(-1))
  }
})

test('a missing CURRENT or log is damage; what an interrupted creation or roll left behind is not', async () => {
  const { vfs } = await written(true)
  const noCurrent = vfs.crashImage()
  noCurrent.unlink(CURRENT)
  await expect(openManifest(noCurrent)).rejects.toMatchObject({ code: 'CORRUPTION' })
  const noLog = vfs.crashImage()
  noLog.unlink(LOG)
  await expect(openManifest(noLog)).rejects.toMatchObject({ code: 'CORRUPTION' })
  const leftover = vfs.crashImage()
  leftover.writeAll(`${MANIFEST_DIRECTORY}/00000003.log`, new Uint8Array(100))
  leftover.writeAll(`${MANIFEST_DIRECTORY}/CURRENT.tmp`, new Uint8Array(3))
  const manifest = await openManifest(leftover)
  await manifest.commit([flush(12)])
  expect(leftover.list(MANIFEST_DIRECTORY).sort()).toEqual(['00000003.log', 'CURRENT'])
  expect((await openManifest(leftover)).state.files.size).toBe(3)
})
