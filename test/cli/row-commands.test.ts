import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'
import { runCommand } from '../support/run-command.js'

test('get prints one row top down, or as JSON', async () => {
  const { db } = await sampleDatabase()
  const key = ['get', 'readings', 'station=JFK', 'hour=2013-01-01T01:00:00Z']
  const { code, out } = await runCommand(db, key)
  expect(code).toBe(0)
  expect(out.split('\n').slice(2, 5)).toEqual([
    'station  JFK',
    'hour     2013-01-01T01:00:00Z',
    'temp     1.5',
  ])
  expect(JSON.parse((await runCommand(db, [...key, '--json'])).out)).toMatchObject({
    n: '9007199254740994',
    temp: 1.5,
  })
})

test('get of a row that is not there has exit code 3', async () => {
  const { db } = await sampleDatabase()
  const run = await runCommand(db, ['get', 'readings', 'station=XXX', 'hour=2013-01-01'])
  expect(run).toEqual({ code: 3, out: '', err: "no such row in 'readings'\n" })
})

test('get of a raw row prints its cells', async () => {
  const { db, pages } = await sampleDatabase()
  const { out } = await runCommand(db, ['get', 'pages', 'row\\x00a'])
  expect(pages.asked.calls[0]).toEqual(['get', new Uint8Array([114, 111, 119, 0, 97])])
  expect(out).toContain('row-a  cf      r                  5  Put   text')
})

test('put splits its words into key and columns and gives each its type', async () => {
  const { db, readings } = await sampleDatabase()
  const words = [
    'station=JFK',
    'hour=2013-01-01T05:00:00Z',
    'temp=-0.5',
    'd:n=9007199254740993',
    'note=null',
    'price=null',
  ]
  const { code, out, err } = await runCommand(db, ['put', 'readings', ...words])
  expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' })
  expect(readings.asked.calls).toEqual([
    [
      'put',
      { station: 'JFK', hour: '2013-01-01T05:00:00Z' },
      { d: { temp: -0.5, n: 9007199254740993n, note: 'null', price: null } },
    ],
  ])
})

test('put into a raw table takes bytes', async () => {
  const { db, pages } = await sampleDatabase()
  await runCommand(db, ['put', 'pages', 'row', 'cf:q=\\x00=b'])
  expect(pages.asked.calls).toEqual([
    ['put', Buffer.from('row'), { cf: { q: new Uint8Array([0, 61, 98]) } }].map(plainBytes),
  ])
})

function plainBytes(value: unknown): unknown {
  return value instanceof Buffer ? new Uint8Array(value) : value
}

test.each([
  [['put', 'readings', 'station=JFK', 'tmep=1'], /no column 'tmep'/, /did you mean 'temp'/],
  [['put', 'readings', 'station=JFK'], /nothing to write/, /column=value/],
  [['put', 'readings', 'station=JFK', 'temp=warm'], /'warm' is no double/, /./],
  [['get', 'readings', 'JFK'], /'JFK' is no row-key part/, /station=VALUE/],
  [['get', 'readings', 'staton=JFK'], /no row-key part 'staton'/, /did you mean 'station'/],
  [['scan', 'readings', '--prefix', 'JFK'], /write part=value/, /station=/],
  [['drop', 'readings'], /for good/, /--yes/],
])('%j is a usage error that says how to write it', async (argv, message, hint) => {
  const { db } = await sampleDatabase()
  const { code, err } = await runCommand(db, argv)
  expect(code).toBe(2)
  expect(err).toMatch(message)
  expect(err).toMatch(hint)
})

test('delete takes a row, columns or families', async () => {
  const { db, readings } = await sampleDatabase()
  const key = ['station=JFK', 'hour=2013-01-01']
  await runCommand(db, ['delete', 'readings', ...key])
  await runCommand(db, ['delete', 'readings', ...key, '--column', 'd:temp', '--family', 'd'])
  const row = { station: 'JFK', hour: '2013-01-01' }
  const column = { kind: 'columns', family: 'd', qualifier: new Uint8Array(Buffer.from('temp')) }
  expect(readings.asked.calls).toEqual([
    ['delete', row, {}],
    ['delete', row, { what: [column, { kind: 'family', family: 'd' }] }],
  ])
})
