import { expect } from 'vitest'
import type { ColumnBatch, Scalar, ScanHandle, Table, TypedRow } from '../../src/model/api.js'
import type { SeededRandom } from '../support/seeded-random.js'
import type { TypedLiteral } from '../support/typed-runs.js'
import { foldNaively, randomAggregate, sameAnswers } from './random-aggregate.js'
import type { RandomReads } from './random-reads.js'
import type { ModelRead, TypedModel } from './typed-model.js'
import { type TypedShape, toPublic, type Value } from './typed-shapes.js'

export interface CheckedTable {
  readonly table: Table
  readonly random: SeededRandom
  readonly shape: TypedShape
  readonly model: TypedModel
  readonly reads: RandomReads
  readonly now: number
  readonly note: (what: string, details: unknown) => void
  readonly story: () => string
}

export async function checkAggregate(checked: CheckedTable): Promise<void> {
  const { table, random: chance, shape, model, reads, now, note, story } = checked
  const { options: range, within } = reads.range()
  const random = randomAggregate(chance, shape)
  const { prefix, start, stop, startInclusive, stopInclusive } = range
  // Aggregates take half-open ranges.
  const isHalfOpen = startInclusive !== false && stopInclusive !== true
  const bounds =
    prefix !== undefined ? { prefix } : start !== undefined && isHalfOpen ? { start, stop: stop! } : {}
  const query = { ...random.query, ...bounds }
  note('aggregate', query)
  const everything = { read: null, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
  const isBounded = Object.keys(bounds).length > 0
  const found = model.values(
    {
      ...everything,
      shown: shape.columns,
      within: isBounded ? within : () => true,
      where: () => true,
    },
    now,
  )
  const shown = new Map(found.map(({ row, values }) => [row as TypedLiteral, values]))
  const wanted = foldNaively(
    shape,
    { ...random, query },
    [...shown.keys()],
    (where) => (row) => where.test(shown.get(row)!) === true,
  )
  const got = await table.aggregate(query)
  if (!sameAnswers(got, wanted)) expect(got, story()).toEqual(wanted)
}

/** By rows, by batches or by columns. */
export async function collectRows(
  random: SeededRandom,
  shape: TypedShape,
  scan: ScanHandle,
  read: ModelRead,
): Promise<TypedRow[]> {
  const rows: TypedRow[] = []
  const dice = random.below(3)
  if (dice === 0) for await (const row of scan) rows.push(row as TypedRow)
  else if (dice === 1) for await (const batch of scan.batches()) rows.push(...(batch as TypedRow[]))
  else for await (const batch of scan.columns()) rows.push(...rowsOfColumns(shape, read, batch))
  return rows
}

function rowsOfColumns(shape: TypedShape, { shown }: ModelRead, batch: ColumnBatch): TypedRow[] {
  const fields = [
    ...shape.parts.map(({ name, type }) => ({ name, type })),
    ...shown.map((column) => ({ name: column.shown, type: column.type })),
  ]
  return Array.from({ length: batch.rowCount }, (_, row) => {
    const typed: Record<string, Scalar> = {}
    for (const { name, type } of fields) {
      const { values, valid } = batch.columns[name]!
      if (valid !== null && valid[row] === 0) typed[name] = null
      else typed[name] = type === 'boolean' ? values[row] === 1 : toPublic(type, values[row] as Value)
    }
    return typed
  })
}

/** JSON that tells apart what JSON does not. */
export function asText(details: unknown): string {
  return JSON.stringify(details, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`
    if (Object.is(value, -0)) return '-0'
    return Number.isNaN(value) ? 'NaN' : value
  })
}
