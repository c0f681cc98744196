/**
 * Read-modify-writes, linearizable and in groups. Who changes a row by what it holds takes the row's lock; all such steps of
 * one row that wait for it are decided one after the other, each seeing those before it, and go out as one WAL record. So a
 * counter hit by many costs one sync a round, and counters of different rows share syncs like plain puts do.
 * Invariants: from the lock on no plain write of the row is appended (src/table-writes.ts asks the locks); those appended
 * before are visible before the row is read; the lock is kept until what was decided is visible or has failed.
 */
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type { Durability, TableDescriptor } from './model/descriptor.js'
import type { Mutation } from './model/mutation.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { compileStep, type RowStep, type StepDecision, type StepInput } from './model/row-step.js'
import type { TableSchema } from './model/table-schema.js'
import { NewestCellsCache } from './newest-cells.js'
import { lockName } from './row-locks.js'
import { PendingRow } from './row-view.js'
import type { TableState } from './table-state.js'
import { writeGate } from './write-gate.js'
import { tableGone } from './writer.js'

/** Of one row, waiting for its turn. */
interface WaitingStep {
  readonly input: StepInput
  /** Compiled for this schema; the table may be altered meanwhile. */
  readonly schema: TableSchema
  readonly step: RowStep
  readonly durability: Durability | undefined
  readonly resolve: (decision: StepDecision) => void
  readonly reject: (error: unknown) => void
}

interface DecidedStep {
  readonly waiting: WaitingStep
  readonly decision: StepDecision
}

const STEPS_MAX = 1000

const STRENGTH: Readonly<Record<Durability, number>> = {
  SKIP_WAL: 0,
  ASYNC_WAL: 1,
  SYNC_WAL: 2,
  FSYNC_WAL: 3,
}

/** What shares a record is as durable as the most careful asks. */
export function strongest(levels: readonly Durability[]): Durability {
  return levels.reduce((a, b) => (STRENGTH[b] > STRENGTH[a] ? b : a))
}

export class RowOperations {
  readonly #engine: Engine
  readonly #maintenance: Maintenance
  readonly #newest = new NewestCellsCache()
  /** By table id and row; a row with a list has someone at work on it. */
  readonly #waiting = new Map<string, WaitingStep[]>()

  constructor(engine: Engine, maintenance: Maintenance) {
    this.#engine = engine
    this.#maintenance = maintenance
  }

  /** Resolves when what was decided is as durable as asked and visible. @throws what compileStep throws, at once */
  run(table: TableState, input: StepInput, durability: Durability | undefined): Promise<StepDecision> {
    const { schema } = table
    const step = compileStep(schema, input)
    return new Promise((resolve, reject) => {
      const waiting = { input, schema, step, durability, resolve, reject }
      const id = `${table.descriptor.id}:${lockName(step.key)}`
      const queue = this.#waiting.get(id)
      if (queue !== undefined) {
        queue.push(waiting)
        return
      }
      const own = [waiting]
      this.#waiting.set(id, own)
      void this.#work(table.descriptor, id, own)
    })
  }

  async #work(table: TableDescriptor, id: string, queue: WaitingStep[]): Promise<void> {
    const row = [lockName(queue[0]!.step.key)]
    while (queue.length > 0) {
      const round: WaitingStep[] = []
      try {
        const { locks } = this.#engine.writable()
        await locks.acquire(table.id, row)
        try {
          await this.#round(table, queue, round)
        } finally {
          locks.release(table.id, row)
        }
      } catch (error) {
        // Those that came while the round was on its way have a round of their own.
        const failed = round.length > 0 ? round : queue.splice(0)
        for (const waiting of failed) waiting.reject(error)
      }
    }
    // In the same stretch as the look at the queue: nobody can have joined it meanwhile.
    this.#waiting.delete(id)
  }

  async #round({ name, id }: TableDescriptor, queue: WaitingStep[], round: WaitingStep[]): Promise<void> {
    await writeGate(this.#engine, this.#maintenance, this.#engine.table(name))
    await this.#engine.writable().plainWrites()
    // From here to the commit without an await: what is read is the latest state.
    const table = this.#engine.table(name)
    if (table.descriptor.id !== id) throw tableGone(name)
    const writer = this.#engine.writable(table)
    const first = writer.lastSequence + 1
    const { plainSequences } = writer
    const { key } = queue[0]!.step
    const rowId = `${id}:${lockName(key)}`
    const newest = this.#newest.take(rowId, table, plainSequences)
    const row = new PendingRow(this.#engine, table, key, this.#engine.options.clock.now(), newest)
    const { decided, mutations } = this.#decide(table, row, queue, round, first)
    if (mutations.length > 0) {
      const blocks = encodeMutations(table.schema, mutations, first)
      writer.take(mutations.length)
      const levels = decided.map(({ waiting }) => waiting.durability ?? table.descriptor.durability)
      await writer.commit([{ table, blocks }], first, strongest(levels), 'locked')
    }
    this.#newest.put(rowId, { table, plainSequences, cells: row.newest })
    for (const { waiting, decision } of decided) waiting.resolve(decision)
  }

  /** One after the other, as many as go into one record; one that fails is told so and leaves no trace. */
  #decide(
    table: TableState,
    row: PendingRow,
    queue: WaitingStep[],
    round: WaitingStep[],
    first: number,
  ): { decided: DecidedStep[]; mutations: Mutation[] } {
    const { recordBytesMax } = this.#engine.options
    const decided: DecidedStep[] = []
    const mutations: Mutation[] = []
    for (let bytes = 0; bytes < recordBytesMax && round.length < STEPS_MAX && queue.length > 0; ) {
      const waiting = queue.shift()!
      round.push(waiting)
      try {
        const { schema, input } = waiting
        const step = schema === table.schema ? waiting.step : compileStep(table.schema, input)
        const decision = step.decide(row, row.now)
        decided.push({ waiting, decision })
        if (decision.cells.length === 0) continue
        const mutation = { row: step.key, cells: decision.cells }
        mutations.push(mutation)
        for (const { qualifier, value } of decision.cells) bytes += qualifier.length + value.length
        row.add(mutation, first + mutations.length - 1, decision.computed)
      } catch (error) {
        waiting.reject(error)
      }
    }
    return { decided, mutations }
  }
}
