import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import type { Database } from 'hourbase'
import type { ServerSettings } from '../server-options.js'

/** Probes carry no token: these answers say nothing about the data. */
export const OPEN_ROUTES: readonly string[] = ['/health/live', '/health/ready']

const { name, version } = createRequire(import.meta.url)('hourbase/package.json') as {
  name: string
  version: string
}

export function addHealthRoutes(app: FastifyInstance, db: Database, settings: ServerSettings): void {
  app.get('/health/live', async (_request, reply) => reply.send({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    settings.gate.checkOpen()
    await db.tables()
    return reply.send({ status: 'ready' })
  })
  app.get('/v1/version', async (_request, reply) => reply.send({ name, version, api: 'v1' }))
}
