import { snapshotFiles } from './manifest-snapshot.js'
import type { FileRecord, ManifestState } from './manifest-state.js'
import { tilingProblem } from './region-tiling.js'

/** Problems of a state, as sentences; none in a state made by applyEdits alone. For `check` and tests. O(state). */
export function checkState(state: ManifestState): string[] {
  return [...checkTables(state), ...checkRegions(state), ...checkFiles(state)]
}

function checkTables(state: ManifestState): string[] {
  const problems: string[] = []
  const names = new Set<string>()
  for (const table of state.tables.values()) {
    if (names.has(table.name)) problems.push(`two tables are called ${table.name}`)
    names.add(table.name)
    const regions = [...state.regions.values()].filter((region) => region.tableId === table.id)
    const problem = tilingProblem(regions)
    if (problem !== null) problems.push(`table ${table.name}: ${problem}`)
    for (const id of [table.id, ...table.families.map((family) => family.id)]) {
      if (id >= state.nextId) problems.push(`table ${table.name}: id ${id} could be given again`)
    }
  }
  return problems
}

function checkRegions(state: ManifestState): string[] {
  const problems: string[] = []
  for (const region of state.regions.values()) {
    if (!state.tables.has(region.tableId)) problems.push(`region ${region.id} is of no table`)
    if (!state.regionFiles.has(region.id)) problems.push(`region ${region.id} has no file list`)
    if (!state.flushedSequence.has(region.id)) problems.push(`region ${region.id} has no flushed sequence`)
    if (region.id >= state.nextId) problems.push(`region id ${region.id} could be given again`)
  }
  for (const id of state.regionFiles.keys())
    if (!state.regions.has(id)) problems.push(`files of a region ${id} that is not`)
  for (const id of state.flushedSequence.keys()) {
    if (!state.regions.has(id)) problems.push(`flushed sequence of a region ${id} that is not`)
  }
  return problems
}

function checkFiles(state: ManifestState): string[] {
  const problems: string[] = []
  const used = new Set<number>()
  for (const [regionId, families] of state.regionFiles) {
    const tableId = state.regions.get(regionId)?.tableId
    const table = tableId === undefined ? undefined : state.tables.get(tableId)
    for (const [familyId, files] of families) {
      if (table?.families.some((family) => family.id === familyId) !== true) {
        problems.push(`region ${regionId} has files of a family ${familyId} that is not`)
      }
      for (const id of files) {
        const problem = checkReference(state.files.get(id), id, familyId)
        if (problem !== null) problems.push(`region ${regionId}: ${problem}`)
        used.add(id)
      }
    }
  }
  for (const snapshot of state.snapshots.values()) {
    for (const id of snapshotFiles(snapshot)) {
      if (!state.files.has(id)) problems.push(`snapshot ${snapshot.name}: file ${id} is not known`)
      used.add(id)
    }
  }
  for (const id of state.files.keys()) {
    if (!used.has(id)) problems.push(`file ${id} is in no region and no snapshot`)
    if (id >= state.nextId) problems.push(`file id ${id} could be given again`)
  }
  return problems
}

/** A table that was cloned from a snapshot holds files of another table, in families of the same id. */
function checkReference(file: FileRecord | undefined, id: number, familyId: number): string | null {
  if (file === undefined) return `file ${id} is not known`
  if (file.fileId !== id) return `file ${id} is recorded as ${file.fileId}`
  if (file.familyId !== familyId) return `file ${id} is of another family`
  return null
}
