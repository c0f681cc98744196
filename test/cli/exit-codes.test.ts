import { type ErrorCode, HourbaseError } from 'hourbase'
import { expect, test } from 'vitest'
import { runCli } from '../../cli/run-cli.js'
import { sampleDatabase } from '../support/doors-sample.js'
import { memorySink } from '../support/memory-sink.js'
import { runCommand } from '../support/run-command.js'

test.each<[ErrorCode, number]>([
  ['INVALID_ARGUMENT', 2],
  ['TABLE_NOT_FOUND', 3],
  ['COLUMN_NOT_FOUND', 3],
  ['LOCKED', 5],
  ['BUSY', 5],
  ['CORRUPTION', 6],
  ['IO_ERROR', 1],
  ['ABORTED', 130],
])('%s ends with exit code %i', async (code, exit) => {
  const { db, readings } = await sampleDatabase()
  readings.aggregate = () => Promise.reject(new HourbaseError(code, 'it went wrong', { hint: 'mend it' }))
  const run = await runCommand(db, ['aggregate', 'readings', '--select', 'n:count(*)'])
  expect(run).toEqual({ code: exit, out: '', err: `${code}: it went wrong\n  mend it\n` })
})

test('an interrupted command ends with exit code 130', async () => {
  const { db } = await sampleDatabase()
  const signal = AbortSignal.abort(new HourbaseError('ABORTED', 'interrupted'))
  const stderr = memorySink()
  const code = await runCli(['scan', 'readings'], {
    stdout: memorySink(),
    stderr,
    env: {},
    signal,
    openDatabase: async () => db,
  })
  expect({ code, err: stderr.text, closed: db.isClosed }).toEqual({
    code: 130,
    err: 'ABORTED: interrupted\n',
    closed: true,
  })
})

test('with --json an error is JSON on stderr', async () => {
  const { db } = await sampleDatabase()
  const { code, out, err } = await runCommand(db, ['scan', 'reading', '--json'])
  expect({ code, out }).toEqual({ code: 3, out: '' })
  expect(JSON.parse(err)).toEqual({
    error: {
      code: 'TABLE_NOT_FOUND',
      message: "there is no table 'reading'",
      hint: "did you mean 'readings'?",
      where: { table: 'reading' },
    },
  })
})

test('words commander does not know are usage errors with a suggestion', async () => {
  const { db } = await sampleDatabase()
  for (const [argv, meant] of [
    [['scna', 'readings'], 'scan'],
    [['scan', 'readings', '--limti', '3'], '--limit'],
  ] as const) {
    const { code, err } = await runCommand(db, argv)
    expect(code).toBe(2)
    expect(err).toContain(`Did you mean ${meant}?`)
  }
  expect((await runCommand(db, ['scan'])).err).toContain("missing required argument 'table'")
  expect((await runCommand(db, ['scan', 'readings', '--format', 'xml'])).code).toBe(2)
})

test('an unforeseen failure is told as our fault, with exit code 1', async () => {
  const { db, readings } = await sampleDatabase()
  readings.faults.gate = () => Promise.reject(new TypeError('x is undefined'))
  const { code, err } = await runCommand(db, ['scan', 'readings'])
  expect(code).toBe(1)
  expect(err).toContain('INTERNAL: TypeError: x is undefined')
})

test('colours only on a terminal that does not refuse them', async () => {
  const { db } = await sampleDatabase()
  const errorOn = async (isTTY: boolean, env: Record<string, string>): Promise<string> => {
    const stderr = memorySink(isTTY)
    const signal = new AbortController().signal
    await runCli(['scan', 'x'], { stdout: memorySink(), stderr, env, signal, openDatabase: async () => db })
    return stderr.text
  }
  expect(await errorOn(true, {})).toContain('\u001b[31m')
  for (const [isTTY, env] of [
    [false, {}],
    [true, { NO_COLOR: '1' }],
    [true, { TERM: 'dumb' }],
  ] as const) {
    expect(await errorOn(isTTY, env)).not.toContain('\u001b')
  }
})

test('the data directory comes from --data, else HOURBASE_DATA, else ./data', async () => {
  const { db } = await sampleDatabase()
  const opened: string[] = []
  const open = async (argv: string[], env: Record<string, string>): Promise<void> => {
    const signal = new AbortController().signal
    const openDatabase = async (directory: string, mode: string) => {
      opened.push(`${directory} ${mode}`)
      return db
    }
    await runCli(argv, { stdout: memorySink(), stderr: memorySink(), env, signal, openDatabase })
  }
  await open(['tables', '--data', '/a'], { HOURBASE_DATA: '/b' })
  await open(['tables'], { HOURBASE_DATA: '/b' })
  await open(['create', 't', '--family', 'cf'], {})
  expect(opened).toEqual(['/a existing', '/b existing', './data create'])
})
