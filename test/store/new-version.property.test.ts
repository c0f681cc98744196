import { expect, test } from 'vitest'
import { randomCells, randomFamily, randomRead, randomShape } from '../support/golden-random.js'
import { familyDescriptor, GoldenStore } from '../support/golden-store.js'
import { OracleStorage, oracleFamily } from '../support/oracle-storage.js'
import { SeededRandom } from '../support/seeded-random.js'

/** Writes, flushes, bulk loads, compactions of any files and reads, in any order, the clock going on. */
function playHistory(seed: number): void {
  const random = new SeededRandom(seed)
  const golden = randomFamily(random, true)
  const shape = randomShape(random)
  const store = new GoldenStore({ f: familyDescriptor(1, 'f', golden) }, { bulkLoadsFlush: random.coin() })
  const oracle = new OracleStorage({ f: oracleFamily(golden) })
  const done: string[] = [JSON.stringify(golden)]
  const base = 1000
  let now = base + 8
  for (let step = 0; step < 60; step++) {
    const dice = random.below(20)
    if (dice < 10) {
      const cells = randomCells(random, shape, base)
      done.push(`write ${JSON.stringify(cells)}`)
      store.write(cells)
      oracle.write(cells)
    } else if (dice < 12) {
      done.push('flush')
      store.flush(now)
    } else if (dice === 12) {
      const cells = randomCells(random, shape, base)
      done.push(`bulkload ${JSON.stringify(cells)}`)
      store.bulkload(cells, now)
      oracle.bulkload(cells)
    } else if (dice < 15) {
      const chosen = store.sources('f').files.filter(() => random.coin())
      done.push(`compact ${chosen.map(({ meta }) => meta.fileId)}`)
      store.compactFiles('f', chosen, true, now)
    } else if (dice === 15) {
      done.push('compact major')
      store.compact({ op: 'compact', major: true }, now)
    } else if (dice === 16) now += random.below(4)
    else {
      const read = randomRead(random, shape, base, now)
      const context = `seed ${seed}\n${done.join('\n')}\n${JSON.stringify(read)}`
      expect(store.read(read), context).toEqual(oracle.read(read))
    }
  }
  store.close()
}

test('answers of a new-version family are a function of the writes alone', { timeout: 120_000 }, () => {
  for (let seed = 1; seed <= 400; seed++) playHistory(seed)
})
