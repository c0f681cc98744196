/** classic-level at its best: binary keys and values, a chained batch with `sync: true` a load call, `nextv(1000)` reads. */
import { ClassicLevel } from 'classic-level'
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

type Db = ClassicLevel<Buffer, Buffer>

function keyOf(station: number, hour: number): Buffer {
  const key = Buffer.allocUnsafe(12)
  key.write(stationName(station), 0, 'latin1')
  key.writeUInt32BE(hour, 8)
  return key
}

export async function runClassicLevel(size: Size, directory: string): Promise<Measured> {
  const db: Db = new ClassicLevel(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await db.open()
  const figures: Record<string, number> = {}
  const checks: Record<string, number> = {}
  figures['loadMs'] = await load(db, size)
  await reads(db, size, '', figures, checks)
  await db.compactRange(keyOf(0, 0), Buffer.from('t'))
  await reads(db, size, 'Compacted', figures, checks)
  await db.close()
  figures['diskBytes'] = await directoryBytes(directory)
  return {
    system: 'classic-level',
    version: '3.0.0',
    how: 'chained batch, sync: true, every call',
    figures,
    checks,
  }
}

async function load(db: Db, size: Size): Promise<number> {
  let ms = 0
  for (const rows of generate(size)) {
    const start = performance.now()
    const batch = db.batch()
    for (let i = 0; i < size.stations; i++) {
      const value = Buffer.allocUnsafe(32)
      value.writeDoubleLE(rows.a[i]!, 0)
      value.writeDoubleLE(rows.b[i]!, 8)
      value.writeDoubleLE(rows.c[i]!, 16)
      value.writeDoubleLE(rows.d[i]!, 24)
      batch.put(keyOf(i, rows.hour), value)
    }
    await batch.write({ sync: true })
    ms += performance.now() - start
  }
  return ms
}

interface Row {
  station: string
  hour: number
  a: number
  b: number
  c: number
  d: number
}

function decode(key: Buffer, value: Buffer): Row {
  return {
    station: key.toString('latin1', 0, 8),
    hour: key.readUInt32BE(8),
    a: value.readDoubleLE(0),
    b: value.readDoubleLE(8),
    c: value.readDoubleLE(16),
    d: value.readDoubleLE(24),
  }
}

async function scan(db: Db, range: { gte?: Buffer; lt?: Buffer }, tally: Tally): Promise<void> {
  const iterator = db.iterator(range)
  for (;;) {
    const entries = await iterator.nextv(1000)
    if (entries.length === 0) break
    for (const [key, value] of entries) {
      const row = decode(key, value)
      tally.rows++
      tally.sum += row.a + row.b + row.c + row.d + row.hour
    }
  }
  await iterator.close()
}

async function reads(
  db: Db,
  size: Size,
  suffix: string,
  figures: Record<string, number>,
  checks: Record<string, number>,
): Promise<void> {
  let tally: Tally = { rows: 0, sum: 0 }
  figures[`scan${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    await scan(db, {}, tally)
  })
  checks['scanRows'] = tally.rows
  checks['scanSum'] = tally.sum
  figures[`ranges${suffix}Ms`] = await timed(size.repeats, async () => {
    tally = { rows: 0, sum: 0 }
    for (let r = 0; r < size.ranges; r++) {
      const { station, hour } = rangeStart(size, r)
      await scan(db, { gte: keyOf(station, hour), lt: keyOf(station, hour + size.rangeHours) }, tally)
    }
  })
  checks['rangeRows'] = tally.rows
  checks['rangeSum'] = tally.sum
}
