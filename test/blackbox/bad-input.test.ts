/** The same mistakes through all three doors: a typed error that names the thing and the next step, and nothing lost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HourbaseError, isHourbaseError, type LocalDatabase, open, type Table } from 'hourbase'
import { type RunningServer, serve } from 'hourbase/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../support/run-command.js'

const HOUR_MS = 3_600_000
let directory: string
let db: LocalDatabase
let table: Table
let server: RunningServer

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hourbase-bad-'))
  db = await open(directory)
  table = await db.createTable('readings', {
    rowKey: ['station:string', 'hour:hour'],
    families: { d: { columns: { temp: 'double', n: 'int' } } },
  })
  await table.putRows([
    { station: 'JFK', hour: 0, temp: 1, n: 1 },
    { station: 'JFK', hour: HOUR_MS, temp: 2, n: 2 },
  ])
  server = await serve(db, { port: 0 })
})

afterEach(async () => {
  await server.stop()
  // Whatever the mistake was: the rows are all there, and the database writes on.
  expect(await table.count()).toBe(2)
  await table.put({ station: 'LGA', hour: 0 }, { d: { temp: 3 } })
  await db.close()
  rmSync(directory, { recursive: true })
})

async function thrown(call: () => Promise<unknown>): Promise<HourbaseError> {
  const error = await call().then(
    () => null,
    (e: unknown) => e,
  )
  expect(isHourbaseError(error), String(error)).toBe(true)
  return error as HourbaseError
}

interface Mistake {
  readonly name: string
  readonly code: string
  /** The thing that the message must name. */
  readonly names: string
  readonly library: () => Promise<unknown>
  readonly path: string
  readonly argv: readonly string[]
  readonly exit: number
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'unknown table',
    code: 'TABLE_NOT_FOUND',
    names: 'raedings',
    library: () => db.table('raedings').count(),
    path: '/v1/tables/raedings/scan',
    argv: ['scan', 'raedings'],
    exit: 3,
  },
  {
    name: 'unknown column',
    code: 'COLUMN_NOT_FOUND',
    names: 'tmep',
    library: () => table.scan({ columns: ['tmep'] }).toArray(),
    path: '/v1/tables/readings/scan?columns=tmep',
    argv: ['scan', 'readings', '--columns', 'tmep'],
    exit: 3,
  },
  {
    name: 'reversed range',
    code: 'INVALID_ARGUMENT',
    names: '2013-02-01',
    library: () => table.scan({ timeRange: ['2013-02-01', '2013-01-01'] }).toArray(),
    path: '/v1/tables/readings/scan?from=2013-02-01&to=2013-01-01',
    argv: ['scan', 'readings', '--from', '2013-02-01', '--to', '2013-01-01'],
    exit: 2,
  },
  {
    name: 'a condition that does not parse',
    code: 'INVALID_ARGUMENT',
    names: 'temp <',
    library: () => table.scan({ where: 'temp <' }).toArray(),
    path: `/v1/tables/readings/scan?where=${encodeURIComponent('temp <')}`,
    argv: ['scan', 'readings', '--where', 'temp <'],
    exit: 2,
  },
  {
    name: 'a zone that does not exist',
    code: 'INVALID_ARGUMENT',
    names: 'America/Gotham',
    library: () =>
      table.aggregate({ every: '1d', timeZone: 'America/Gotham', select: { n: ['count', '*'] } }),
    path: '/v1/tables/readings/aggregate?every=1d&timeZone=America/Gotham&select=n:count(*)',
    argv: [
      'aggregate',
      'readings',
      '--every',
      '1d',
      '--time-zone',
      'America/Gotham',
      '--select',
      'n:count(*)',
    ],
    exit: 2,
  },
]

for (const mistake of MISTAKES) {
  test(`${mistake.name}: by the library`, async () => {
    const error = await thrown(mistake.library)
    expect(error.code).toBe(mistake.code)
    expect(error.message).toContain(mistake.names)
    expect(error.hint).toBeTruthy()
  })

  test(`${mistake.name}: over HTTP`, async () => {
    const response = await fetch(`${server.url}${mistake.path}`)
    const problem = (await response.json()) as { code: string; detail: string; hint: string }
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(problem.code).toBe(mistake.code)
    expect(problem.detail).toContain(mistake.names)
    expect(problem.hint).toBeTruthy()
  })

  test(`${mistake.name}: on the command line`, async () => {
    const { code, out, err } = await runCommand(null, mistake.argv, { HOURBASE_DATA: directory })
    expect(code).toBe(mistake.exit)
    expect(out).toBe('')
    expect(err).toContain(mistake.names)
    const json = await runCommand(null, [...mistake.argv, '--json'], { HOURBASE_DATA: directory })
    const printed = JSON.parse(json.err) as { code?: string; error?: { code: string } }
    expect(printed.code ?? printed.error?.code).toBe(mistake.code)
  })
}

test('a value of the wrong type names row, column and what was expected, and writes nothing', async () => {
  const rows = [
    { station: 'EWR', hour: 0, temp: 1 },
    { station: 'EWR', hour: HOUR_MS, temp: 'warm' },
  ]
  const error = await thrown(() => table.putRows(rows))
  expect(error.code).toBe('VALUE_INVALID')
  expect(error.where).toMatchObject({ row: 1 })
  expect(error.message).toMatch(/temp.*double/)
  const { code, err } = await runCommand(null, ['put', 'readings', 'station=EWR', 'hour=0', 'n=many'], {
    HOURBASE_DATA: directory,
  })
  expect(code).toBe(2)
  expect(err).toContain('n')
})

test('a missing row-key part is named, and nothing is written', async () => {
  const error = await thrown(() => table.put({ station: 'EWR' }, { d: { temp: 1 } }))
  expect(error.code).toBe('ROW_INVALID')
  expect(error.message).toContain('hour')
  const { code, err } = await runCommand(null, ['put', 'readings', 'station=EWR', 'temp=1'], {
    HOURBASE_DATA: directory,
  })
  expect(code).toBe(2)
  expect(err).toContain('hour')
})

const IMPORT = ['import', '--target-table', 'readings', '--row-key', 'station:string hour:hour']

test('a damaged CSV line names file and line, and nothing of it is stored', async () => {
  const file = join(directory, 'damaged.csv')
  writeFileSync(file, 'station,hour,temp\nEWR,2013-01-01T00:00:00Z,1\nEWR,"2013-01-01T01:00:00Z,2\n')
  const { code, err } = await runCommand(null, [...IMPORT, '--from-csv', file], { HOURBASE_DATA: directory })
  expect(code).toBeGreaterThan(0)
  expect(err).toContain('damaged.csv')
  expect(err).toMatch(/line 2|line 3/)
  await table.delete({ station: 'EWR', hour: Date.UTC(2013, 0, 1) })
})

test('a MySQL server that is not there is named with the next step', async () => {
  const argv = [
    ...IMPORT,
    '--connect',
    'mysql://reader@127.0.0.1:1/nowhere',
    '--table',
    'x',
    '--password-env',
    'PW',
  ]
  const { code, err } = await runCommand(null, argv, { HOURBASE_DATA: directory, PW: 'secret-word' })
  expect(code).toBe(2)
  expect(err).toContain('127.0.0.1')
  expect(err).not.toContain('secret-word')
})
