/** Merging regions, by hand and by the normaliser. */
import type { NormaliserAction } from '../model/admin-api.js'
import type { RegionDescriptor } from '../model/descriptor.js'
import { planNormalisation } from '../region/normaliser.js'
import { type QuarantinedFile, Region } from '../region/region.js'
import { RegionMap } from '../region/region-map.js'
import { middleKey, reachesBeyond } from '../region/split-policy.js'
import type { SstableReader } from '../sstable/sstable-reader.js'
import type { TableState } from '../table-state.js'
import { compareBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import { atRest, type Desk } from './at-rest.js'
import { userTable } from './find-table.js'

export async function mergeRegions(desk: Desk, name: string, a: number, b: number): Promise<void> {
  const table = userTable(desk.engine, name)
  neighbours(table, a, b)
  const cut = async (): Promise<void> => {
    for (const region of neighbours(table, a, b)) await cutToRange(desk, table, region)
  }
  await atRest(desk, [table], 'flushed', () => merge(desk, table, ...neighbours(table, a, b)), cut)
}

/** @throws INVALID_ARGUMENT */
function neighbours(table: TableState, a: number, b: number): [Region, Region] {
  const { regions } = table.regions
  const first = regions.findIndex(({ descriptor }) => descriptor.id === a || descriptor.id === b)
  const low = regions[first]
  const high = regions[first + 1]
  const ids = [low?.descriptor.id, high?.descriptor.id]
  if (a !== b && ids.includes(a) && ids.includes(b)) return [low!, high!]
  throw new HourbaseError(
    'INVALID_ARGUMENT',
    `regions ${a} and ${b} of table '${table.descriptor.name}' are no neighbours`,
    {
      where: { table: table.descriptor.name },
      hint: `its regions, in order: ${regions.map(({ descriptor }) => descriptor.id).join(', ')}`,
    },
  )
}

/**
 * Files that came from a split hold rows of other regions, too. Merged as they are, they could bring back what a neighbour
 * has compacted away: so each is rewritten to its region's range first.
 */
async function cutToRange({ maintenance }: Desk, table: TableState, region: Region): Promise<void> {
  for (let family = 0; family < region.familyCount; family++) {
    for (const { record } of region.quarantined(family)) {
      if (!reachesBeyond(region, record)) continue
      throw new HourbaseError(
        'CORRUPTION',
        `region ${region.descriptor.id} cannot be merged: file ${record.fileId} is damaged and reaches beyond it`,
        { where: { fileId: record.fileId }, hint: 'mend or give up the file first' },
      )
    }
    for (const file of region.files(family).filter(({ meta }) => reachesBeyond(region, meta))) {
      const wish = { fileIds: [file.meta.fileId], keepMarkers: true, cut: false }
      await maintenance.jobs.compactInTurn(table, region, family, wish)
    }
  }
}

async function merge(
  { engine, maintenance }: Desk,
  table: TableState,
  low: Region,
  high: Region,
): Promise<void> {
  const { manifest } = engine
  const child: RegionDescriptor = {
    id: manifest.allocateId(),
    tableId: table.descriptor.id,
    start: low.descriptor.start,
    stop: high.descriptor.stop,
  }
  // Nothing is in the MemStores and no write is under way: all that the WAL has of both is in files.
  const flushedSequence = engine.writable().appliedSequence
  const parents = [low.descriptor.id, high.descriptor.id] as const
  await manifest.commit([{ kind: 'merge', parents, child, flushedSequence }])
  const families = table.descriptor.families.map((_, family) => family)
  const files = families.map((family): SstableReader[] => [...low.files(family), ...high.files(family)])
  const bad = families.map((family): QuarantinedFile[] => [
    ...low.quarantined(family),
    ...high.quarantined(family),
  ])
  // The parents' holds go over to the child.
  const merged = new Region(child, table.schema, files, flushedSequence, bad)
  const others = table.regions.regions.filter((region) => region !== low && region !== high)
  table.regions = new RegionMap([...others, merged])
  engine.counters.merges++
  maintenance.afterLoad(table, merged)
}

export async function normalise(desk: Desk, name: string, dryRun: boolean): Promise<NormaliserAction[]> {
  const table = userTable(desk.engine, name)
  const sizes = table.regions.regions.map((region) => ({ id: region.descriptor.id, bytes: bytesOf(region) }))
  const actions = planNormalisation(sizes)
  if (dryRun) return actions
  const done: NormaliserAction[] = []
  for (const action of actions) if (await act(desk, name, action)) done.push(action)
  return done
}

/** Regions that were split or merged meanwhile are left alone. */
async function act(desk: Desk, name: string, { kind, regions }: NormaliserAction): Promise<boolean> {
  const table = userTable(desk.engine, name)
  const found = regions.map((id) => table.regions.regions.find(({ descriptor }) => descriptor.id === id))
  if (found.includes(undefined)) return false
  if (kind === 'merge') {
    await mergeRegions(desk, name, regions[0]!, regions[1]!)
    return true
  }
  const key = middleKey(found[0]!)
  if (key === null || compareBytes(key, found[0]!.descriptor.start) <= 0) return false
  await desk.maintenance.split(table, key)
  return true
}

function bytesOf(region: Region): number {
  let bytes = region.memstoreBytes
  for (let family = 0; family < region.familyCount; family++)
    for (const { meta } of region.files(family)) bytes += meta.bytes
  return bytes
}
