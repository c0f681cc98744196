/** The general aggregate call over a table: compile, read the rows it may need, fold, finish. */
import type { Engine } from './engine.js'
import type { AggregateQuery, AggregateRow } from './model/api.js'
import { compileAggregate } from './model/aggregate-plan.js'
import { AggregateExecutor } from './region/aggregate-executor.js'
import { SLICE_MS, throwIfAborted } from './scan-handle.js'
import { planScan } from './scan-plan.js'
import { TableCursor } from './table-cursor.js'
import type { TableState } from './table-state.js'
import { yieldToEventLoop } from './util/clock.js'

export async function aggregateTable(engine: Engine, table: TableState, query: AggregateQuery): Promise<AggregateRow[]> {
  const { clock } = engine.options
  const aggregate = compileAggregate(query, table.schema)
  const { prefix, start, stop, timeRange, where, signal } = query
  const plan = planScan(
    table.schema,
    {
      ...(prefix === undefined ? {} : { prefix }),
      ...(start === undefined ? {} : { start }),
      ...(stop === undefined ? {} : { stop }),
      ...(timeRange === undefined ? {} : { timeRange }),
      ...(where === undefined ? {} : { where }),
    },
    clock.now(),
  )
  const executor = new AggregateExecutor(aggregate)
  const cursor = new TableCursor(engine, table, plan.scan, plan.where)
  try {
    let sliceEnd = clock.monotonic() + SLICE_MS
    for (let run = cursor.next(); run !== null; run = cursor.next()) {
      executor.consume(run)
      if (clock.monotonic() < sliceEnd) continue
      throwIfAborted(signal)
      await yieldToEventLoop()
      sliceEnd = clock.monotonic() + SLICE_MS
    }
  } finally {
    cursor.close()
  }
  return executor.finish()
}
