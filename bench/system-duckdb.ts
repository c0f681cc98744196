/** DuckDB: chunk appender with one commit (its fastest load); averages fetched as row objects and as chunks. */
import { join } from 'node:path'
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import {
  directoryBytes,
  FIRST_HOUR,
  generate,
  type Measured,
  type Size,
  stationName,
  timed,
} from './workload.js'

const DAY_QUERY =
  'select station, (hour - ' +
  FIRST_HOUR +
  ') // 24 as day, avg(a) as a from w group by station, day order by station, day'

export async function runDuckdb(size: Size, directory: string): Promise<Measured> {
  const instance = await DuckDBInstance.create(join(directory, 'w.duckdb'))
  const db = await instance.connect()
  const figures: Record<string, number> = {}
  const checks: Record<string, number> = {}
  await db.run('create table w(station varchar, hour integer, a double, b double, c double, d double)')
  figures['loadMs'] = await load(db, size)
  await db.run('checkpoint')
  figures['stationDayMs'] = await timed(size.repeats, async () => {
    const rows = (await db.runAndReadAll(DAY_QUERY)).getRowObjectsJS()
    let sum = 0
    for (const row of rows) sum += row['a'] as number
    checks['stationDays'] = rows.length
    checks['stationDaySum'] = sum
  })
  figures['stationDayChunksMs'] = await timed(size.repeats, async () => {
    const result = await db.run(DAY_QUERY)
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) break
      for (let c = 0; c < chunk.columnCount; c++) chunk.getColumnVector(c)
    }
  })
  figures['dayMs'] = await timed(size.repeats, async () => {
    const rows = (
      await db.runAndReadAll(
        `select (hour - ${FIRST_HOUR}) // 24 as day, avg(a) as a from w group by day order by day`,
      )
    ).getRowObjectsJS()
    checks['days'] = rows.length
  })
  db.closeSync()
  instance.closeSync()
  figures['diskBytes'] = await directoryBytes(directory)
  return { system: 'duckdb', version: '1.5.6', how: 'chunk appender, one commit', figures, checks }
}

async function load(db: DuckDBConnection, size: Size): Promise<number> {
  const names = Array.from({ length: size.stations }, (_, i) => stationName(i))
  const appender = await db.createAppender('w')
  const types = [VARCHAR, INTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE]
  let ms = 0
  for (const rows of generate(size)) {
    const start = performance.now()
    const chunk = DuckDBDataChunk.create(types, size.stations)
    const hours = new Array<number>(size.stations).fill(rows.hour)
    chunk.setColumns([names, hours, [...rows.a], [...rows.b], [...rows.c], [...rows.d]])
    appender.appendDataChunk(chunk)
    ms += performance.now() - start
  }
  const start = performance.now()
  appender.flushSync()
  appender.closeSync()
  return ms + performance.now() - start
}
