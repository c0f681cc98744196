import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { batchOf, openWal, readAll, sequencesOf } from '../support/wal-kit.js'

interface Outcome {
  readonly acknowledged: number[]
  readonly errors: unknown[]
}

/** Groups, rolls, a drop and a close, going on after errors as a caller would. */
async function script(vfs: FaultVfs): Promise<Outcome> {
  const acknowledged: number[] = []
  const errors: unknown[] = []
  const attempt = async (run: () => Promise<unknown>): Promise<void> => {
    await run().catch((error) => errors.push(error))
  }
  await attempt(async () => {
    const wal = await openWal(vfs, { segmentBytesMax: 1_000 })
    for (let first = 1; first <= 21; first += 3) {
      const group = [0, 1, 2].map((i) =>
        wal.append(batchOf(first + i)).then(() => acknowledged.push(first + i)),
      )
      await Promise.all(group.map((append) => attempt(() => append)))
      if (first % 2 === 0) await attempt(() => wal.roll())
    }
    await attempt(() => wal.close())
  })
  return { acknowledged, errors }
}

test('an error at any call, of any kind, once or for ever: typed, nothing acknowledged is lost, no hole, reopens', async () => {
  const dry = new FaultVfs(new CrashVfs())
  expect((await script(dry)).acknowledged.length).toBe(21)
  let struck = 0
  for (const errno of ['EIO', 'ENOSPC', 'EMFILE']) {
    for (const forever of [false, true]) {
      for (const done of [false, true]) {
        for (let at = 1; at <= dry.calls; at++) {
          const disk = new CrashVfs()
          const vfs = new FaultVfs(disk)
          vfs.fail({ at, errno, forever, done, written: done ? 1 : 0.4 })
          const { acknowledged, errors } = await script(vfs)
          struck += vfs.struck
          for (const error of errors) expect(isHourbaseError(error)).toBe(true)
          for (const mode of ['kill', 'drop', 'sectors'] as const) {
            const image = disk.crashImage(disk.operations, mode, at)
            const sequences = sequencesOf(readAll(image).records)
            expect(sequences).toEqual([...sequences].sort((a, b) => a - b))
            expect(sequences).toEqual(expect.arrayContaining(acknowledged))
            await (await openWal(image)).append(batchOf(100))
          }
        }
      }
    }
  }
  expect(struck).toBeGreaterThan(500)
})
