import { type AggregateLimits, compileAggregate } from '../../src/model/aggregate-plan.js'
import type { AggregateQuery, AggregateRow, TableOptions } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { AggregateExecutor } from '../../src/region/aggregate-executor.js'
import { type RunOptions, type TypedLiteral, typedRuns } from './typed-runs.js'

export function schemaFor(options: TableOptions): TableSchema {
  const families = Object.keys(options.families)
  return new TableSchema(defineTable('t', options, { tableId: 1, familyIds: families.map((_, i) => i + 1) }))
}

/** The answer of a query over rows. */
export function aggregateRows(
  schema: TableSchema,
  rows: readonly TypedLiteral[],
  query: AggregateQuery,
  limits: AggregateLimits = {},
  options: RunOptions = {},
): AggregateRow[] {
  const executor = new AggregateExecutor(compileAggregate(query, schema, limits))
  for (const run of typedRuns(schema, rows, options)) executor.consume(run)
  return executor.finish()
}
