/** Hourbase: putRows a load call (FSYNC_WAL), batches of row objects, columns, the general aggregate call. */
import { type ColumnBatch, type LocalDatabase, open, type Table, type TypedRow } from 'hourbase'
import {
  directoryBytes,
  generate,
  HOUR_MS,
  type Measured,
  rangeStart,
  type Size,
  stationName,
  type Tally,
  timed,
} from './workload.js'

export async function runHourbase(size: Size, directory: string): Promise<Measured> {
  const db = await open(directory)
  const table = await db.createTable('w', {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { a: 'double', b: 'double', c: 'double', d: 'double' } } },
  })
  const figures: Record<string, number> = {}
  const checks: Record<string, number> = {}
  figures['loadMs'] = await load(table, size)
  await settle(db)
  await reads(table, size, '', figures, checks)
  await table.flush()
  await table.compact({ major: true })
  await settle(db)
  await reads(table, size, 'Compacted', figures, checks)
  figures['rssBytes'] = process.memoryUsage().rss
  await db.close()
  figures['diskBytes'] = await directoryBytes(`${directory}/sst`)
  return { system: 'hourbase', version: '0.1.0', how: 'putRows, FSYNC_WAL, every call', figures, checks }
}

async function settle(db: LocalDatabase): Promise<void> {
  await db.drain()
}

async function load(table: Table, size: Size): Promise<number> {
  const names = Array.from({ length: size.stations }, (_, i) => stationName(i))
  let ms = 0
  for (const { hour, a, b, c, d } of generate(size)) {
    const start = performance.now()
    const rows = new Array(size.stations)
    for (let i = 0; i < size.stations; i++) {
      rows[i] = {
        row: { station: names[i]!, hour: hour * HOUR_MS },
        values: { d: { a: a[i]!, b: b[i]!, c: c[i]!, d: d[i]! } },
      }
    }
    await table.putRows(rows)
    ms += performance.now() - start
  }
  return ms
}

function tallyRows(rows: readonly unknown[], tally: Tally): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as TypedRow
    tally.rows++
    tally.sum +=
      (row['a'] as number) +
      (row['b'] as number) +
      (row['c'] as number) +
      (row['d'] as number) +
      (row['hour'] as number) / HOUR_MS
  }
}

function tallyColumns(batch: ColumnBatch, tally: Tally): void {
  const vectors = ['a', 'b', 'c', 'd'].map((name) => batch.columns[name]!.values as Float64Array)
  const hours = batch.columns['hour']!.values as Float64Array
  const [a, b, c, d] = vectors as [Float64Array, Float64Array, Float64Array, Float64Array]
  for (let i = 0; i < batch.rowCount; i++) tally.sum += a[i]! + b[i]! + c[i]! + d[i]! + hours[i]! / HOUR_MS
  tally.rows += batch.rowCount
}

async function reads(
  table: Table,
  size: Size,
  suffix: string,
  figures: Record<string, number>,
  checks: Record<string, number>,
): Promise<void> {
  let tally: Tally = { rows: 0, sum: 0 }
  figures[`scan${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    for await (const rows of table.scan().batches()) tallyRows(rows, tally)
  })
  checks['scanRows'] = tally.rows
  checks['scanSum'] = tally.sum
  figures[`scanRows${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    for await (const row of table.scan()) {
      tally.rows++
      tally.sum += (row as TypedRow)['a'] as number
    }
  })
  figures[`scanColumns${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    for await (const batch of table.scan({ batchRows: 4096 }).columns()) tallyColumns(batch, tally)
  })
  figures[`ranges${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    for (let r = 0; r < size.ranges; r++) {
      const { station, hour } = rangeStart(size, r)
      const start = { station: stationName(station), hour: hour * HOUR_MS }
      const stop = { station: stationName(station), hour: (hour + size.rangeHours) * HOUR_MS }
      for await (const rows of table.scan({ start, stop }).batches()) tallyRows(rows, tally)
    }
  })
  checks['rangeRows'] = tally.rows
  checks['rangeSum'] = tally.sum
  await aggregates(table, size, suffix, figures, checks)
}

async function aggregates(
  table: Table,
  size: Size,
  suffix: string,
  figures: Record<string, number>,
  checks: Record<string, number>,
): Promise<void> {
  figures[`stationDay${suffix}Ms`] = await timed(size.repeats, async () => {
    const rows = await table.aggregate({ every: '1d', groupBy: ['station'], select: { a: ['avg', 'a'] } })
    let sum = 0
    for (const row of rows) sum += row['a'] as number
    checks['stationDays'] = rows.length
    checks['stationDaySum'] = sum
  })
  figures[`day${suffix}Ms`] = await timed(size.repeats, async () => {
    const rows = await table.aggregate({ every: '1d', select: { a: ['avg', 'a'] } })
    checks['days'] = rows.length
  })
}
