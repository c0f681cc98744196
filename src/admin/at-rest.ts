import type { Engine } from '../engine.js'
import type { Maintenance } from '../maintenance.js'
import type { ManifestEdit } from '../manifest/manifest-edit.js'
import type { TableState } from '../table-state.js'
import { tableGone } from '../writer.js'
import { closeTable, type OpenTableInput, openTable } from './open-table.js'

/** What every administrative work needs. */
export interface Desk {
  readonly engine: Engine
  readonly maintenance: Maintenance
}

/**
 * Runs `work` while nothing moves in these tables: no flush, compaction, split or write. With 'flushed' all their rows are in
 * files then; most are flushed before writers have to wait. Turns are taken in the order of ids, so two that want several
 * tables never wait for each other. `prepare` comes before writers have to wait.
 */
export function atRest<T>(
  { engine, maintenance }: Desk,
  tables: readonly TableState[],
  state: 'flushed' | 'as it is',
  work: () => Promise<T>,
  prepare: () => Promise<void> = async () => {},
): Promise<T> {
  const { turns } = maintenance.jobs
  const sorted = tables.toSorted((a, b) => a.descriptor.id - b.descriptor.id)
  const flush = async (): Promise<void> => {
    if (state === 'as it is') return
    for (const table of sorted)
      for (const region of table.regions.regions) await maintenance.jobs.flushInTurn(table, region)
  }
  const rest = async (): Promise<T> => {
    for (const table of sorted) if (table.dropped) throw tableGone(table.descriptor.name)
    await flush()
    await prepare()
    return engine.writable().exclusively(async () => {
      await flush()
      engine.writable()
      return work()
    })
  }
  const hold = (from: number): Promise<T> =>
    from === sorted.length ? rest() : turns.all(sorted[from]!, () => hold(from + 1))
  return hold(0)
}

/**
 * Requires: `old` at rest. Commits `edits` and puts the new table in its place; scans under way keep the old one's files.
 * A null `old`: its name was free, and is reserved by the caller.
 */
export async function swapTable(
  { engine, maintenance }: Desk,
  old: TableState | null,
  input: OpenTableInput,
  edits: readonly ManifestEdit[],
): Promise<void> {
  const { jobs } = maintenance
  const next = openTable(engine, input)
  try {
    await engine.manifest.commit(edits)
  } catch (error) {
    closeTable(next, (file) => file.release())
    throw error
  }
  engine.tables.set(next.descriptor.name, next)
  if (old === null) return
  old.dropped = true
  closeTable(old, (file) => jobs.letGo(file))
  await jobs.moveWalFloor()
}
