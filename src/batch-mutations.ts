/** HBase's batch: what can be written together goes into one record, what computes runs by itself, each mutation has its status. */
import type { Engine } from './engine.js'
import type { BatchMutation, BatchStatus, MutateOptions } from './model/api.js'
import type { Durability } from './model/descriptor.js'
import type { MutationCell } from './model/mutation.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { compileStep, type RowStep, type StepDecision, type StepInput } from './model/row-step.js'
import { stepAnswer } from './model/step-answer.js'
import type { TableSchema } from './model/table-schema.js'
import type { LongsAs } from './model/value-codec.js'
import { lockName } from './row-locks.js'
import { strongest } from './row-operations.js'
import { PendingRow } from './row-view.js'
import type { TableState } from './table-state.js'
import type { WriteEncoder } from './table-writes.js'
import { type HourbaseError, isHourbaseError } from './util/errors.js'

export interface BatchWrites {
  /** By index of the mutation. */
  readonly errors: ReadonlyMap<number, HourbaseError>
  readonly computed: readonly { index: number; input: StepInput; durability: Durability | undefined }[]
  /** `rows`: those to lock, since a delete reads them. */
  readonly records: readonly { rows: readonly string[]; encode: WriteEncoder; durability: Durability }[]
}

interface RowSteps {
  readonly inputs: StepInput[]
  readonly steps: RowStep[]
  readonly durabilities: Durability[]
}

export function batchWrites(
  engine: Engine,
  table: TableState,
  mutations: readonly BatchMutation[],
  options: MutateOptions,
): BatchWrites {
  const errors = new Map<number, HourbaseError>()
  const computed: { index: number; input: StepInput; durability: Durability | undefined }[] = []
  const rows = new Map<string, RowSteps>()
  mutations.forEach((mutation, index) => {
    const durability = mutation.durability ?? options.durability
    const input = { row: mutation.row, mutations: [mutation] }
    try {
      const step = compileStep(table.schema, input)
      if (mutation.kind === 'increment' || mutation.kind === 'append') {
        computed.push({ index, input, durability })
        return
      }
      const name = lockName(step.key)
      const own = rows.get(name) ?? { inputs: [], steps: [], durabilities: [] }
      own.inputs.push(input)
      own.steps.push(step)
      own.durabilities.push(durability ?? table.descriptor.durability)
      rows.set(name, own)
    } catch (error) {
      if (!isHourbaseError(error)) throw error
      errors.set(index, error)
    }
  })
  return { errors, computed, records: recordsOf(engine, table, rows) }
}

/** Whole rows, as many as a record takes. */
function recordsOf(
  engine: Engine,
  table: TableState,
  rows: ReadonlyMap<string, RowSteps>,
): BatchWrites['records'] {
  const records: { names: string[]; rows: RowSteps[] }[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const [name, row] of rows) {
    if (bytes > engine.options.recordBytesMax) {
      records.push({ names: [], rows: [] })
      bytes = 0
    }
    const record = records[records.length - 1]!
    if (row.steps.some((step) => step.needsRead)) record.names.push(name)
    record.rows.push(row)
    for (const step of row.steps) bytes += step.sizeBytes
  }
  return records.map((record) => ({
    rows: record.names.sort(),
    encode: encoder(engine, table.schema, record.rows),
    durability: strongest(record.rows.flatMap((row) => row.durabilities)),
  }))
}

/** One sequence a row: as in HBase, the order inside a batch counts only for equal cells. */
function encoder(engine: Engine, schema: TableSchema, rows: readonly RowSteps[]): WriteEncoder {
  return (table, first) => {
    const now = engine.options.clock.now()
    const mutations = rows.map(({ inputs, steps }) => {
      const own = schema === table.schema ? steps : inputs.map((input) => compileStep(table.schema, input))
      const { key } = own[0]!
      const view = new PendingRow(engine, table, key, now)
      const cells: MutationCell[] = []
      for (const step of own) cells.push(...step.decide(view, now).cells)
      return { row: key, cells }
    })
    return { blocks: encodeMutations(table.schema, mutations, first), rows: mutations.length }
  }
}

/** Waits for the computed ones. */
export async function batchStatuses(
  schema: TableSchema,
  mutations: readonly BatchMutation[],
  errors: ReadonlyMap<number, HourbaseError>,
  computed: readonly { index: number; decision: Promise<StepDecision> }[],
  longs: LongsAs | undefined,
): Promise<BatchStatus[]> {
  const statuses: BatchStatus[] = mutations.map((_, index) => {
    const error = errors.get(index)
    return error === undefined ? { status: 'SUCCESS' } : failure(error)
  })
  const ended = await Promise.allSettled(computed.map(({ decision }) => decision))
  ended.forEach((outcome, i) => {
    const { index } = computed[i]!
    if (outcome.status === 'rejected') {
      if (!isHourbaseError(outcome.reason)) throw outcome.reason
      statuses[index] = failure(outcome.reason)
      return
    }
    const { answer } = outcome.value
    const key = schema.rowKey(mutations[index]!.row)
    const result = answer === null ? null : stepAnswer(schema, key, answer, longs)
    statuses[index] = { status: 'SUCCESS', result }
  })
  return statuses
}

function failure({ code, message }: HourbaseError): BatchStatus {
  return { status: statusOf(code), error: { code, message } }
}

/** What is wrong with the mutation itself against what went wrong with it. */
function statusOf(code: HourbaseError['code']): BatchStatus['status'] {
  if (code === 'FAMILY_NOT_FOUND' || code === 'COLUMN_NOT_FOUND') return 'BAD_FAMILY'
  return code === 'ROW_INVALID' || code === 'LIMIT_EXCEEDED' || code === 'INVALID_ARGUMENT'
    ? 'SANITY_CHECK_FAILURE'
    : 'FAILURE'
}
