import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GoldenCellTarget } from './support/golden-cell-target.js'
import { replayScenario } from './support/golden-replay.js'
import { loadScenarios } from './support/golden-scenario.js'
import type { GoldenTable } from './support/golden-target.js'
import { OracleStorage, oracleFamily } from './support/oracle-storage.js'

const folder = new URL('./golden/semantics/', import.meta.url).pathname
const files = readdirSync(folder).filter((name) => /\.jsonl(\.gz)?$/.test(name) && name !== 'filter-strings.jsonl')

function openOracle(table: GoldenTable): GoldenCellTarget {
  const families = Object.entries(table.families).map(([name, family]) => [name, oracleFamily(family)])
  return new GoldenCellTarget(table, new OracleStorage(Object.fromEntries(families)))
}

test.each(files)('the naive model agrees with what HBase answered in memory: %s', async (name) => {
  const differences: string[] = []
  for (const scenario of loadScenarios(folder + name)) {
    const report = await replayScenario(scenario, openOracle, 'uncompacted')
    differences.push(...report.differences.map((text) => `${report.id} ${text}`))
  }
  expect(differences).toEqual([])
})
