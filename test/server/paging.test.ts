import type { FastifyInstance } from 'fastify'
import { buildServer } from 'hourbase/server'
import { expect, test } from 'vitest'
import { sampleDatabase } from '../support/doors-sample.js'

type Answer = Awaited<ReturnType<FastifyInstance['inject']>>

async function allPages(app: FastifyInstance, url: string): Promise<unknown[][]> {
  const pages: unknown[][] = []
  let next: string | null = ''
  while (next !== null) {
    const answer: Answer = await app.inject({ url: next === '' ? url : `${url}&cursor=${next}` })
    expect(answer.statusCode, answer.body).toBe(200)
    const page: { rows: unknown[]; next: string | null } = answer.json()
    pages.push(page.rows)
    next = page.next
  }
  return pages
}

test('pages of JSON follow each other without a gap or a repeat, forwards and backwards', async () => {
  const { db, readings } = await sampleDatabase()
  const app = buildServer(db)
  const whole = (await app.inject({ url: '/v1/tables/readings/scan' })).json().rows
  for (const reversed of [false, true]) {
    const pages = await allPages(app, `/v1/tables/readings/scan?limit=3&reversed=${reversed}`)
    expect(pages.map((page) => page.length)).toEqual([3, 3, 3, 1])
    expect(pages.flat()).toEqual(reversed ? whole.toReversed() : whole)
  }
  expect(readings.openScans).toBe(0)
})

test('the last full page says that it is the last', async () => {
  const { db } = await sampleDatabase()
  const pages = await allPages(buildServer(db), '/v1/tables/readings/scan?limit=5')
  expect(pages.map((page) => page.length)).toEqual([5, 5])
})

test('raw tables page by their keys', async () => {
  const { db } = await sampleDatabase()
  const pages = await allPages(buildServer(db), '/v1/tables/pages/scan?limit=1&bytes=text')
  expect(pages.flat().map((row) => (row as { row: string }).row)).toEqual(['row-a', 'row-b', 'row-c'])
})

test('without a limit a page has the default rows, above the maximum it is refused', async () => {
  const { db } = await sampleDatabase()
  const app = buildServer(db, { limits: { pageRows: 4, pageRowsMax: 6 } })
  const page = (await app.inject({ url: '/v1/tables/readings/scan' })).json()
  expect(page.rows).toHaveLength(4)
  expect(page.next).not.toBeNull()
  const refused = await app.inject({ url: '/v1/tables/readings/scan?limit=7' })
  expect(refused.statusCode).toBe(413)
  expect(refused.json()).toMatchObject({ code: 'LIMIT_EXCEEDED', where: { parameter: 'limit' } })
})

test('a token of another query, or a damaged one, is refused', async () => {
  const { db } = await sampleDatabase()
  const app = buildServer(db)
  const { next } = (await app.inject({ url: '/v1/tables/readings/scan?limit=3' })).json()
  for (const url of [
    `?limit=3&where=temp>1&cursor=${next}`,
    `?limit=3&cursor=${next.slice(0, -4)}`,
    '?cursor=zzz',
  ]) {
    const answer = await app.inject({ url: `/v1/tables/readings/scan${url}` })
    expect(answer.statusCode, url).toBe(400)
    expect(answer.json().where).toEqual({ parameter: 'cursor' })
  }
})
