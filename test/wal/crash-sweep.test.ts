import { expect, test } from 'vitest'
import type { WalDurability } from '../../src/wal/wal.js'
import { CRASH_MODES, type CrashMode, CrashVfs } from '../support/crash-vfs.js'
import { ManualClock } from '../support/manual-clock.js'
import { SeededRandom } from '../support/seeded-random.js'
import { batchOf, openWal, readAll, sequencesOf, type WalContent } from '../support/wal-kit.js'

/** What was promised, and from which operation on. */
interface Promised {
  readonly operations: number
  readonly sequence: number
  readonly durability: WalDurability
}

interface Run {
  readonly vfs: CrashVfs
  readonly promised: Promised[]
  /** Manifest's view of the WAL: segments needed, and the operation from which it says so. */
  readonly floors: { operations: number; floor: number; last: number; firstSequence: number }[]
}

const LEVELS: readonly WalDurability[] = ['ASYNC_WAL', 'SYNC_WAL', 'FSYNC_WAL', 'FSYNC_WAL']

/** Writers, rolls and drops by seed; every acknowledgement is noted with the number of operations before it. */
async function run(seed: number): Promise<Run> {
  const random = new SeededRandom(seed)
  const vfs = new CrashVfs()
  const clock = new ManualClock()
  const wal = await openWal(vfs, { clock, segmentBytesMax: 3_000, asyncBytesMax: 1_500 })
  const promised: Promised[] = []
  const floors = [{ operations: vfs.operations, floor: 1, last: 1, firstSequence: 1 }]
  const appends: Promise<void>[] = []
  let sequence = 0
  for (let step = 0; step < 50; step++) {
    for (let writers = random.below(4); writers >= 0; writers--) {
      const batch = batchOf(++sequence, LEVELS[random.below(4)], random.below(random.coin() ? 80 : 900))
      const { firstSequence, durability } = batch
      appends.push(
        wal.append(batch).then(() => {
          promised.push({ operations: vfs.operations, sequence: firstSequence, durability })
        }),
      )
    }
    if (random.below(3) === 0) await Promise.all(appends)
    else await new Promise((resolve) => setImmediate(resolve))
    if (random.below(8) === 0) clock.advance(500)
    if (random.below(12) === 0) {
      const firstSequence = sequence + 1
      const floor = await wal.roll()
      floors.push({ operations: vfs.operations, floor, last: floor, firstSequence })
      wal.dropBefore(floor)
    }
  }
  await Promise.all(appends)
  if (random.coin()) await wal.close()
  return { vfs, promised, floors }
}

/** No hole, nothing invented, nothing lost that was promised to survive this. */
function check({ promised, floors }: Run, content: WalContent, count: number, mode: CrashMode): number {
  const floor = floors.findLast((entry) => entry.operations <= count)
  const sequences = sequencesOf(content.records)
  const first = floor?.firstSequence ?? 1
  // Segments below the floor that were not unlinked yet are not read.
  expect(sequences).toEqual(sequences.map((_, i) => first + i))
  const last = first + sequences.length - 1
  for (const { operations, sequence, durability } of promised) {
    if (operations > count) continue
    const survives = durability === 'FSYNC_WAL' || (durability === 'SYNC_WAL' && mode === 'kill')
    if (survives && sequence > last)
      throw new Error(`${durability} ${sequence} is lost at ${count} (${mode})`)
  }
  return last
}

function readOptions({ floors }: Run, count: number): { fromSegment: number; lastKnownSegment: number } {
  const floor = floors.findLast((entry) => entry.operations <= count)
  return { fromSegment: floor?.floor ?? 0, lastKnownSegment: floor?.last ?? 0 }
}

for (const seed of [1, 2, 3, 4]) {
  test(`seed ${seed}: crashed behind any operation, in any mode, the log keeps its promises and can go on`, async () => {
    const log = await run(seed)
    for (let count = 0; count <= log.vfs.operations; count++) {
      for (const mode of CRASH_MODES) {
        for (let variant = mode === 'sectors' ? 2 : 0; variant >= 0; variant--) {
          const image = log.vfs.crashImage(count, mode, seed * 100 + variant)
          const options = readOptions(log, count)
          const last = check(log, readAll(image, options), count, mode)
          if ((count + variant) % 5 > 0) continue
          const wal = await openWal(image, {}, options)
          await wal.append(batchOf(last + 1))
          const after = readAll(image.crashImage(image.operations, 'drop'), options)
          expect(after.end.torn).toBeNull()
          expect(sequencesOf(after.records).at(-1)).toBe(last + 1)
        }
      }
    }
  })
}

/** Sequences from here on are those of writers that went on after a crash. */
const LATER = 1_000_000

test('a crash during the recovery of a crash, and one during that, loses nothing', async () => {
  const log = await run(9)
  const random = new SeededRandom(77)
  for (let round = 0; round < 400; round++) {
    const count = random.below(log.vfs.operations + 1)
    const options = readOptions(log, count)
    let image = log.vfs.crashImage(count, CRASH_MODES[random.below(6)], round)
    let promisedLater: number[] = []
    for (let depth = 0; depth < 4; depth++) {
      const recovered = sequencesOf(readAll(image, options).records)
      const wal = await openWal(image, {}, options)
      const opened = image.operations
      await wal.append(batchOf(LATER + depth))
      const acknowledged = image.operations
      const cut = random.below(image.operations + 1)
      image = image.crashImage(cut, CRASH_MODES[random.below(6)], round * 7 + depth)
      const content = readAll(image, options)
      const original = content.records.filter((record) => record.firstSequence < LATER)
      check(log, { ...content, records: original }, count, 'drop')
      const sequences = sequencesOf(content.records)
      // Once the WAL is open, what was recovered may be served: from then on it must stay.
      if (cut >= opened) expect(sequences.slice(0, recovered.length)).toEqual(recovered)
      if (cut >= acknowledged) promisedLater = [...promisedLater, LATER + depth]
      expect(sequences).toEqual(expect.arrayContaining(promisedLater))
    }
  }
})
