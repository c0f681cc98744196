import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../cli/run-cli.js'
import { sampleDatabase } from '../support/doors-sample.js'
import { memorySink } from '../support/memory-sink.js'
import { runCommand } from '../support/run-command.js'

test('serve prints one ready line, answers until it is told to stop, and closes the database', async () => {
  const { db } = await sampleDatabase()
  const data = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
  const stop = new AbortController()
  const stderr = memorySink()
  let ready = (_line: string): void => {}
  const isReady = new Promise<string>((resolve) => {
    ready = resolve
  })
  const stdout = { ...memorySink(), write: async (line: string) => ready(line) }
  const openDatabase = () => Promise.resolve(db)
  const argv = ['serve', '--port', '0', '--json', '--data', data]
  const run = runCli(argv, { stdout, stderr, env: {}, signal: stop.signal, openDatabase })
  try {
    const line = JSON.parse(await isReady)
    expect(line).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: process.pid,
      data,
      socket: join(data, 'http.sock'),
    })
    expect((await fetch(`${line.url}/health/ready`)).status).toBe(200)
    stop.abort()
    expect(await run).toBe(0)
    expect({ err: stderr.text, closed: db.isClosed }).toEqual({ err: '', closed: true })
  } finally {
    rmSync(data, { recursive: true })
  }
})

test('serve refuses an open address without a token and a weak token, before it opens anything to the world', async () => {
  const { db } = await sampleDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
  const file = join(directory, 'token')
  writeFileSync(file, 'short\n', { mode: 0o600 })
  try {
    const open = await runCommand(db, ['serve', '--host', '0.0.0.0', '--port', '0'])
    expect(open).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('--token-file FILE or HOURBASE_TOKEN'),
    })
    const weak = await runCommand(db, ['serve', '--port', '0', '--token-file', file])
    expect(weak).toMatchObject({ code: 2, err: expect.stringContaining('the token has 5 characters') })
    expect(weak.err).not.toContain('short')
    expect(await runCommand(db, ['serve', '--port', '70000'])).toMatchObject({ code: 2 })
    expect(await runCommand(db, ['serve', '--token-file', join(directory, 'none')])).toMatchObject({
      code: 2,
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
})
