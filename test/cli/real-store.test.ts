import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CommandRun, runCommand } from '../support/run-command.js'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')
let directory = ''
let child: ChildProcess | null = null

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
})

afterEach(() => {
  child?.kill('SIGKILL')
  child = null
  rmSync(directory, { recursive: true })
})

function cli(...argv: string[]): Promise<CommandRun> {
  return runCommand(null, argv, { HOURBASE_DATA: join(directory, 'data') })
}

async function serveInChild(): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const args = [MAIN, 'serve', '--port', '0', '--json', '--data', join(directory, 'data')]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return { child, ...(JSON.parse(line) as { url: string; pid: number }) }
}

const CREATE = ['create', 'readings', '--row-key', 'station:string hour:hour', '--column', 'd:temp=double']
const ROW = ['station=JFK', 'hour=2013-01-01T05:00:00Z']

test('what one command writes the next one reads', async () => {
  expect(await cli(...CREATE)).toMatchObject({ code: 0 })
  expect(await cli('put', 'readings', ...ROW, 'temp=21.5')).toMatchObject({ code: 0 })
  expect((await cli('scan', 'readings', '--format', 'csv')).out).toBe(
    'station,hour,temp\r\nJFK,2013-01-01T05:00:00Z,21.5\r\n',
  )
  expect((await cli('aggregate', 'readings', '--select', 'avg(temp)', '--format', 'ndjson')).out).toBe(
    '{"avg_temp":21.5}\n',
  )
  expect(await cli('flush', 'readings')).toMatchObject({ code: 0 })
  expect((await cli('check')).out).toMatch(/^all well: 1 files/)
  expect(await cli('delete', 'readings', ...ROW)).toMatchObject({ code: 0 })
  expect(await cli('get', 'readings', ...ROW)).toMatchObject({ code: 3 })
  expect((await cli('count', 'readings')).out).toBe('0\n')
  expect(await cli('drop', 'readings', '--yes')).toMatchObject({ code: 0 })
  expect((await cli('tables', '--json')).out).toBe('[]\n')
})

test('a directory without a database is not found, and is not made', async () => {
  for (const argv of [['tables'], ['scan', 'x'], ['check'], ['drop', 'x', '--yes']]) {
    const { code, err } = await cli(...argv)
    expect(code).toBe(3)
    expect(err).toContain('there is no database in')
  }
})

test('beside a living server every command works through it; SIGTERM ends the server with 0', async () => {
  await cli(...CREATE)
  const server = await serveInChild()
  expect(server.pid).toBe(server.child.pid)
  expect(await cli('put', 'readings', ...ROW, 'temp=-3')).toMatchObject({ code: 0, err: '' })
  const answer = (await (await fetch(`${server.url}/v1/tables/readings/scan`)).json()) as { rows: unknown[] }
  expect(answer.rows).toEqual([{ station: 'JFK', hour: '2013-01-01T05:00:00Z', temp: -3 }])
  expect((await cli('scan', 'readings', '--format', 'ndjson')).out).toBe(
    '{"station":"JFK","hour":"2013-01-01T05:00:00Z","temp":-3}\n',
  )
  expect((await cli('get', 'readings', ...ROW, '--json')).out).toContain('"temp":-3')
  expect(await cli('scan', 'readings', '--where', 'temp <')).toMatchObject({ code: 2 })
  expect(await cli('compact', 'readings', '--major')).toMatchObject({ code: 0 })
  expect(await cli('scan', 'raedings')).toMatchObject({
    code: 3,
    err: expect.stringContaining("did you mean 'readings'?"),
  })
  server.child.kill('SIGTERM')
  expect(await once(server.child, 'exit')).toEqual([0, null])
})

test('a reader that leaves early ends a large scan without a word', async () => {
  await cli(...CREATE)
  const { open } = await import('hourbase')
  const db = await open(join(directory, 'data'))
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ station: 'JFK', hour: i * 3_600_000, temp: i }))
  await db.table('readings').putRows(rows)
  await db.close()
  const args = [MAIN, 'scan', 'readings', '--data', join(directory, 'data')]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr!.on('data', (chunk) => {
    errors += String(chunk)
  })
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(errors).toBe('')
})
