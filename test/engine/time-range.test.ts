import { expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import type { ScanOptions, Table, TimeRangeLike, TypedRow } from '../../src/model/api.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemVfs } from '../support/mem-vfs.js'
import { HOUR_MS, openSmall } from './small-database.js'

const NOW = Date.UTC(2024, 5, 1)

async function opened(
  rowKey: readonly string[],
  time?: string | null,
): Promise<{ db: LocalDatabase; table: Table; clock: ManualClock }> {
  const clock = new ManualClock(NOW)
  const db = await openSmall(new MemVfs(), { clock })
  const table = await db.createTable('t', {
    rowKey,
    ...(time === undefined ? {} : { time }),
    families: { d: { columns: { v: 'int' } }, e: { columns: { w: 'int' } } },
  })
  return { db, table, clock }
}

async function valuesOf(table: Table, options: ScanOptions): Promise<unknown[]> {
  const rows = (await table.scan(options).toArray()) as TypedRow[]
  const counted = await table.count(options)
  expect(counted).toBe(rows.length)
  return rows.map(({ v }) => v)
}

/** In memory, flushed, and compacted into one file. */
async function atEveryStage(table: Table, look: () => Promise<void>): Promise<void> {
  await look()
  await table.flush()
  await look()
  await table.compact({ major: true })
  await look()
}

test('a time range is half-open in event time, whatever the order of key parts, and the clock has no say', async () => {
  for (const rowKey of [
    ['s:string', 'hour:hour'],
    ['hour:hour', 's:string'],
    ['s:string', 'hour:hour?'],
  ]) {
    const { db, table } = await opened(rowKey)
    await table.putRows(
      ['a', 'b'].flatMap((s, i) => [-1, 0, 1, 2].map((h) => ({ s, hour: h * HOUR_MS, v: i * 10 + h, w: 0 }))),
    )
    const sorted = async (timeRange: TimeRangeLike, more: ScanOptions = {}): Promise<unknown[]> =>
      (await valuesOf(table, { timeRange, ...more })).sort((x, y) => Number(x) - Number(y))
    await atEveryStage(table, async () => {
      expect(await sorted([0, HOUR_MS])).toEqual([0, 10])
      expect(await sorted([1, HOUR_MS + 1])).toEqual([1, 11])
      expect(await sorted([null, 0])).toEqual([-1, 9])
      expect(await sorted([2 * HOUR_MS, null])).toEqual([2, 12])
      expect(await sorted([NOW, null])).toEqual([])
      expect(await sorted(['1970-01-01T01:00:00Z', new Date(2 * HOUR_MS)])).toEqual([1, 11])
      expect(await sorted([0, HOUR_MS], { where: 'v > 0' })).toEqual([10])
      expect(await sorted([0, 3 * HOUR_MS], { reversed: true, limit: 100, columns: ['v'] })).toEqual([
        0, 1, 2, 10, 11, 12,
      ])
      if (rowKey[0] === 's:string')
        expect(await valuesOf(table, { prefix: { s: 'b' }, timeRange: [0, 2 * HOUR_MS] })).toEqual([10, 11])
      expect(await table.get({ s: 'a', hour: HOUR_MS }, { timeRange: [0, HOUR_MS] })).toBeNull()
      const [sum] = await table.aggregate({ timeRange: [0, 2 * HOUR_MS], select: { v: ['sum', 'v'] } })
      expect(sum).toEqual({ v: 22 })
    })
    await db.close()
  }
})

test('a row without event time lies in no time range and in every other question', async () => {
  const { db, table } = await opened(['s:string', 'hour:hour?'])
  await table.putRows([
    { s: 'a', hour: null, v: 1 },
    { s: 'a', hour: NOW, v: 2 },
    { s: 'b', hour: null, v: 3 },
  ])
  await atEveryStage(table, async () => {
    expect(await valuesOf(table, {})).toEqual([1, 2, 3])
    expect(await valuesOf(table, { timeRange: [NOW - 1, NOW + 1] })).toEqual([2])
    expect(await valuesOf(table, { timeRange: [null, NOW + 1] })).toEqual([2])
    expect(await valuesOf(table, { timeRange: [0, null], where: 'v > 0' })).toEqual([2])
    expect(await valuesOf(table, { where: 'hour is null' })).toEqual([1, 3])
    expect(await table.aggregate({ select: { n: ['count', '*'] } })).toEqual([{ n: 3 }])
    expect(await table.aggregate({ every: '1d', select: { n: ['count', '*'] } })).toEqual([
      { time: NOW, n: 1 },
    ])
  })
  await db.close()
})

test('without event time a range goes by the stamps of writes; what a newer write covers stays covered', async () => {
  const { db, table, clock } = await opened(['s:string', 'hour:hour'], null)
  await table.put({ s: 'a', hour: 0 }, { d: { v: 1 } })
  await table.flush()
  clock.setWallClock(NOW + 1000)
  await table.put({ s: 'a', hour: 0 }, { d: { v: 2 } })
  await table.put({ s: 'b', hour: 0 }, { d: { v: 3 } }, { timestamp: NOW + 5 })
  await atEveryStage(table, async () => {
    expect(await valuesOf(table, { timeRange: [NOW, NOW + 1] })).toEqual([])
    expect(await valuesOf(table, { timeRange: [NOW, NOW + 1000] })).toEqual([3])
    expect(await valuesOf(table, { timeRange: [NOW + 1000, null] })).toEqual([2])
    expect(await valuesOf(table, {})).toEqual([2, 3])
  })
  await db.close()
})

test('an hour that was corrected many times shows its last write in any range that holds it', async () => {
  const { db, table } = await opened(['s:string', 'hour:hour'])
  for (let v = 0; v < 20; v++) {
    await table.putRows([
      { s: 'a', hour: NOW, v },
      { s: 'a', hour: NOW + HOUR_MS, v: -v },
    ])
    if (v % 4 === 0) await table.flush()
    if (v % 7 === 0) await table.compact()
    expect(await valuesOf(table, { timeRange: [NOW, NOW + HOUR_MS] })).toEqual([v])
  }
  await db.close()
})
