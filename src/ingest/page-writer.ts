/** Stores rows together with the checkpoint that covers them; rows that the table refuses are taken out and told. */
import { setTimeout as delay } from 'node:timers/promises'
import type { RowInput, Table, WriteOptions } from '../model/api.js'
import { encodeRows } from '../model/row-encoder.js'
import type { TableSchema } from '../model/table-schema.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'

/** Rows of one write, and for each where it came from. */
export interface WriteBatch {
  readonly rows: RowInput[]
  readonly places: number[]
}

export interface WriteRequest {
  readonly batch: WriteBatch
  readonly timestamp: number
  readonly checkpointName: string
  /** The checkpoint, made anew after a refusal, because it counts the refused rows. */
  readonly checkpoint: () => Uint8Array
  /** Told before the batch is tried again; may throw when there are too many. */
  readonly onRefused: (place: number, error: HourbaseError) => void
  readonly bulk: boolean
}

const ROW_ERRORS = ['ROW_INVALID', 'VALUE_INVALID', 'EXPIRED_WRITE'] as const
const BUSY_TRIES_MAX = 20
const BUSY_FIRST_MS = 50
const BUSY_LAST_MS = 2_000

export async function writeBatch(table: Table, schema: TableSchema, request: WriteRequest): Promise<void> {
  const { rows, places } = request.batch
  let checkedAll = false
  for (;;) {
    const options: WriteOptions = {
      nulls: 'skip',
      timestamp: request.timestamp,
      checkpoint: { name: request.checkpointName, value: request.checkpoint() },
    }
    try {
      await withPatience(() => (request.bulk ? table.bulkLoad(rows, options) : table.putRows(rows, options)))
      return
    } catch (error) {
      const refused = refusedRow(error)
      if (refused === null) throw error
      if (checkedAll) takeOut(request, refused, error as HourbaseError)
      else refuseAll(schema, request)
      // One look at each row finds all refusals at once; what it misses comes out one by one.
      checkedAll = true
    }
    if (rows.length !== places.length) throw new HourbaseError('INTERNAL', 'rows and places differ')
  }
}

function refusedRow(error: unknown): number | null {
  if (!ROW_ERRORS.some((code) => isHourbaseError(error, code))) return null
  const row = (error as HourbaseError).where['row']
  return typeof row === 'number' ? row : null
}

function takeOut({ batch, onRefused }: WriteRequest, row: number, error: HourbaseError): void {
  const [place] = batch.places.splice(row, 1)
  batch.rows.splice(row, 1)
  onRefused(place!, error)
}

function refuseAll(schema: TableSchema, request: WriteRequest): void {
  const { rows } = request.batch
  for (let row = rows.length - 1; row >= 0; row--) {
    try {
      encodeRows(schema, [rows[row]!], { now: request.timestamp, nulls: 'skip', sequenceBase: 1 })
    } catch (error) {
      if (refusedRow(error) === null) throw error
      takeOut(request, row, error as HourbaseError)
    }
  }
}

/** The store asks for patience while it flushes or compacts. */
async function withPatience<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (!isHourbaseError(error, 'BUSY') || attempt === BUSY_TRIES_MAX) throw error
      await delay(Math.min(BUSY_LAST_MS, BUSY_FIRST_MS * 2 ** attempt))
    }
  }
}
