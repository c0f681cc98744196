import { expect, test } from 'vitest'
import { HOUR_0, sampleDatabase } from '../support/doors-sample.js'
import { runCommand } from '../support/run-command.js'

async function scan(...argv: string[]) {
  const sample = await sampleDatabase()
  return { ...sample, ...(await runCommand(sample.db, ['scan', ...argv])) }
}

test('a scan prints an aligned table, numbers to the right', async () => {
  const { code, out, err, db } = await scan('readings', '--prefix', 'station=LGA')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const lines = out.split('\n')
  expect(lines[0]).toBe(
    'station  hour                  temp                 n  price  note      at                       raw',
  )
  expect(lines[2]).toBe(
    'LGA      2013-01-01T06:00:00Z   6.5  9007199254740999   6.50  note "6"  2013-01-01T00:00:00.25Z  \\x06\\xFF',
  )
  expect(lines).toHaveLength(7)
  expect(db.isClosed).toBe(true)
})

test('--json is an array of rows, --format ndjson a row a line', async () => {
  const array = JSON.parse((await scan('readings', '--json', '--limit', '3')).out)
  expect(array).toHaveLength(3)
  const lines = (await scan('readings', '--format', 'ndjson', '--times', 'ms', '--limit', '3')).out
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line).hour)).toEqual([0, 1, 2].map((i) => HOUR_0 + i * 3_600_000))
  expect((await scan('readings', '--json', '--prefix', 'station=XXX')).out).toBe('[]\n')
})

test('CSV disarms formulas unless told not to', async () => {
  expect((await scan('readings', '--format', 'csv')).out).toContain(",'=SUM(A1),")
  expect((await scan('readings', '--format', 'csv', '--raw-csv')).out).toContain(',=SUM(A1),')
})

test('every option reaches the scan', async () => {
  const { readings, code, err } = await scan(
    'readings',
    '--from',
    '2013-01-01',
    '--to',
    '1356998400000',
    '--start',
    'station=JFK',
    '--stop',
    '{"station":"LGA"}',
    '--columns',
    'd:temp,n',
    '--where',
    'temp < 0',
    '--limit',
    '5',
    '--reversed',
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { signal: _signal, ...options } = readings.asked.scan!
  expect(options).toEqual({
    timeRange: ['2013-01-01', 1356998400000],
    start: { station: 'JFK' },
    stop: { station: 'LGA' },
    columns: ['d:temp', 'n'],
    where: 'temp < 0',
    limit: 5,
    reversed: true,
  })
})

test('a raw table prints a line a cell, and nested rows as JSON', async () => {
  expect((await scan('pages')).out.split('\n')[2]).toBe(
    'row-a  cf      q                  5  Put   \\x00\\x01',
  )
  expect(JSON.parse((await scan('pages', '--json')).out)[0].cells).toHaveLength(2)
})

test('a scan whose reader has gone ends in silence', async () => {
  const { db, readings } = await sampleDatabase()
  readings.faults.isEndless = true
  const { runCli } = await import('../../cli/run-cli.js')
  const { OutputGone } = await import('../../cli/text-sink.js')
  let writes = 0
  const stdout = {
    isTTY: false,
    columns: 80,
    write: () => (++writes > 3 ? Promise.reject(new OutputGone()) : Promise.resolve()),
  }
  const errors: string[] = []
  const stderr = { isTTY: false, columns: 80, write: async (text: string) => void errors.push(text) }
  const code = await runCli(['scan', 'readings'], {
    stdout,
    stderr,
    env: {},
    signal: new AbortController().signal,
    openDatabase: async () => db,
  })
  expect({ code, errors, open: readings.openScans }).toEqual({ code: 0, errors: [], open: 0 })
})
