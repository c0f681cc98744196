/** A scenario's table in a real database, every call through the public API: puts, deletes, increments, checks, batches, reads. */

import type {
  AppendCell,
  BatchMutation,
  DeleteTarget,
  IncrementCell,
  PutCell,
  Result,
  RowCondition,
  RowMutation,
  Table,
} from '../../src/model/api.js'
import { HourbaseError } from '../../src/util/errors.js'
import type { GoldenDatabaseStorage } from './golden-database-storage.js'
import { GoldenDatabaseTarget, openGoldenDatabase, plainRow, timesOf } from './golden-database-target.js'
import { goldenFilter } from './golden-filter.js'
import {
  bytesText,
  type GoldenBytes,
  type GoldenCondition,
  type GoldenInteger,
  type GoldenOp,
  integerOf,
  type PlainGoldenRow,
  textBytes,
} from './golden-scenario.js'
import type { CheckAnswer, GoldenTable, GoldenTarget } from './golden-target.js'
import type { ManualClock } from './manual-clock.js'

export function openGoldenOperations(table: GoldenTable): Promise<GoldenTarget> {
  return openGoldenDatabase(table, GoldenOperationsTarget)
}

export class GoldenOperationsTarget extends GoldenDatabaseTarget {
  readonly #golden: GoldenTable
  readonly #table: Table

  constructor(golden: GoldenTable, storage: GoldenDatabaseStorage, table: Table, clock: ManualClock) {
    super(golden, storage, table, clock)
    this.#golden = golden
    this.#table = table
  }

  override async put(op: GoldenOp): Promise<void> {
    const row = this.#rowIn(op)
    const { values, timestamp, ttlMs } = putOf(op)
    await this.#table.put(row, values, {
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
    })
  }

  override async delete(op: GoldenOp): Promise<void> {
    const row = this.#rowIn(op)
    const { kind: _, ...options } = deleteOf(op)
    await this.#table.delete(row, options)
  }

  override async increment(op: GoldenOp): Promise<PlainGoldenRow[]> {
    const { kind: _, amounts, ...options } = mutationOf(op) as Extract<RowMutation, { kind: 'increment' }>
    return answered(await this.#table.increment(this.#rowIn(op), amounts, options))
  }

  override async append(op: GoldenOp): Promise<PlainGoldenRow[]> {
    const { kind: _, suffixes, ...options } = mutationOf(op) as Extract<RowMutation, { kind: 'append' }>
    return answered(await this.#table.append(this.#rowIn(op), suffixes, options))
  }

  override async rowMutations(op: GoldenOp): Promise<PlainGoldenRow[]> {
    return answered(await this.#table.mutateRow(this.#rowIn(op), mutationsOf(op)))
  }

  override async batch(op: GoldenOp): Promise<string[]> {
    const inside = op.mutations!.map((mutation) => this.#isIn(bytesText(mutation.row!)))
    const mutations = op.mutations!.map(
      (mutation): BatchMutation => ({ ...mutationOf(mutation), row: textBytes(bytesText(mutation.row!)) }),
    )
    const statuses = await this.#table.batch(mutations.filter((_, i) => inside[i]!))
    return inside.map((isIn) => (isIn ? statuses.shift()!.status : 'SANITY_CHECK_FAILURE'))
  }

  override async checkAndMutate(op: GoldenOp): Promise<CheckAnswer> {
    const row = this.#rowIn(op)
    const times = op.timeRange === undefined ? {} : { timeRange: timesOf(op.timeRange) }
    const mutations = mutationsOf(op)
    const { success, result } = await this.#table.checkAndMutate(row, conditionOf(op.if!), mutations, times)
    return { success, rows: answered(result) }
  }

  #isIn(row: string): boolean {
    return row >= this.#golden.start && (this.#golden.stop === '' || row < this.#golden.stop)
  }

  /** The table has all rows; a region of HBase's has its own. */
  #rowIn(op: GoldenOp): Uint8Array {
    const row = bytesText(op.row!)
    if (!this.#isIn(row)) throw new HourbaseError('INVALID_ARGUMENT', 'row outside the region')
    return textBytes(row)
  }
}

function answered(answer: unknown): PlainGoldenRow[] {
  const result = answer as Result | null
  return result === null ? [] : [plainRow(result)]
}

function mutationsOf(op: GoldenOp): RowMutation[] {
  return (op.mutations ?? [op.mutation!]).map((mutation) => {
    if (mutation.row !== undefined && bytesText(mutation.row) !== bytesText(op.row!))
      throw new HourbaseError('INVALID_ARGUMENT', 'a mutation of another row')
    return mutationOf(mutation)
  })
}

function mutationOf(op: GoldenOp): RowMutation {
  if (op.op === 'put') return putOf(op)
  if (op.op === 'delete') return deleteOf(op)
  const options = {
    ...(op.timeRange === undefined ? {} : { timeRange: timesOf(op.timeRange) }),
    ...(op.ttl === undefined ? {} : { ttlMs: op.ttl }),
    ...(op.returnResults === undefined ? {} : { returnResults: op.returnResults }),
  }
  const cells = (op.cells ?? []) as readonly (readonly [string, GoldenBytes, GoldenBytes & GoldenInteger])[]
  if (op.op === 'increment') {
    const amounts = cells.map(
      ([family, qualifier, amount]): IncrementCell => ({
        family,
        qualifier: textBytes(bytesText(qualifier)),
        amount: BigInt(amount),
      }),
    )
    return { kind: 'increment', amounts, ...options }
  }
  const suffixes = cells.map(
    ([family, qualifier, suffix]): AppendCell => ({
      family,
      qualifier: textBytes(bytesText(qualifier)),
      suffix: textBytes(bytesText(suffix)),
    }),
  )
  return { kind: 'append', suffixes, ...options }
}

function putOf(op: GoldenOp): {
  kind: 'put'
  values: PutCell[]
  timestamp?: number
  ttlMs?: number
} {
  if (op.cellOfRow !== undefined && bytesText(op.cellOfRow) !== bytesText(op.row ?? op.cellOfRow))
    throw new HourbaseError('INVALID_ARGUMENT', 'a cell of another row')
  const values = op.cells!.map((cell): PutCell => {
    const [family, qualifier, value, ts] = cell as [string, GoldenBytes, GoldenBytes, GoldenInteger?]
    return {
      family,
      qualifier: textBytes(bytesText(qualifier)),
      value: textBytes(bytesText(value)),
      ...stampOf(ts),
    }
  })
  return { kind: 'put', values, ...stampOf(op.ts), ...(op.ttl === undefined ? {} : { ttlMs: op.ttl }) }
}

function deleteOf(op: GoldenOp): { kind: 'delete'; what?: DeleteTarget[]; timestamp?: number } {
  if (op.ttl !== undefined) throw new HourbaseError('INVALID_ARGUMENT', 'a delete takes no TTL')
  const what = op.what?.map((entry): DeleteTarget => {
    const [kind, family, third, fourth] = entry as [string, string, GoldenBytes, GoldenInteger?]
    if (kind === 'family') return { kind, family, ...stampOf(third as unknown as GoldenInteger | undefined) }
    if (kind === 'familyVersion') return { kind, family, timestamp: integerOf(third as unknown as number) }
    return {
      kind: kind as 'column' | 'columns',
      family,
      qualifier: textBytes(bytesText(third)),
      ...stampOf(fourth),
    }
  })
  return { kind: 'delete', ...(what === undefined ? {} : { what }), ...stampOf(op.ts) }
}

/** int64 max is HBase's "no timestamp". */
function stampOf(value: GoldenInteger | undefined): { timestamp?: number } {
  if (value === undefined) return {}
  const timestamp = integerOf(value)
  return timestamp === Number.POSITIVE_INFINITY ? {} : { timestamp }
}

function conditionOf(condition: GoldenCondition): RowCondition {
  const column = (family: string, qualifier: GoldenBytes) => ({
    family,
    qualifier: textBytes(bytesText(qualifier)),
  })
  if (condition.filter !== undefined) return { filter: goldenFilter(condition.filter) }
  if (condition.notExists !== undefined) return { column: column(...condition.notExists), notExists: true }
  if (condition.equals !== undefined) {
    const [family, qualifier, value] = condition.equals
    return { column: column(family, qualifier), equals: textBytes(bytesText(value)) }
  }
  const [family, qualifier, operator, value] = condition.matches!
  return {
    column: column(family, qualifier),
    operator: operator as 'EQUAL',
    value: textBytes(bytesText(value)),
  }
}
