import { once } from 'node:events'
import { connect } from 'node:net'
import { buildServer, serve } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'

async function rawAnswer(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  socket.write(request)
  await once(socket, 'close')
  return text
}

test('what is no HTTP gets a problem and the connection is closed', async () => {
  const { db } = await sampleDatabase()
  const server = await serve(db, { port: 0 })
  const garbage = await rawAnswer(server.port, 'HELLO\r\n\r\n')
  expect(garbage).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
  const long = await rawAnswer(
    server.port,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  )
  expect(long).toMatch(/^HTTP\/1\.1 431 /)
  await server.stop()
})

test('slow and endless clients are bounded by timeouts and counts', async () => {
  const { server } = buildServer((await sampleDatabase()).db)
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    timeout: 60_000,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 1_000,
    maxConnections: 1_024,
  })
})
