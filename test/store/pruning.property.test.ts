import { expect, test } from 'vitest'
import type { StoreSources } from '../../src/store/store-scan.js'
import { openStoreScan } from '../../src/store/store-scan.js'
import { randomCells, randomFamily, randomRead, randomShape } from '../support/golden-random.js'
import { familyDescriptor, GoldenStore, rowsOf, SCHEMA, storeScan } from '../support/golden-store.js'
import { SeededRandom } from '../support/seeded-random.js'

/** The same sources without a gate: nothing is known of their rows and times, no block is left out, every Bloom filter says yes. */
function ungated({ views, files }: StoreSources): StoreSources {
  const all = { minTimestamp: -Infinity, maxTimestamp: Infinity, hasMarkers: true }
  return {
    views: views.map((view) => ({ ...all, scan: (range) => view.scan(range) })),
    files: files.map((file) => ({
      meta: { ...all, firstRow: new Uint8Array(0), lastRow: new Uint8Array(32).fill(255) },
      scan: (range, { columns }) => file.scan(range, { columns, prune: null }),
      mayContain: () => true,
    })),
  }
}

function playHistory(seed: number, newVersionBehavior: boolean): void {
  const random = new SeededRandom(seed)
  const family = familyDescriptor(1, 'f', randomFamily(random, newVersionBehavior))
  const shape = randomShape(random)
  const store = new GoldenStore({ f: family }, { blockRowsMax: 1 + random.below(3) })
  let now = 1008
  for (let step = 0; step < 50; step++) {
    const dice = random.below(10)
    if (dice < 4) store.write(randomCells(random, shape, 1000))
    else if (dice === 4) store.flush(now)
    else if (dice === 5) store.compact({ op: 'compact', major: random.below(4) === 0, files: [0, 2] }, now)
    else if (dice === 6) now += random.below(3)
    else {
      const read = { ...randomRead(random, shape, 1000, now), raw: random.below(4) === 0 }
      const scan = { ...storeScan(read), columns: read.raw ? null : storeScan(read).columns }
      const sources = store.sources('f')
      const pruned = rowsOf(openStoreScan(family, SCHEMA, sources, scan), read)
      const whole = rowsOf(openStoreScan(family, SCHEMA, ungated(sources), scan), read)
      expect(pruned, `seed ${seed}, step ${step}, ${JSON.stringify(read)}`).toEqual(whole)
    }
  }
  store.close()
}

test.each([false, true])(
  'gates never change an answer, new-version behaviour %s',
  { timeout: 120_000 },
  (isNew) => {
    for (let seed = 1; seed <= 120; seed++) playHistory(seed, isNew)
  },
)
