/**
 * What a call does with one row: a condition and mutations, compiled and checked before any lock is taken, decided on the row
 * as it is under the lock. Pure: it reads through the view it is given.
 */

import { HourbaseError } from '../util/errors.js'
import type { RowCondition, RowKeyLike, RowMutation } from './api.js'
import { type ComputedColumn, computeCell } from './compute-cells.js'
import { appendColumns, incrementColumns } from './computed-columns.js'
import type { MutationCell } from './mutation.js'
import {
  checkTtl,
  deleteMutation,
  eventStampOf,
  type MutationOptions,
  putMutation,
  putValuesMutation,
} from './raw-mutation.js'
import { rangeOf } from './read-times.js'
import { compileCondition, type FilterCondition, judgeCondition } from './row-condition.js'
import type { TableSchema } from './table-schema.js'
import { ALL_TIME, type TimeRange } from './time-input.js'

export interface ColumnPlace {
  readonly family: number
  readonly qualifier: Uint8Array
}

/** The row as it is. */
export interface RowView {
  /** What a read shows of these columns: puts in HBase's order. */
  read(columns: readonly ColumnPlace[], timeRange: TimeRange, versions: number): readonly MutationCell[]
  /** The row's first cell that the filter lets through, or null. */
  firstPassing(filter: FilterCondition['filter'], timeRange: StepInput['timeRange']): MutationCell | null
}

export interface StepDecision {
  /** Whether the condition held. */
  readonly success: boolean
  /** To write; one sequence for all. */
  readonly cells: readonly MutationCell[]
  /** New cells of increments and appends that are asked for; null where no mutation answers. */
  readonly answer: readonly MutationCell[] | null
  /** Whether every cell comes of an increment or append that looked at all times: it is newer than all of its column. */
  readonly computed: boolean
}

export interface RowStep {
  readonly key: Uint8Array
  /** False: the cells do not depend on the row, so no lock is needed. */
  readonly needsRead: boolean
  /** About what its cells take in a record. */
  readonly sizeBytes: number
  /** @throws VALUE_INVALID: then nothing of the step is written. */
  decide(view: RowView, now: number): StepDecision
}

export interface StepInput {
  readonly row: RowKeyLike
  readonly mutations: readonly RowMutation[]
  readonly condition?: RowCondition
  /** Of the condition's read. */
  readonly timeRange?: Parameters<typeof rangeOf>[1]
}

/** @throws what is wrong with the call, whatever the row holds. */
export function compileStep(schema: TableSchema, input: StepInput): RowStep {
  const key = schema.rowKey(input.row)
  const check = input.condition === undefined ? null : compileCondition(schema, input.condition)
  const checkRange = rangeOf(schema, input.timeRange)
  const mutations = input.mutations.map((mutation) => compileMutation(schema, key, mutation))
  const computed = input.mutations.every(
    (mutation) =>
      (mutation.kind === 'increment' || mutation.kind === 'append') && mutation.timeRange === undefined,
  )
  return {
    key,
    needsRead: check !== null || mutations.some((mutation) => mutation.needsRead),
    sizeBytes: mutations.reduce((sum, mutation) => sum + mutation.sizeBytes, key.length),
    decide(view, now) {
      let putNow = now
      if (check !== null) {
        const isFilter = 'filter' in check
        const cell = isFilter
          ? view.firstPassing(check.filter, input.timeRange)
          : (view.read([check], checkRange, 1)[0] ?? null)
        const success = isFilter ? cell !== null : judgeCondition(check, cell?.value ?? null)
        if (!success) return { success, cells: [], answer: null, computed: true }
        // A put must not hide behind the cell it was checked against.
        if (cell !== null && cell.timestamp > now) putNow = cell.timestamp
      }
      const cells: MutationCell[] = []
      let answer: MutationCell[] | null = null
      for (const mutation of mutations) {
        const own = mutation.cells(view, now, putNow)
        cells.push(...own)
        if (mutation.answers) answer = [...(answer ?? []), ...own]
      }
      return { success: true, cells, answer, computed }
    },
  }
}

interface CompiledMutation {
  readonly needsRead: boolean
  readonly answers: boolean
  readonly sizeBytes: number
  cells(view: RowView, now: number, putNow: number): readonly MutationCell[]
}

/** Of steps that read nothing. */
export const EMPTY_VIEW: RowView = { read: () => [], firstPassing: () => null }

function compileMutation(schema: TableSchema, key: Uint8Array, mutation: RowMutation): CompiledMutation {
  switch (mutation.kind) {
    case 'put':
      return checked(compilePut(schema, key, mutation))
    case 'delete':
      return checked(compileDelete(schema, key, mutation))
    case 'increment':
      return compileComputed(schema, key, mutation, incrementColumns(schema, mutation.amounts))
    case 'append':
      return compileComputed(schema, key, mutation, appendColumns(schema, mutation.suffixes))
    default:
      throw new HourbaseError('INVALID_ARGUMENT', 'a mutation is put, delete, increment or append', {
        where: { table: schema.name },
        hint: "e.g. { kind: 'put', values: { f: { q: 'v' } } }",
      })
  }
}

/** Its cells are made once for nothing, to find what is wrong with the call. */
function checked(mutation: Omit<CompiledMutation, 'sizeBytes'>): CompiledMutation {
  const cells = mutation.cells(EMPTY_VIEW, 0, 0)
  const sizeBytes = cells.reduce((sum, { qualifier, value }) => sum + qualifier.length + value.length, 0)
  return { ...mutation, sizeBytes }
}

function compilePut(
  schema: TableSchema,
  key: Uint8Array,
  { values, timestamp, ttlMs }: Extract<RowMutation, { kind: 'put' }>,
): Omit<CompiledMutation, 'sizeBytes'> {
  return {
    needsRead: false,
    answers: false,
    cells(_view, _now, putNow) {
      const options: MutationOptions = { now: putNow, timestamp, ttlMs }
      return Array.isArray(values)
        ? putMutation(schema, key, values, options).cells
        : putValuesMutation(schema, key, values as Exclude<typeof values, readonly unknown[]>, options).cells
    },
  }
}

function compileDelete(
  schema: TableSchema,
  key: Uint8Array,
  mutation: Extract<RowMutation, { kind: 'delete' }>,
): Omit<CompiledMutation, 'sizeBytes'> {
  const { what, timestamp } = mutation
  if ('ttlMs' in mutation)
    throw new HourbaseError('INVALID_ARGUMENT', 'a delete takes no ttlMs', { where: { table: schema.name } })
  return {
    needsRead:
      timestamp === undefined && (what ?? []).some((w) => w.kind === 'column' && w.timestamp === undefined),
    answers: false,
    cells(view, now) {
      const newest = (family: number, qualifier: Uint8Array, nth: number): number | null =>
        view.read([{ family, qualifier }], ALL_TIME, nth + 1)[nth]?.timestamp ?? null
      return deleteMutation(schema, key, what, { now, timestamp, newest }).cells
    },
  }
}

function compileComputed(
  schema: TableSchema,
  key: Uint8Array,
  mutation: Extract<RowMutation, { kind: 'increment' | 'append' }>,
  columns: readonly ComputedColumn[],
): CompiledMutation {
  const timeRange = rangeOf(schema, mutation.timeRange)
  const ttlMs = checkTtl(mutation.ttlMs)
  const eventStamp = schema.isTyped ? eventStampOf(schema, key) : null
  return {
    needsRead: true,
    sizeBytes: 0,
    answers: mutation.returnResults !== false,
    cells(view, now) {
      const found = view.read(columns, timeRange, 1)
      return columns.map((column) => {
        const old = found.find((cell) => isOf(cell, column)) ?? null
        return computeCell(column, old, { now, eventStamp, ttlMs })
      })
    },
  }
}

function isOf(cell: MutationCell, column: ColumnPlace): boolean {
  return cell.family === column.family && Buffer.compare(cell.qualifier, column.qualifier) === 0
}
