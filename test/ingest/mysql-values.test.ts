import { expect } from 'vitest'
import { importTable } from '../../src/ingest/index.js'
import { FakeDatabase } from '../support/fake-database.js'
import { mariadbTest } from '../support/mariadb.js'

/** Column definition, SQL value, the column's type in the table, the value in the table (zero dates kept as text). */
const ODD: readonly [string, string, string, unknown][] = [
  ['TINYINT', '-128', 'int', -128],
  ['TINYINT(1)', '2', 'int', 2],
  ['SMALLINT UNSIGNED', '65535', 'int', 65535],
  ['MEDIUMINT', '-8388608', 'int', -8388608],
  ['INT', '-2147483648', 'int', -2147483648],
  ['INT UNSIGNED', '4294967295', 'long', 4294967295],
  ['BIGINT', '-9223372036854775808', 'long', -9223372036854775808n],
  ['BIGINT', '9007199254740993', 'long', 9007199254740993n],
  ['BIGINT UNSIGNED', '18446744073709551615', 'ulong', 18446744073709551615n],
  [
    'DECIMAL(38,10)',
    '-1234567890123456789012345678.0123456789',
    'decimal(38,10)',
    '-1234567890123456789012345678.0123456789',
  ],
  [
    'DECIMAL(65,30)',
    '12345678901234567890123456789012345.000000000000000000000000000001',
    'string',
    '12345678901234567890123456789012345.000000000000000000000000000001',
  ],
  ['FLOAT', '16777216', 'double', 16777216],
  ['FLOAT', '0.1', 'double', Math.fround(0.1)],
  ['DOUBLE', '9.123456789012344', 'double', 9.123456789012344],
  ['DOUBLE', '-1.7976931348623157e308', 'double', -Number.MAX_VALUE],
  ['DOUBLE', '5e-324', 'double', 5e-324],
  ['BIT(1)', "b'1'", 'bytes', Buffer.from([1])],
  [
    'BIT(64)',
    "b'1000000000000000000000000000000000000000000000000000000000000001'",
    'bytes',
    Buffer.from('8000000000000001', 'hex'),
  ],
  ['BINARY(4)', "x'00ff00'", 'bytes', Buffer.from('00ff0000', 'hex')],
  ['VARBINARY(8)', "x'ff00fe0a'", 'bytes', Buffer.from('ff00fe0a', 'hex')],
  ['BLOB', "x'deadbeef00'", 'bytes', Buffer.from('deadbeef00', 'hex')],
  ['CHAR(4)', "''", 'string', ''],
  ['VARCHAR(40)', "'tab\\tnul\\0quote\\'back\\\\ 😀 é'", 'string', "tab\tnul\0quote'back\\ 😀 é"],
  ['VARCHAR(10) CHARACTER SET latin1', "'é€ß'", 'string', 'é€ß'],
  ['VARCHAR(10)', "'null'", 'string', 'null'],
  ['TEXT', '\'line\\nbreak, "quoted"\'', 'string', 'line\nbreak, "quoted"'],
  ["ENUM('a,b','c')", "'a,b'", 'string', 'a,b'],
  ["SET('x','y','z')", "'x,z'", 'string', 'x,z'],
  ['JSON', `'{"n": 9007199254740993, "s": "é"}'`, 'string', '{"n": 9007199254740993, "s": "é"}'],
  ['DATETIME(6)', "'2013-03-10 02:30:00.123456'", 'string', '2013-03-10 02:30:00.123456'],
  ['DATETIME', "'0000-00-00 00:00:00'", 'string', '0000-00-00 00:00:00'],
  ['DATE', "'0000-00-00'", 'string', '0000-00-00'],
  ['DATE', "'2018-02-00'", 'string', '2018-02-00'],
  ['TIMESTAMP(6) NULL', "'2013-11-03 06:30:00.000001'", 'string', '2013-11-03 06:30:00.000001'],
  ['TIME(6)', "'-838:59:59.000000'", 'string', '-838:59:59.000000'],
  ['YEAR', '2013', 'int', 2013],
  ['UUID', "'123e4567-e89b-12d3-a456-426614174000'", 'string', '123e4567-e89b-12d3-a456-426614174000'],
  ['INET6', "'::ffff:192.0.2.128'", 'string', '::ffff:192.0.2.128'],
  [
    'POINT',
    "ST_GeomFromText('POINT(1 2)')",
    'bytes',
    Buffer.from('0101000000000000000000f03f0000000000000040', 'hex'),
  ],
  ['INT', 'NULL', 'int', undefined],
]

mariadbTest('every odd value of MySQL arrives exactly', async ({ address, password, run }) => {
  await run(`CREATE TABLE odd (id INT PRIMARY KEY, ${ODD.map(([type], i) => `c${i} ${type}`).join(', ')})`)
  await run(`INSERT INTO odd VALUES (1, ${ODD.map(([, value]) => value).join(', ')})`)
  const db = new FakeDatabase()
  const spec = {
    source: { ...address, table: 'odd' },
    table: 'odd',
    createTable: true,
    rowKey: 'id:int',
    zeroDates: 'keep' as const,
  }
  await importTable(db, spec, { password })
  const { columns } = db.descriptor('odd').families[0]!
  expect(columns.map(({ type }) => type.text)).toEqual(ODD.map(([, , type]) => type))
  const { cells } = db.stored('odd')[0]!
  ODD.forEach(([type, , , wanted], i) => {
    const value = cells[`c${i}`]
    expect(value instanceof Uint8Array ? Buffer.from(value) : value, type).toEqual(wanted)
  })
})

mariadbTest(
  'doubles and floats are bit for bit what the server holds',
  async ({ address, password, run }) => {
    let seed = 7
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return seed / 0x7fffffff
    }
    const doubles = Array.from(
      { length: 3000 },
      (_, i) => (random() + random() * 1e-9) * (i % 2 === 0 ? 10 : 10 ** Math.floor(random() * 600 - 300)),
    )
    await run('CREATE TABLE n (id INT PRIMARY KEY, d DOUBLE, f FLOAT)')
    await run(
      `INSERT INTO n VALUES ${doubles.map((value, i) => `(${i}, ${value}, ${random() * 1e7})`).join(',')}`,
    )
    const db = new FakeDatabase()
    await importTable(
      db,
      { source: { ...address, table: 'n' }, table: 'n', createTable: true, rowKey: 'id:int' },
      { password },
    )
    const rows = db.stored('n')
    expect(rows.filter(({ key, cells }) => !Object.is(cells['d'], doubles[key['id'] as number]))).toEqual([])
    expect(rows.every(({ cells }) => Math.fround(cells['f'] as number) === cells['f'])).toBe(true)
  },
)

mariadbTest(
  'times become instants: TIMESTAMP as it is, DATETIME by the zone that is said',
  async ({ address, password, run }) => {
    await run('CREATE TABLE w (id INT PRIMARY KEY, t TIMESTAMP(6) NULL, d DATETIME(6), day DATE)')
    await run(
      "INSERT INTO w VALUES (1, '2013-07-01 10:00:00.000001', '2013-07-01 06:00:00.5', '2013-07-01'), (2, NULL, '2013-03-10 02:30:00', NULL)",
    )
    const db = new FakeDatabase()
    const spec = {
      source: { ...address, table: 'w' },
      table: 'w',
      createTable: true,
      rowKey: 'id:int',
      sourceTimeZone: 'America/New_York',
      maxErrors: 1,
    }
    const report = await importTable(db, spec, { password })
    expect(db.stored('w')[0]!.cells).toEqual({
      t: BigInt(Date.UTC(2013, 6, 1, 10)) * 1000n + 1n,
      d: BigInt(Date.UTC(2013, 6, 1, 10)) * 1000n + 500_000n,
      day: Date.UTC(2013, 6, 1),
    })
    expect(report.rejectedRows).toMatchObject([{ place: 'id 2', column: 'd' }])
  },
)

mariadbTest(
  'zero dates are refused by default, and null and counted on request',
  async ({ address, password, run }) => {
    await run(
      'CREATE TABLE z (id INT PRIMARY KEY, d DATE)',
      "INSERT INTO z VALUES (1, '2013-01-01'), (2, '0000-00-00')",
    )
    const spec = { source: { ...address, table: 'z' }, table: 'z', createTable: true, rowKey: 'id:int' }
    await expect(importTable(new FakeDatabase(), spec, { password })).rejects.toMatchObject({
      code: 'ROWS_REJECTED',
      message: expect.stringContaining("'0000-00-00'"),
    })
    const db = new FakeDatabase()
    expect(await importTable(db, { ...spec, zeroDates: 'null' }, { password })).toMatchObject({
      rows: 2,
      zeroDates: 1,
    })
    expect(db.stored('z').map(({ cells }) => cells['d'])).toEqual([Date.UTC(2013, 0, 1), undefined])
  },
)
