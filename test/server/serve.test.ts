import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { serve } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'
import { ManualClock } from '../support/manual-clock.js'

function fetchText(options: {
  url?: string
  socketPath?: string
  path?: string
}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.once('end', () => resolve({ status: response.statusCode!, text }))
      response.once('error', reject)
    }
    const { url, ...rest } = options
    const request =
      url === undefined ? get({ ...rest, agent: false }, take) : get(url, { agent: false }, take)
    request.once('error', reject)
  })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

test('serve listens on a free port of the loopback address and stops', async () => {
  const { db } = await sampleDatabase()
  const server = await serve(db, { port: 0 })
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  expect((await fetchText({ url: `${server.url}/health/live` })).status).toBe(200)
  await server.stop()
  await expect(fetchText({ url: `${server.url}/health/live` })).rejects.toThrow('ECONNREFUSED')
  expect(db.isClosed).toBe(false)
})

test('a port that is taken is an error that says so', async () => {
  const { db } = await sampleDatabase()
  const server = await serve(db, { port: 0 })
  await expect(serve(db, { port: server.port })).rejects.toMatchObject({
    code: 'IO_ERROR',
    message: `cannot listen on 127.0.0.1:${server.port}: EADDRINUSE`,
    hint: expect.stringContaining('0 for any free one'),
  })
  await server.stop()
})

test('the Unix socket answers without a token, is for its owner alone and is gone after the stop', async () => {
  const { db } = await sampleDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
  const socketPath = join(directory, 'http.sock')
  writeFileSync(socketPath, 'left behind by a process that died')
  const server = await serve(db, { port: 0, token: 'correct-horse-battery', socketPath })
  try {
    expect((await fetchText({ url: `${server.url}/v1/tables` })).status).toBe(401)
    expect(statSync(socketPath).mode & 0o777).toBe(0o600)
    expect(JSON.parse((await fetchText({ socketPath, path: '/v1/tables' })).text).tables).toHaveLength(2)
    const second = await serve(db, { port: 0, socketPath })
    expect(second.socketPath, 'a living server keeps its socket').toBeNull()
    await second.stop()
    expect((await fetchText({ socketPath, path: '/health/live' })).status).toBe(200)
  } finally {
    await server.stop()
    expect(existsSync(socketPath)).toBe(false)
    rmSync(directory, { recursive: true })
  }
})

test('a stop lets a running answer end', async () => {
  const { db, readings } = await sampleDatabase()
  const server = await serve(db, { port: 0 })
  let release = (): void => {}
  let hasBegun = false
  readings.faults.gate = () => {
    hasBegun = true
    return new Promise((resolve) => {
      release = resolve
    })
  }
  const answer = fetchText({ url: `${server.url}/v1/tables/readings/aggregate?select=n:count(*)` })
  await until(() => hasBegun)
  const stopped = server.stop()
  release()
  expect((await answer).status).toBe(200)
  await stopped
})

test('a stop cuts off what does not end in time', async () => {
  const { db, readings } = await sampleDatabase()
  const clock = new ManualClock()
  const server = await serve(db, { port: 0, clock, stopMs: 10_000 })
  readings.faults.isEndless = true
  const isCut = new Promise<boolean>((resolve) => {
    get(`${server.url}/v1/tables/readings/scan?format=ndjson`, { agent: false }, (response) => {
      response
        .on('error', () => resolve(true))
        .on('end', () => resolve(false))
        .resume()
    })
  })
  await until(() => readings.openScans === 1)
  const stopped = server.stop()
  await turn()
  clock.advance(10_000)
  expect(await isCut).toBe(true)
  await stopped
  expect(readings.openScans).toBe(0)
})

test('any other address may be listened on with a token, under any Host', async () => {
  const { db } = await sampleDatabase()
  const server = await serve(db, { host: '0.0.0.0', port: 0, token: 'correct-horse-battery' })
  const url = `http://127.0.0.1:${server.port}/v1/tables`
  const withToken = new Promise<number>((resolve) => {
    const headers = { authorization: 'Bearer correct-horse-battery', host: 'db.example' }
    get(url, { agent: false, headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
  })
  expect(await withToken).toBe(200)
  expect((await fetchText({ url })).status).toBe(401)
  await server.stop()
})
