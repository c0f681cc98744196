/** The general aggregate call over a table: compile, read the rows it may need, fold, finish. */
import type { Engine } from './engine.js'
import { compileAggregate } from './model/aggregate-plan.js'
import type { AggregateQuery, AggregateRow } from './model/api.js'
import { selectColumns } from './model/column-selection.js'
import { AggregateExecutor } from './region/aggregate-executor.js'
import type { RegionScan } from './region/region-scanner.js'
import { SLICE_MS, throwIfAborted } from './scan-handle.js'
import { planRange } from './scan-plan.js'
import { TableCursor } from './table-cursor.js'
import type { TableState } from './table-state.js'
import { yieldToEventLoop } from './util/clock.js'

export async function aggregateTable(
  engine: Engine,
  table: TableState,
  query: AggregateQuery,
): Promise<AggregateRow[]> {
  const { clock } = engine.options
  const plan = compileAggregate(query, table.schema)
  const scan: RegionScan = {
    range: planRange(table.schema, query, plan.timeRange),
    // A row counts when it has any cell, so all are read; columns decode only when they are asked for.
    families: selectColumns(table.schema, undefined).families,
    timeRange: plan.timeRange,
    versions: 1,
    raw: false,
    now: clock.now(),
  }
  const executor = new AggregateExecutor(plan)
  const cursor = new TableCursor(engine, table, scan, null)
  try {
    let sliceEnd = clock.monotonic() + SLICE_MS
    for (let run = cursor.next(); run !== null; run = cursor.next()) {
      executor.consume(run)
      if (clock.monotonic() < sliceEnd) continue
      throwIfAborted(query.signal)
      await yieldToEventLoop()
      sliceEnd = clock.monotonic() + SLICE_MS
    }
  } catch (error) {
    throw cursor.noted(error)
  } finally {
    cursor.close()
  }
  return executor.finish()
}
