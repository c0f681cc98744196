/** The scans of the doors' fake table. */
import type {
  ColumnBatch,
  ColumnVector,
  Result,
  RowKeyLike,
  ScanHandle,
  ScanOptions,
  TableDescriptor,
  TypedRow,
} from 'hourbase'
import { HourbaseError } from 'hourbase'
import type { FakeTable } from './doors-fake.js'

const BATCH_ROWS = 4

export class FakeScan implements ScanHandle {
  readonly #table: FakeTable
  readonly #options: ScanOptions

  constructor(table: FakeTable, options: ScanOptions) {
    this.#table = table
    this.#options = options
  }

  async *batches(): AsyncGenerator<(TypedRow | Result)[]> {
    const table = this.#table
    table.openScans++
    try {
      const rows = this.#rows()
      let given = 0
      do {
        for (let from = 0; from < rows.length; from += BATCH_ROWS) {
          await table.faults.gate?.()
          this.#options.signal?.throwIfAborted()
          if (given >= (table.faults.failAfterRows ?? Number.POSITIVE_INFINITY)) {
            throw new HourbaseError('CORRUPTION', 'block 3 of /secret/place/000007.sst is damaged', {
              where: { file: 7 },
            })
          }
          const batch = rows.slice(from, from + BATCH_ROWS)
          given += batch.length
          yield batch
        }
      } while (table.faults.isEndless === true)
    } finally {
      table.openScans--
    }
  }

  async *columns(): AsyncGenerator<ColumnBatch> {
    for await (const rows of this.batches()) yield columnBatch(this.#table.descriptor, rows as TypedRow[])
  }

  async toArray(): Promise<(TypedRow | Result)[]> {
    const all: (TypedRow | Result)[] = []
    for await (const rows of this.batches()) all.push(...rows)
    return all
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TypedRow | Result> {
    for await (const rows of this.batches()) yield* rows
  }

  #rows(): (TypedRow | Result)[] {
    const { where, limit, reversed, prefix, start, stop } = this.#options
    if (where?.includes('!!') === true) {
      throw new HourbaseError('INVALID_ARGUMENT', "where: unexpected '!!'", {
        where: { offset: where.indexOf('!!') },
      })
    }
    if (this.#table.descriptor.rowKey === null) return this.#results().slice(0, limit)
    let rows = this.#table.rows.filter((row) =>
      Object.entries(prefix ?? {}).every(([name, part]) => sameScalar(row[name], part)),
    )
    const at = (key: RowKeyLike): number => {
      return rows.findIndex((row) => Object.entries(key).every(([name, part]) => sameScalar(row[name], part)))
    }
    rows = rows.slice(start === undefined ? 0 : at(start), stop === undefined ? rows.length : at(stop))
    return (reversed === true ? rows.toReversed() : rows).slice(0, limit)
  }

  #results(): Result[] {
    const { start } = this.#options
    if (start === undefined) return this.#table.results
    return this.#table.results.filter(
      (result) => Buffer.compare(result.row, Buffer.from(start as Uint8Array)) >= 0,
    )
  }
}

/** Hours may be asked for as ISO text and are kept as ms. */
export function sameScalar(have: unknown, want: unknown): boolean {
  return have === want || (typeof have === 'number' && typeof want === 'string' && have === Date.parse(want))
}

function columnBatch(descriptor: TableDescriptor, rows: readonly TypedRow[]): ColumnBatch {
  const columns: Record<string, ColumnVector> = {}
  const fields = [...descriptor.rowKey!, ...descriptor.families.flatMap((family) => family.columns)]
  for (const { name, type } of fields) {
    const values = rows.map((row) => row[name] ?? null)
    const valid = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 0 : 1)) : null
    columns[name] = { type: type.text, values: vectorOf(type.name, values), valid }
  }
  return { rowCount: rows.length, columns }
}

function vectorOf(type: string, values: readonly unknown[]): ColumnVector['values'] {
  if (type === 'long') return BigInt64Array.from(values, (value) => (value ?? 0n) as bigint)
  if (type === 'datetime')
    return BigInt64Array.from(values, (value) => BigInt(Date.parse((value ?? 0) as string)) * 1000n)
  if (['double', 'int', 'boolean', 'hour', 'day'].includes(type)) return Float64Array.from(values, Number)
  return values.map((value) => value ?? '') as string[]
}
