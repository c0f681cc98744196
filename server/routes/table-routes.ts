import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Database } from 'hourbase'
import { definitionOf, findTable, toJsonText } from 'hourbase/text'

export function addTableRoutes(app: FastifyInstance, db: Database): void {
  app.get('/v1/tables', async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(toJsonText({ tables: await db.tables() }))
  })
  app.get('/v1/tables/:table', async (request: FastifyRequest<{ Params: { table: string } }>, reply) => {
    const { table, descriptor } = await findTable(db, request.params.table)
    const answer = { ...definitionOf(descriptor), regions: await table.regions() }
    return reply.type('application/json; charset=utf-8').send(toJsonText(answer))
  })
}
