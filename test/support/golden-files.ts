/** The recorded files, and whole files played. */
import { readdirSync } from 'node:fs'
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
