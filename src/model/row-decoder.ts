/** Runs → typed rows: row-key parts and columns side by side. Column by column into lanes, then one literal a row. */
import type { AlignedRun } from './aligned-run.js'
import type { ColumnLike, TypedRow } from './api.js'
import { selectColumns } from './column-selection.js'
import { FieldReader } from './field-reader.js'
import type { Lane, RowFactory } from './row-factory.js'
import { rowFactory } from './row-factory.js'
import type { TableSchema } from './table-schema.js'
import type { LongsAs } from './value-codec.js'

export interface DecoderOptions {
  readonly columns?: readonly ColumnLike[]
  readonly longs?: LongsAs
}

/** Its lanes are scratch space: it may serve many scans, one call at a time. */
export class RowDecoder {
  /** Row-key parts, then the selected columns. */
  readonly fields: readonly FieldReader[]
  readonly lanes: readonly Lane[]
  readonly factory: RowFactory

  constructor(schema: TableSchema, options: DecoderOptions) {
    const longs = options.longs ?? 'bigint'
    const parts = schema.key.parts.map(
      ({ name }, part) => new FieldReader(schema, name, { kind: 'key', part }, longs),
    )
    const columns = selectColumns(schema, options.columns).columns.map(
      ({ name, family, column }) => new FieldReader(schema, name, { kind: 'column', family, column }, longs),
    )
    this.fields = [...parts, ...columns]
    this.lanes = this.fields.map((field) => field.lane)
    this.factory = rowFactory(this.fields.map((field) => field.name))
  }
}

const DECODERS_MAX = 64
const decoders = new WeakMap<TableSchema, Map<string, RowDecoder>>()

/** The schema's decoder for these options: kept, so that a get compiles nothing. @throws COLUMN_NOT_FOUND */
export function rowDecoder(schema: TableSchema, options: DecoderOptions): RowDecoder {
  let known = decoders.get(schema)
  if (known === undefined) {
    known = new Map()
    decoders.set(schema, known)
  }
  const columns = options.columns
  const key = `${options.longs ?? ''}${columns === undefined ? '' : JSON.stringify(columns)}`
  let decoder = known.get(key)
  if (decoder === undefined) {
    decoder = new RowDecoder(schema, options)
    if (known.size >= DECODERS_MAX) known.clear()
    known.set(key, decoder)
  }
  return decoder
}

/** Appends rows [from, to) of the run to `out`. @throws VALUE_INVALID where `longs: 'number'` meets a value that is not exact */
export function decodeRows(
  decoder: RowDecoder,
  run: AlignedRun,
  from: number,
  to: number,
  out: TypedRow[],
): void {
  const part = partOfRun(run, from, to)
  const fields = decoder.fields
  for (let k = 0; k < fields.length; k++) fields[k]!.readLane(part)
  decoder.factory(decoder.lanes, part.count, out)
}

const window: AlignedRun = { count: 0, keyBlock: undefined as never, keyFrom: 0, blocks: [], froms: [] }

/** Rows [from, to) of a run as a run; the object is reused by the next call. */
export function partOfRun(run: AlignedRun, from: number, to: number): AlignedRun {
  if (from === 0 && to === run.count) return run
  window.count = to - from
  window.keyBlock = run.keyBlock
  window.keyFrom = run.keyFrom + from
  window.blocks = run.blocks
  window.froms.length = run.froms.length
  for (let f = 0; f < run.froms.length; f++) window.froms[f] = run.froms[f]! + from
  return window
}
