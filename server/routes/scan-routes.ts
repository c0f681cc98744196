import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Database, HourbaseError, type ScanOptions, type TableDescriptor } from 'hourbase'
import {
  createRowWriter,
  findTable,
  queryInputFromParams,
  scanBatches,
  scanFieldNames,
  scanFromInput,
} from 'hourbase/text'
import { continueScan } from '../cursor.js'
import { bodyOf, DOOR_PARAMS, type DoorParams, doorParams } from '../door-params.js'
import { Page } from '../page.js'
import { RequestScope } from '../request-scope.js'
import { sendRows } from '../send-rows.js'
import type { ServerSettings } from '../server-options.js'

type TableRequest = FastifyRequest<{ Params: { table: string } }>

export function addScanRoutes(app: FastifyInstance, db: Database, settings: ServerSettings): void {
  app.get('/v1/tables/:table/scan', async (request: TableRequest, reply) => {
    const door = doorParams(request)
    return answerScan(db, settings, request, reply, door, (descriptor) => {
      return queryInputFromParams(descriptor, door.params)
    })
  })
  app.post('/v1/tables/:table/scan', async (request: TableRequest, reply) => {
    const door = doorParams(request)
    const body = bodyOf(request, door)
    return answerScan(db, settings, request, reply, door, () => body)
  })
}

async function answerScan(
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
    const { cursor, ...input } = inputOf(descriptor)
    const asked = scanFromInput(descriptor, input, [...DOOR_PARAMS, 'cursor'])
    const scan = { ...continued(descriptor, asked, cursor), signal: scope.signal }
    const isNested = door.format !== 'csv'
    const rowsMax = pageRows(door.format, asked.limit, settings)
    const page = new Page(descriptor, asked, rowsMax)
    const limit = door.format === 'json' ? { limit: rowsMax + 1 } : {}
    const batches = scanBatches(table, descriptor, { ...scan, ...limit }, isNested)
    const answer = {
      format: door.format,
      writer: createRowWriter(door.format, door.style, true),
      fields: scanFieldNames(descriptor, scan, isNested),
      batches: door.format === 'json' ? page.cut(batches) : batches,
      next: () => page.next(),
    }
    return await sendRows(reply, answer, scope, settings)
  } finally {
    scope.end()
  }
}

function continued(descriptor: TableDescriptor, scan: ScanOptions, cursor: unknown): ScanOptions {
  if (cursor === undefined || cursor === null) return scan
  if (typeof cursor === 'string') return continueScan(descriptor, scan, cursor)
  throw new HourbaseError('INVALID_ARGUMENT', 'cursor must be text', { where: { parameter: 'cursor' } })
}

/** JSON answers are pages; the formats that stream have no end but the query's own. */
function pageRows(format: DoorParams['format'], limit: number | undefined, settings: ServerSettings): number {
  if (format !== 'json') return Number.MAX_SAFE_INTEGER
  const { pageRows: rows, pageRowsMax } = settings.limits
  if (limit === undefined) return rows
  if (limit <= pageRowsMax) return limit
  throw new HourbaseError(
    'LIMIT_EXCEEDED',
    `limit: a JSON answer holds at most ${pageRowsMax} rows, not ${limit}`,
    {
      where: { parameter: 'limit', limit: pageRowsMax },
      hint: 'follow the `next` token, or stream with format=ndjson',
    },
  )
}
