import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileAggregate } from '../../src/model/aggregate-plan.js'
import type { AlignedRun } from '../../src/model/aligned-run.js'
import { defineTable } from '../../src/model/define-table.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { AggregateExecutor } from '../../src/region/aggregate-executor.js'
import {
  ANALYTICS_QUERIES,
  type AnalyticsQuery,
  type AnalyticsValue,
  differences,
  FLIGHTS,
  WEATHER,
} from '../golden/analytics-queries.js'
import { flightRows, hasNyc, QUERIED_COLUMNS, weatherRows } from '../support/nyc-rows.js'
import { typedRuns } from '../support/typed-runs.js'

interface Table {
  schema: TableSchema
  runs: AlignedRun[]
}

function tablesOf(): Record<'flights' | 'weather', Table> {
  const flights = new TableSchema(defineTable('flights', FLIGHTS, { tableId: 1, familyIds: [1, 2] }))
  const weather = new TableSchema(defineTable('weather', WEATHER, { tableId: 2, familyIds: [3] }))
  return {
    flights: { schema: flights, runs: typedRuns(flights, flightRows(QUERIED_COLUMNS), { dictionary: true }) },
    weather: { schema: weather, runs: typedRuns(weather, weatherRows()) },
  }
}

/** The prefix is the table layer's work: here the key parts are compared. */
function withPrefixAsWhere({ query }: AnalyticsQuery): AnalyticsQuery['query'] {
  const { prefix, ...rest } = query
  return prefix === undefined
    ? query
    : { ...rest, where: `origin = '${(prefix as { origin: string }).origin}'` }
}

describe.skipIf(!hasNyc)('the recorded analyst queries', () => {
  const tables = tablesOf()

  test.each(ANALYTICS_QUERIES.map((query) => [query.id, query] as const))(
    '%s gives the recorded rows',
    (id, query) => {
      const recorded = readRecording(id)
      expect(query.fields.map(({ column }) => column)).toEqual(recorded.columns.map(({ name }) => name))
      const { schema, runs } = tables[query.table]
      const executor = new AggregateExecutor(compileAggregate(withPrefixAsWhere(query), schema))
      for (const run of runs) executor.consume(run)
      expect(differences(query, executor.finish(), recorded.rows)).toEqual([])
    },
  )

  test('partials of three threads merge into the recorded rows', () => {
    for (const query of ANALYTICS_QUERIES) {
      const { schema, runs } = tables[query.table]
      const plan = compileAggregate(withPrefixAsWhere(query), schema)
      const parts = [0, 1, 2].map(() => new AggregateExecutor(plan))
      runs.forEach((run, i) => {
        parts[Math.floor((i * 3) / runs.length)]!.consume(run)
      })
      const merged = new AggregateExecutor(plan)
      for (const part of parts) merged.merge(structuredClone(part.partial()))
      expect(differences(query, merged.finish(), readRecording(query.id).rows)).toEqual([])
    }
  })
})

interface Recording {
  rows: AnalyticsValue[][]
  columns: { name: string }[]
}

function readRecording(id: string): Recording {
  return JSON.parse(
    readFileSync(join(process.cwd(), 'test', 'golden', 'analytics', `${id}.json`), 'utf8'),
  ) as Recording
}
