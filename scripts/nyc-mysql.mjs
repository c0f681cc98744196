/** Fills a MySQL or MariaDB database with the NYC flights and weather of 2013 (examples/nyc), as a supplier would deliver them. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import mysql from 'mysql2/promise'

const INSERT_ROWS = 1000

/** Weather measures come as text with 'NA' for nothing: cleansing them is the import's job. */
const TABLES = {
  flights: {
    file: 'nyc-flights.csv.gz',
    rows: 336_776,
    numbered: true,
    ddl: `CREATE TABLE flights (
      id INT NOT NULL PRIMARY KEY, year SMALLINT NOT NULL, month TINYINT NOT NULL, day TINYINT NOT NULL,
      dep_time SMALLINT, dep_delay SMALLINT, arr_time SMALLINT, arr_delay SMALLINT,
      carrier CHAR(2) NOT NULL, tailnum VARCHAR(8), flight SMALLINT NOT NULL, origin CHAR(3) NOT NULL, dest CHAR(3) NOT NULL,
      air_time SMALLINT, distance SMALLINT NOT NULL, hour TINYINT, minute TINYINT)`,
  },
  weather: {
    file: 'nyc-weather.csv.gz',
    rows: 26_115,
    numbered: false,
    ddl: `CREATE TABLE weather (
      origin CHAR(3) NOT NULL, year SMALLINT NOT NULL, month TINYINT NOT NULL, day TINYINT NOT NULL, hour TINYINT NOT NULL,
      temp VARCHAR(24), dewp VARCHAR(24), humid VARCHAR(24), wind_dir VARCHAR(24), wind_speed VARCHAR(24),
      wind_gust VARCHAR(24), precip VARCHAR(24), pressure VARCHAR(24), visib VARCHAR(24),
      time_hour DATETIME NOT NULL, PRIMARY KEY (origin, time_hour))`,
  },
}

/**
 * Creates and fills the two tables in the connection's database where they are missing or incomplete.
 * @param {mysql.ConnectionOptions} address
 * @param {string} folder examples/nyc
 * @param {(line: string) => void} log
 */
export async function fillNyc(address, folder, log) {
  const connection = await mysql.createConnection({ ...address, timezone: 'Z' })
  try {
    await connection.query("SET time_zone = '+00:00'")
    for (const [name, table] of Object.entries(TABLES)) {
      if (await isComplete(connection, name, table.rows)) {
        log(`MySQL table ${name}: ${table.rows.toLocaleString('en')} rows are there already`)
        continue
      }
      await connection.query(`DROP TABLE IF EXISTS ${name}`)
      await connection.query(table.ddl)
      const started = performance.now()
      const rows = await fill(connection, name, table, folder)
      log(
        `MySQL table ${name}: ${rows.toLocaleString('en')} rows in ${((performance.now() - started) / 1000).toFixed(1)} s`,
      )
    }
  } finally {
    await connection.end()
  }
}

async function isComplete(connection, name, rows) {
  const [tables] = await connection.query('SHOW TABLES LIKE ?', [name])
  if (tables.length === 0) return false
  const [[{ n }]] = await connection.query(`SELECT COUNT(*) AS n FROM ${name}`)
  return n === rows
}

async function fill(connection, name, { file, numbered }, folder) {
  const lines = createInterface({
    input: createReadStream(join(folder, file)).pipe(createGunzip()),
    crlfDelay: Infinity,
  })
  let header = null
  let batch = []
  let count = 0
  const send = async () => {
    const columns = numbered ? ['id', ...header] : header
    await connection.query(`INSERT INTO ${name} (${columns.join(', ')}) VALUES ?`, [batch])
    batch = []
  }
  await connection.beginTransaction()
  for await (const line of lines) {
    const fields = line.split(',')
    if (header === null) {
      header = fields
      continue
    }
    count++
    const values = fields.map((text, i) =>
      text === '' ? null : header[i] === 'time_hour' ? text.replace('T', ' ').replace('Z', '') : text,
    )
    batch.push(numbered ? [count, ...values] : values)
    if (batch.length === INSERT_ROWS) await send()
  }
  if (batch.length > 0) await send()
  await connection.commit()
  return count
}
