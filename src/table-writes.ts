/** Puts, deletes and row operations on a table of this process: checked, encoded, committed. */
import { batchStatuses, batchWrites } from './batch-mutations.js'
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type {
  BatchMutation,
  BatchStatus,
  CheckOptions,
  CheckResult,
  DeleteOptions,
  MutateOptions,
  PutOptions,
  PutValues,
  Result,
  RowCondition,
  RowInput,
  RowKeyLike,
  RowMutation,
  TypedRow,
  WriteOptions,
  WriteResult,
} from './model/api.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { putMutation, putValuesMutation } from './model/raw-mutation.js'
import type { RowBlock } from './model/row-block.js'
import { groupOfRow, rowKeyOf } from './model/row-block.js'
import { encodeRows } from './model/row-encoder.js'
import { compileStep, EMPTY_VIEW, type StepInput } from './model/row-step.js'
import { stepAnswer } from './model/step-answer.js'
import { lockName } from './row-locks.js'
import type { RowOperations } from './row-operations.js'
import { PendingRow } from './row-view.js'
import { throwIfAborted } from './scan-handle.js'
import { checkpointPart } from './system-table.js'
import type { TableState } from './table-state.js'
import { writeGate } from './write-gate.js'
import type { CommitPart, Writer } from './writer.js'

/** Made in the same synchronous stretch as their commit: `first` is the sequence of the first row. */
export interface EncodedWrite {
  readonly blocks: readonly (RowBlock | null)[]
  /** Sequences taken. */
  readonly rows: number
}
export type WriteEncoder = (table: TableState, first: number) => EncodedWrite

export class TableWrites {
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #operations: RowOperations
  readonly #name: string

  constructor(engine: Engine, maintenance: Maintenance, operations: RowOperations, name: string) {
    this.#engine = engine
    this.#maintenance = maintenance
    this.#operations = operations
    this.#name = name
  }

  #now(): number {
    return this.#engine.options.clock.now()
  }

  async put(row: RowKeyLike, values: PutValues, options: PutOptions): Promise<WriteResult> {
    const { timestamp, ttlMs } = options
    return this.#write(options, ({ schema }, first) => {
      const now = this.#now()
      if (Array.isArray(values)) {
        const mutation = putMutation(schema, row, values, { now, timestamp, ttlMs })
        return { blocks: encodeMutations(schema, [mutation], first), rows: 1 }
      }
      const named = values as Exclude<PutValues, readonly unknown[]>
      if (schema.isTyped && typeof row === 'object' && !(row instanceof Uint8Array)) {
        const ttl = ttlMs === undefined ? {} : { ttlMs }
        const rows = [{ row, values: named }]
        const stamps = { now, timestamp, sequenceBase: first }
        const { blocks } = encodeRows(schema, rows, { ...stamps, nulls: 'delete', ...ttl })
        return { blocks, rows: 1 }
      }
      const mutation = putValuesMutation(schema, row, named, { now, timestamp, ttlMs })
      return { blocks: encodeMutations(schema, [mutation], first), rows: 1 }
    })
  }

  async putRows(rows: readonly RowInput[], options: WriteOptions): Promise<WriteResult> {
    if (rows.length === 0 && options.checkpoint === undefined) {
      this.#engine.writable(this.#engine.table(this.#name))
      return { rows: 0 }
    }
    const encoder =
      (part: readonly RowInput[]): WriteEncoder =>
      ({ schema }, first) => {
        const { timestamp, nulls = 'skip' } = options
        const encoded = encodeRows(schema, part, { now: this.#now(), timestamp, nulls, sequenceBase: first })
        return { blocks: encoded.blocks, rows: part.length }
      }
    // All rows are valid; a call above one record is cut at rows, and its checkpoint rides on the last part.
    let step = rows.length
    await this.#write(options, encoder(rows), (blocks) => {
      const bytes = blocks.reduce((sum, block) => sum + (block?.sizeBytes ?? 0), 0)
      const parts = Math.ceil(bytes / this.#engine.options.recordBytesMax)
      step = Math.ceil(rows.length / Math.max(1, parts))
      return parts <= 1
    })
    if (step >= rows.length) return { rows: rows.length }
    const { checkpoint: _, ...without } = options
    for (let at = 0; at < rows.length; at += step) {
      const isLast = at + step >= rows.length
      await this.#write(isLast ? options : without, encoder(rows.slice(at, at + step)))
    }
    return { rows: rows.length }
  }

  async delete(row: RowKeyLike, options: DeleteOptions): Promise<WriteResult> {
    const { what, timestamp } = options
    const deletion: RowMutation = {
      kind: 'delete',
      ...(what === undefined ? {} : { what }),
      ...(timestamp === undefined ? {} : { timestamp }),
    }
    await this.#step({ row, mutations: [deletion] }, options)
    return { rows: 1 }
  }

  async mutateRow(
    row: RowKeyLike,
    mutations: readonly RowMutation[],
    options: MutateOptions,
  ): Promise<TypedRow | Result | null> {
    const { result } = await this.#step({ row, mutations }, options)
    return result
  }

  checkAndMutate(
    row: RowKeyLike,
    condition: RowCondition,
    mutation: RowMutation | readonly RowMutation[],
    options: CheckOptions,
  ): Promise<CheckResult> {
    const mutations = Array.isArray(mutation) ? mutation : [mutation as RowMutation]
    return this.#step({ row, mutations, condition, timeRange: options.timeRange }, options)
  }

  async #step(input: StepInput, options: MutateOptions & WriteOptions): Promise<CheckResult> {
    throwIfAborted(options.signal)
    const table = this.#engine.table(this.#name)
    const step = compileStep(table.schema, input)
    if (step.needsRead && options.checkpoint === undefined) {
      const { success, answer } = await this.#operations.run(table, input, options.durability)
      const result = answer === null ? null : stepAnswer(table.schema, step.key, answer, options.longs)
      return { success, result }
    }
    const encode: WriteEncoder = (current, first) => {
      const { schema } = current
      const own = schema === table.schema ? step : compileStep(schema, input)
      const now = this.#now()
      const view = own.needsRead ? new PendingRow(this.#engine, current, own.key, now) : EMPTY_VIEW
      const { cells } = own.decide(view, now)
      if (cells.length === 0) return { blocks: [], rows: 0 }
      return { blocks: encodeMutations(schema, [{ row: own.key, cells }], first), rows: 1 }
    }
    await (step.needsRead
      ? this.#writeLocked(options, encode, [lockName(step.key)], 'reads')
      : this.#write(options, encode))
    return { success: true, result: null }
  }

  async batch(mutations: readonly BatchMutation[], options: MutateOptions): Promise<BatchStatus[]> {
    throwIfAborted(options.signal)
    const table = this.#engine.table(this.#name)
    const writes = batchWrites(this.#engine, table, mutations, options)
    const computed = writes.computed.map(({ index, input, durability }) => ({
      index,
      decision: this.#operations.run(table, input, durability),
    }))
    // Should a record fail, nobody waits for these any more.
    for (const { decision } of computed) decision.catch(() => undefined)
    for (const { rows, encode, durability } of writes.records)
      await (rows.length > 0
        ? this.#writeLocked({ durability }, encode, rows, 'reads')
        : this.#write({ durability }, encode))
    return batchStatuses(table.schema, mutations, writes.errors, computed, options.longs)
  }

  /** Gate, encode, commit. `accepts` may turn the encoded blocks down: nothing is written then. */
  async #write(
    options: WriteOptions,
    encode: WriteEncoder,
    accepts?: (blocks: EncodedWrite['blocks']) => boolean,
  ): Promise<WriteResult> {
    throwIfAborted(options.signal)
    const gate = writeGate(this.#engine, this.#maintenance, this.#engine.table(this.#name))
    if (gate !== null) await gate
    const table = this.#engine.table(this.#name)
    const writer = this.#engine.writable(table)
    const write = encode(table, writer.lastSequence + 1)
    if (accepts?.(write.blocks) === false) return { rows: 0 }
    if (!writer.locks.isIdle && meetsLock(writer, table, write.blocks))
      return this.#writeLocked(options, encode, lockNames(write.blocks), 'writes')
    await this.#commit(writer, table, write, options)
    return { rows: write.rows }
  }

  /**
   * Some of its rows are between a read and its write, or it reads itself: it waits for them like those do. Appended, it
   * lets go: who comes next waits until plain writes are visible.
   */
  async #writeLocked(
    options: WriteOptions,
    encode: WriteEncoder,
    rows: readonly string[],
    kind: 'reads' | 'writes',
  ): Promise<WriteResult> {
    const { id } = this.#engine.table(this.#name).descriptor
    const { locks } = this.#engine.writable()
    await locks.acquire(id, rows)
    let committed: Promise<void>
    let write: EncodedWrite
    try {
      await writeGate(this.#engine, this.#maintenance, this.#engine.table(this.#name))
      if (kind === 'reads') await this.#engine.writable().plainWrites()
      const table = this.#engine.table(this.#name)
      const writer = this.#engine.writable(table)
      write = encode(table, writer.lastSequence + 1)
      committed = this.#commit(writer, table, write, options)
    } finally {
      locks.release(id, rows)
    }
    await committed
    return { rows: write.rows }
  }

  #commit(writer: Writer, table: TableState, write: EncodedWrite, options: WriteOptions): Promise<void> {
    const { checkpoint, durability } = options
    if (write.rows === 0 && checkpoint === undefined) return Promise.resolve()
    const first = writer.take(write.rows)
    const parts: CommitPart[] = write.rows === 0 ? [] : [{ table, blocks: write.blocks }]
    if (checkpoint !== undefined)
      parts.push(checkpointPart(this.#engine, checkpoint.name, checkpoint.value, writer.take(1)))
    return writer.commit(parts, first, durability ?? table.descriptor.durability)
  }
}

function meetsLock(writer: Writer, table: TableState, blocks: EncodedWrite['blocks']): boolean {
  const held = writer.locks.heldIn(table.descriptor.id)
  return held !== null && lockNames(blocks).some((row) => held.has(row))
}

/** Ascending, without repeats. */
function lockNames(blocks: EncodedWrite['blocks']): string[] {
  const names = new Set<string>()
  for (const block of blocks) {
    for (let row = 0; row < (block?.rowCount ?? 0); row++)
      names.add(lockName(rowKeyOf(block!, row, groupOfRow(block!, row))))
  }
  return [...names].sort()
}
