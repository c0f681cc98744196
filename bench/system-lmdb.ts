/** lmdb at its best: binary keys and values, one synced transaction a load call, synchronous ranges. */
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import {
  directoryBytes,
  generate,
  type Measured,
  rangeStart,
  type Size,
  stationName,
  type Tally,
  timed,
} from './workload.js'

type Db = RootDatabase<Buffer, Buffer>

function keyOf(station: number, hour: number): Buffer {
  const key = Buffer.allocUnsafe(12)
  key.write(stationName(station), 0, 'latin1')
  key.writeUInt32BE(hour, 8)
  return key
}

export async function runLmdb(size: Size, directory: string): Promise<Measured> {
  const db = open({
    path: join(directory, 'w.mdb'),
    keyEncoding: 'binary',
    encoding: 'binary',
  }) as unknown as Db
  const figures: Record<string, number> = {}
  const checks: Record<string, number> = {}
  figures['loadMs'] = load(db, size)
  await reads(db, size, figures, checks)
  await db.close()
  figures['diskBytes'] = await directoryBytes(directory)
  return { system: 'lmdb', version: '3.5.6', how: 'transactionSync a call (synced)', figures, checks }
}

function load(db: Db, size: Size): number {
  let ms = 0
  for (const rows of generate(size)) {
    const start = performance.now()
    db.transactionSync(() => {
      for (let i = 0; i < size.stations; i++) {
        const value = Buffer.allocUnsafe(32)
        value.writeDoubleLE(rows.a[i]!, 0)
        value.writeDoubleLE(rows.b[i]!, 8)
        value.writeDoubleLE(rows.c[i]!, 16)
        value.writeDoubleLE(rows.d[i]!, 24)
        db.putSync(keyOf(i, rows.hour), value)
      }
    })
    ms += performance.now() - start
  }
  return ms
}

function scan(db: Db, range: { start?: Buffer; end?: Buffer }, tally: Tally): void {
  for (const { key, value } of db.getRange(range)) {
    const row = {
      station: key.toString('latin1', 0, 8),
      hour: key.readUInt32BE(8),
      a: value.readDoubleLE(0),
      b: value.readDoubleLE(8),
      c: value.readDoubleLE(16),
      d: value.readDoubleLE(24),
    }
    tally.rows++
    tally.sum += row.a + row.b + row.c + row.d + row.hour
  }
}

async function reads(
  db: Db,
  size: Size,
  figures: Record<string, number>,
  checks: Record<string, number>,
): Promise<void> {
  let tally: Tally = { rows: 0, sum: 0 }
  figures['scanMs'] = await timed(size.repeats, () => {
    tally = { rows: 0, sum: 0 }
    scan(db, {}, tally)
  })
  checks['scanRows'] = tally.rows
  checks['scanSum'] = tally.sum
  figures['rangesMs'] = await timed(size.repeats, () => {
    tally = { rows: 0, sum: 0 }
    for (let r = 0; r < size.ranges; r++) {
      const { station, hour } = rangeStart(size, r)
      scan(db, { start: keyOf(station, hour), end: keyOf(station, hour + size.rangeHours) }, tally)
    }
  })
  checks['rangeRows'] = tally.rows
  checks['rangeSum'] = tally.sum
}
