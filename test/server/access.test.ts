import { buildServer, QueryGate, serve } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'

const TOKEN = 'correct-horse-battery'

async function status(
  url: string,
  headers: Record<string, string>,
  token: string | null = TOKEN,
): Promise<number> {
  const { db } = await sampleDatabase()
  return (await buildServer(db, { token }).inject({ url, headers })).statusCode
}

test.each([
  ['/v1/tables', {}, 401],
  ['/v1/tables', { authorization: `Bearer ${TOKEN}` }, 200],
  ['/v1/tables', { authorization: `bearer ${TOKEN}` }, 200],
  ['/v1/tables', { authorization: 'Bearer wrong' }, 401],
  ['/v1/tables', { authorization: `Bearer ${TOKEN}x` }, 401],
  ['/v1/tables', { authorization: `Basic ${TOKEN}` }, 401],
  ['/v1/tables', { authorization: TOKEN }, 401],
  ['/v1/version', {}, 401],
  ['/v1/tables/readings/scan', {}, 401],
  ['/v1/tables/readings/aggregate?select=n:count(*)', {}, 401],
  ['/no/such/route', {}, 401],
  ['/health/live', {}, 200],
  ['/health/ready', {}, 200],
])('with a token set, %s with %j answers %i', async (url, headers, expected) => {
  expect(await status(url, headers)).toBe(expected)
})

test('a refusal names the scheme', async () => {
  const { db } = await sampleDatabase()
  const answer = await buildServer(db, { token: TOKEN }).inject({ url: '/v1/tables' })
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="hourbase"')
  expect(answer.json()).toMatchObject({ code: 'UNAUTHORIZED' })
})

test.each([
  ['localhost', 200],
  ['localhost:8080', 200],
  ['LOCALHOST:1', 200],
  ['127.0.0.1:8080', 200],
  ['[::1]:8080', 200],
  ['evil.example', 403],
  ['localhost.evil.example', 403],
  ['127.0.0.1.evil.example:80', 403],
])('on loopback the Host %s answers %i', async (host, expected) => {
  expect(await status('/v1/tables', { host }, null)).toBe(expected)
  expect(await status('/health/live', { host }, null)).toBe(expected)
})

test('no answer allows another origin', async () => {
  const { db } = await sampleDatabase()
  const answer = await buildServer(db).inject({
    url: '/v1/tables',
    headers: { origin: 'https://evil.example' },
  })
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

test.each([
  ['0.0.0.0', null, /others can reach/],
  ['::', null, /others can reach/],
  ['192.0.2.1', null, /others can reach/],
  ['0.0.0.0', 'short', /at least 16/],
  ['127.0.0.1', 'short', /at least 16/],
])('serve refuses the address %s with the token %s', async (host, token, message) => {
  const { db } = await sampleDatabase()
  await expect(serve(db, { host, token, port: 0 })).rejects.toThrow(message)
})

test('during a stop the server is alive but not ready, and takes no query', async () => {
  const { db } = await sampleDatabase()
  const gate = new QueryGate(4)
  const app = buildServer(db, { gate })
  expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(200)
  gate.stop()
  expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200)
  for (const url of ['/health/ready', '/v1/tables', '/v1/tables/readings/scan']) {
    const answer = await app.inject({ url })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().code).toBe('CLOSED')
  }
})
