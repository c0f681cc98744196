import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database, TableDescriptor } from 'hourbase'
import {
  aggregateBatches,
  aggregateFromInput,
  aggregateKinds,
  createRowWriter,
  findTable,
  queryInputFromParams,
} from 'hourbase/text'
import { bodyOf, DOOR_PARAMS, type DoorParams, doorParams } from '../door-params.js'
import { RequestScope } from '../request-scope.js'
import { sendRows } from '../send-rows.js'
import type { ServerSettings } from '../server-options.js'

type TableRequest = FastifyRequest<{ Params: { table: string } }>

export function addAggregateRoutes(app: FastifyInstance, db: Database, settings: ServerSettings): void {
  app.get('/v1/tables/:table/aggregate', async (request: TableRequest, reply) => {
    const door = doorParams(request)
    return answerAggregate(db, settings, request, reply, door, (descriptor) => {
      return queryInputFromParams(descriptor, door.params)
    })
  })
  app.post('/v1/tables/:table/aggregate', async (request: TableRequest, reply) => {
    const door = doorParams(request)
    const body = bodyOf(request, door)
    return answerAggregate(db, settings, request, reply, door, () => body)
  })
}

async function answerAggregate(
  db: Database,
  settings: ServerSettings,
  request: TableRequest,
  reply: FastifyReply,
  door: DoorParams,
  inputOf: (descriptor: TableDescriptor) => Record<string, unknown>,
): Promise<FastifyReply> {
  const scope = new RequestScope(reply, settings)
  try {
    const { table, descriptor } = await findTable(db, request.params.table)
    const query = aggregateFromInput(descriptor, inputOf(descriptor), DOOR_PARAMS)
    const rows = await table.aggregate({ ...query, signal: scope.signal })
    const answer = {
      format: door.format,
      writer: createRowWriter(door.format, door.style, true),
      fields: [...aggregateKinds(descriptor, query).keys()],
      batches: aggregateBatches(descriptor, query, rows),
      next: () => null,
    }
    return await sendRows(reply, answer, scope, settings)
  } catch (error) {
    throw scope.reasonFor(error)
  } finally {
    scope.end()
  }
}
