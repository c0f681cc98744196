/**
 * Typed tables against a map of rows, by random calls, with flushes, compactions, splits, restarts and kills in between.
 * HOURBASE_MODEL_OPS: calls in all (default 2,500). HOURBASE_MODEL_SEED: where the seeds begin (default 1).
 */
import { test } from 'vitest'
import { SeededRandom } from '../support/seeded-random.js'
import { Restartable } from './restartable.js'
import { TypedHistory } from './typed-history.js'
import { TypedModel } from './typed-model.js'
import { DAY_MS, randomTypedShape, SHAPES_COUNT, START } from './typed-shapes.js'

const OPS = Number(process.env['HOURBASE_MODEL_OPS'] ?? 2500)
const FIRST_SEED = Number(process.env['HOURBASE_MODEL_SEED'] ?? 1)

/** @returns how many calls it made. */
async function play(seed: number): Promise<number> {
  const random = new SeededRandom(seed)
  const shape = randomTypedShape(random, seed % SHAPES_COUNT)
  // Some databases flush and compact by themselves, all the time.
  const busy = seed % 3 === 0 ? { maintenance: true, memstoreRegionBytesMax: 3000 } : {}
  const subject = await Restartable.open(START + DAY_MS, { blockRowsMax: 2 + random.below(8), ...busy })
  const history = new TypedHistory(random, shape, subject, new TypedModel(shape))
  history.done.push(`seed ${seed}`)
  await history.begin()
  const steps = seed % 8 === 0 ? 300 : 60
  for (let step = 0; step < steps; step++) await history.step()
  await subject.database.close()
  return steps
}

test('a typed table answers like a map of rows', { timeout: 3_600_000 }, async () => {
  for (let played = 0, seed = FIRST_SEED; played < OPS; seed++) played += await play(seed)
})
