/** A scan or an aggregate as batches of text columns: the one loop behind GET …/scan, `hourbase scan` and every format. */
import type { AggregateQuery, AggregateRow, ColumnLike, Result, ScanOptions, Table } from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { toBytes, utf8Decode } from '../util/bytes.js'
import {
  aggregateKinds,
  batchOfCells,
  batchOfColumns,
  batchOfResults,
  batchOfRows,
  CELL_FIELDS,
  givesCells,
  scanFields,
  type TextBatch,
} from './text-batch.js'

/** `nested`: a raw row is one row with its cells inside (JSON); else one line a cell (CSV, table). */
export async function* scanBatches(
  table: Table,
  descriptor: TableDescriptor,
  scan: ScanOptions,
  nested: boolean,
): AsyncGenerator<TextBatch, void, undefined> {
  const handle = table.scan(scan)
  if (!givesCells(descriptor, scan)) {
    for await (const batch of handle.columns()) yield batchOfColumns(batch)
    return
  }
  for await (const rows of handle.batches()) {
    const results = rows as Result[]
    yield nested ? batchOfResults(results) : batchOfCells(results.flatMap((result) => result.cells))
  }
}

export function scanFieldNames(
  descriptor: TableDescriptor,
  scan: ScanOptions,
  nested: boolean,
): readonly string[] {
  if (!givesCells(descriptor, scan)) return scanFields(descriptor, scan.columns?.map(columnName))
  return nested ? ['row', 'cells'] : CELL_FIELDS
}

const ROWS_PER_BATCH = 1000

/** An aggregate's answer, cut so that no piece of text grows large. */
export function* aggregateBatches(
  descriptor: TableDescriptor,
  query: AggregateQuery,
  rows: readonly AggregateRow[],
): Generator<TextBatch, void, undefined> {
  const kinds = aggregateKinds(descriptor, query)
  const names = rows[0] === undefined ? [...kinds.keys()] : Object.keys(rows[0])
  for (let from = 0; from < rows.length; from += ROWS_PER_BATCH) {
    yield batchOfRows(rows.slice(from, from + ROWS_PER_BATCH), names, kinds)
  }
}

function columnName(column: ColumnLike): string {
  return typeof column === 'string' ? column : `${column.family}:${utf8Decode(toBytes(column.qualifier))}`
}
