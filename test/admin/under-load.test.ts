import { expect, test } from 'vitest'
import { openIn, putRange, upTo, valuesOf, withRows } from '../support/admin-kit.js'

test('flushes, compactions and splits by themselves go on beside administration, and no row is lost', async () => {
  const db = await openIn(undefined, {
    maintenance: true,
    memstoreRegionBytesMax: 4000,
    memstoreBytesMax: 20_000,
  })
  const table = await withRows(db, 0)
  await db.alterTable('t', { splitPolicy: 'STEPPING' })
  let next = 0
  let isOver = false
  const writers = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      const from = next
      next += 20
      await putRange(table, from, from + 20)
    }
  })
  for (let round = 0; round < 6; round++) {
    await db.snapshot(`s${round}`, ['t'])
    await db.alterTable('t', { families: { [`f${round}`]: {} } })
    await table.split({ station: `s${round}` }).catch(() => undefined)
    const regions = await table.regions()
    if (regions.length > 1) await db.mergeRegions('t', regions[0]!.id, regions[1]!.id).catch(() => undefined)
    await Promise.all([db.cloneSnapshot(`s${round}`, `c${round}`), table.compact({ major: true })])
  }
  isOver = true
  await Promise.all(writers)
  expect(await valuesOf(table)).toEqual(upTo(next))
  for (let round = 1; round < 6; round++) {
    const [before, after] = [await db.table(`c${round - 1}`).count(), await db.table(`c${round}`).count()]
    expect(after).toBeGreaterThanOrEqual(before)
  }
  expect((await db.check()).problems).toEqual([])
  await db.close()
})
