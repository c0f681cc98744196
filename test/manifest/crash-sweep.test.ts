import { expect, test } from 'vitest'
import { checkState } from '../../src/manifest/check-state.js'
import type { ManifestEdit } from '../../src/manifest/manifest-edit.js'
import type { ManifestState } from '../../src/manifest/manifest-state.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { CRASH_MODES, CrashVfs } from '../support/crash-vfs.js'
import { CREATE, EMPTY_STATE, file, flush, openManifest } from '../support/manifest-kit.js'
import { SeededRandom } from '../support/seeded-random.js'

interface Run {
  readonly vfs: CrashVfs
  /** All states in order, and the operation from which each was committed. */
  readonly states: { operations: number; state: ManifestState }[]
}

/** Flushes, compactions, quarantines and reopenings by seed. */
async function run(seed: number): Promise<Run> {
  const random = new SeededRandom(seed)
  const vfs = new CrashVfs()
  let manifest = await openManifest(vfs)
  const states = [{ operations: vfs.operations, state: manifest.state }]
  const commit = async (edits: readonly ManifestEdit[]): Promise<void> => {
    const state = await manifest.commit(edits)
    states.push({ operations: vfs.operations, state })
  }
  await commit([CREATE])
  for (let step = 0; step < 25; step++) {
    const id = manifest.allocateId()
    const files = manifest.state.regionFiles.get(4)?.get(2) ?? []
    if (files.length > 3) {
      await commit([
        { kind: 'compact', regionId: 4, removed: files.slice(0, 3), added: [file(id, 1, 2, 'a', 'l')] },
      ])
    } else {
      await commit([flush(id, 4, 100 + step), { kind: 'wal', floor: step + 1, last: step + 2 }])
    }
    if (random.below(6) === 0) {
      if (random.coin()) await manifest.close()
      manifest = await openManifest(vfs, { rollBytesMin: 3_000 })
    }
  }
  return { vfs, states }
}

/** The index of the state an image holds; every state committed by then must be in it. */
async function recovered({ states }: Run, image: CrashVfs, count: number): Promise<number> {
  const manifest = await openManifest(image)
  expect(checkState(manifest.state)).toEqual([])
  const index = states.findIndex(({ state }) => sameState(state, manifest.state))
  const committed = states.findLastIndex(({ operations }) => operations <= count)
  expect(index).toBeGreaterThanOrEqual(Math.max(0, committed))
  return index
}

/** Cheap: in this run these four tell all states apart. */
function sameState(a: ManifestState, b: ManifestState): boolean {
  const key = (state: ManifestState): string =>
    JSON.stringify([
      state.nextId,
      state.walLast,
      state.tables.size,
      [...state.files.keys()],
      [...state.flushedSequence],
    ])
  return key(a) === key(b)
}

for (const seed of [1, 2, 3]) {
  test(`seed ${seed}: crashed behind any operation, in any mode, the manifest has a committed state and can go on`, async () => {
    const log = await run(seed)
    for (let count = 0; count <= log.vfs.operations; count++) {
      for (const mode of CRASH_MODES) {
        const image = log.vfs.crashImage(count, mode, seed)
        const index = await recovered(log, image, count)
        if (count % 3 > 0) continue
        const manifest = await openManifest(image)
        await manifest.start()
        // Once started, what was read may be acted on: it must stay.
        expect(await recovered(log, image.crashImage(image.operations, 'drop'), count)).toBe(index)
      }
    }
  })
}

test('a crash during the recovery of a crash loses nothing', async () => {
  const log = await run(4)
  const random = new SeededRandom(5)
  for (let round = 0; round < 300; round++) {
    const count = random.below(log.vfs.operations + 1)
    let image = log.vfs.crashImage(count, CRASH_MODES[random.below(6)], round)
    let required = 0
    for (let depth = 0; depth < 3; depth++) {
      const index = await recovered(log, image, count)
      expect(index).toBeGreaterThanOrEqual(required)
      await (await openManifest(image)).start()
      const cut = random.below(image.operations + 1)
      required = cut === image.operations ? index : 0
      image = image.crashImage(cut, CRASH_MODES[random.below(6)], round + depth)
    }
  }
})

test('an error at any call, of any kind, leaves a manifest that opens with the state before or after', async () => {
  const { FaultVfs } = await import('../support/fault-vfs.js')
  const script = async (vfs: InstanceType<typeof FaultVfs>): Promise<ManifestState> => {
    let state = EMPTY_STATE
    const manifest = await openManifest(vfs, { rollBytesMin: 100 })
    for (const edit of [CREATE, flush(10), flush(11)]) state = await manifest.commit([edit])
    await manifest.close()
    return state
  }
  const dry = new FaultVfs(new CrashVfs())
  await script(dry)
  for (const errno of ['EIO', 'ENOSPC']) {
    for (const forever of [false, true]) {
      for (let at = 1; at <= dry.calls; at++) {
        const disk = new CrashVfs()
        const vfs = new FaultVfs(disk)
        vfs.fail({ at, errno, forever, written: 0.5 })
        const error = await script(vfs).then(
          () => null,
          (reason: unknown) => reason,
        )
        expect(error === null || isHourbaseError(error)).toBe(true)
        for (const mode of ['kill', 'drop'] as const) {
          const manifest = await openManifest(disk.crashImage(disk.operations, mode))
          expect(checkState(manifest.state)).toEqual([])
        }
      }
    }
  }
})
