/** The recorded files, and whole files played. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ReplayMode, type ReplayReport, replayScenario } from './golden-replay.js'
import { loadScenarios } from './golden-scenario.js'
import type { GoldenTable, GoldenTarget } from './golden-target.js'

/** Files of scenarios, relative to the repository; filter-strings.jsonl holds no scenarios. */
export function goldenFiles(folder = 'test/golden/semantics'): string[] {
  return readdirSync(folder)
    .filter((name) => /\.jsonl(\.gz)?$/.test(name) && name !== 'filter-strings.jsonl')
    .sort()
    .map((name) => join(folder, name))
}

export async function replayFile(
  path: string,
  open: (table: GoldenTable) => Promise<GoldenTarget> | GoldenTarget,
  mode: ReplayMode,
): Promise<ReplayReport[]> {
  const reports: ReplayReport[] = []
  for (const scenario of loadScenarios(path)) reports.push(await replayScenario(scenario, open, mode))
  return reports
}

const LIST = 'docs/hbase-differences.md'

/** Scenarios that may differ: those of the table in docs/hbase-differences.md, each with its reason there. */
export function listedDifferences(): ReadonlySet<string> {
  const rows = readFileSync(LIST, 'utf8').matchAll(/^\| `([\w-]+)` \|/gm)
  return new Set([...rows].map(([, id]) => id!))
}

/** One line a difference that is not in the list. */
export function unlistedDifferences(reports: readonly ReplayReport[]): string[] {
  const listed = listedDifferences()
  return reports
    .filter(({ id }) => !listed.has(id))
    .flatMap(({ id, differences }) => differences.map((text) => `${id} ${text}`))
}
