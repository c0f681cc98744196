import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { type RunningServer, serve } from 'hourbase/server'
import { afterEach, expect, test } from 'vitest'
import type { FakeTable } from '../support/doors-fake.js'
import { sampleDatabase } from '../support/doors-sample.js'
import { ManualClock } from '../support/manual-clock.js'

let server: RunningServer | null = null
afterEach(async () => {
  await server?.stop()
  server = null
})

async function start(): Promise<{
  readings: FakeTable
  clock: ManualClock
  log: string[]
  server: RunningServer
}> {
  const { db, readings } = await sampleDatabase()
  const clock = new ManualClock()
  const log: string[] = []
  server = await serve(db, { port: 0, clock, log: (line) => log.push(line) })
  return { readings, clock, log, server }
}

function open(url: string): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => resolve({ request, response }))
    request.once('error', reject)
  })
}

/** What came, and whether the answer ended as a whole. */
async function readAll(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  let text = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk
  } catch {
    return { text, isWhole: false }
  }
  return { text, isWhole: response.complete }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

test('a whole answer ends as a whole', async () => {
  const { server } = await start()
  const { response } = await open(`${server.url}/v1/tables/readings/scan?format=ndjson`)
  const { text, isWhole } = await readAll(response)
  expect(isWhole).toBe(true)
  expect(text.trimEnd().split('\n')).toHaveLength(10)
})

test('a failure after the first rows: NDJSON says why in its last record, and no format ends as a whole', async () => {
  const { readings, server, log } = await start()
  readings.faults.failAfterRows = 4
  for (const format of ['ndjson', 'json', 'csv']) {
    const { response } = await open(`${server.url}/v1/tables/readings/scan?format=${format}`)
    expect(response.statusCode).toBe(200)
    const { text, isWhole } = await readAll(response)
    expect(isWhole, format).toBe(false)
    if (format === 'ndjson') {
      const last = JSON.parse(text.trimEnd().split('\n').at(-1)!)
      expect(last.error).toMatchObject({ code: 'CORRUPTION', detail: 'block 3 of 000007.sst is damaged' })
    }
    if (format === 'json') expect(() => JSON.parse(text)).toThrow()
  }
  expect(log).toHaveLength(3)
  expect(readings.openScans).toBe(0)
})

test('a failure before the first row is a problem with its status', async () => {
  const { readings, server } = await start()
  readings.faults.failAfterRows = 0
  const { response } = await open(`${server.url}/v1/tables/readings/scan?format=ndjson`)
  expect(response.statusCode).toBe(500)
  expect(JSON.parse((await readAll(response)).text)).toMatchObject({ code: 'CORRUPTION' })
})

test('a client that goes away releases the scan', async () => {
  const { readings, server } = await start()
  readings.faults.isEndless = true
  const { request, response } = await open(`${server.url}/v1/tables/readings/scan?format=ndjson`)
  await new Promise((resolve) => response.once('data', resolve))
  expect(readings.openScans).toBe(1)
  request.destroy()
  await until(() => readings.openScans === 0)
  expect(readings.asked.scan!.signal!.aborted).toBe(true)
})

test('a client that goes away while an aggregate computes aborts it', async () => {
  const { readings, server } = await start()
  let hasBegun = false
  readings.faults.gate = async () => {
    hasBegun = true
    await until(() => readings.asked.aggregate!.signal!.aborted)
  }
  const request = get(`${server.url}/v1/tables/readings/aggregate?select=n:count(*)`, { agent: false })
  request.on('error', () => {})
  await until(() => hasBegun)
  request.destroy()
  await until(() => readings.asked.aggregate!.signal!.aborted)
})

test('a reader that takes next to nothing holds back the scan and is dropped after the time for slow readers', async () => {
  const { readings, clock, server } = await start()
  readings.faults.isEndless = true
  let batches = 0
  readings.faults.gate = async () => {
    batches++
  }
  const socket = connect(server.port, '127.0.0.1')
  const isClosed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /v1/tables/readings/scan?format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n')
  // The watch over the reader is the only timer once the answer has begun.
  await until(() => batches > 0 && clock.scheduled === 1)
  const before = batches
  for (let i = 0; i < 100; i++) await turn()
  expect(batches, 'a full pipe stops the scan').toBe(before)
  clock.advance(30_000)
  await until(() => readings.openScans === 0)
  expect(clock.scheduled).toBe(0)
  socket.resume()
  await isClosed
})

test('a reader that is slow but takes enough is kept', async () => {
  const { readings, clock, server } = await start()
  readings.faults.isEndless = true
  let batches = 0
  readings.faults.gate = async () => {
    batches++
  }
  const { request, response } = await open(`${server.url}/v1/tables/readings/scan?format=ndjson`)
  for (let round = 0; round < 3; round++) {
    response.pause()
    await until(() => clock.scheduled === 1)
    clock.advance(20_000)
    const before = batches
    response.resume()
    await until(() => batches > before + 1000)
  }
  expect(readings.openScans).toBe(1)
  request.destroy()
  await until(() => readings.openScans === 0)
})
