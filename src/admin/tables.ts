/** Tables online: create, alter, truncate, clone the definition, disable and enable. */
import type { Engine } from '../engine.js'
import type { SnapshotRegion } from '../manifest/manifest-snapshot.js'
import type { TableChanges } from '../model/admin-api.js'
import { alteredTable } from '../model/alter-table.js'
import type { TableOptions } from '../model/api.js'
import { defineTable } from '../model/define-table.js'
import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import { checkTableName } from '../model/names.js'
import { algorithmSplitKeys } from '../model/split-keys.js'
import { TableSchema } from '../model/table-schema.js'
import type { TableState } from '../table-state.js'
import { EMPTY } from '../util/bytes.js'
import { atRest, type Desk, swapTable } from './at-rest.js'
import { reserving, userTable } from './find-table.js'
import { UntypedCells } from './untyped-cells.js'

export async function createTable(desk: Desk, name: string, options: TableOptions): Promise<string> {
  const { engine } = desk
  const { manifest } = engine
  engine.writable()
  const table = defineTable(name, options, {
    tableId: manifest.allocateId(),
    familyIds: Object.keys(options.families).map(() => manifest.allocateId()),
  })
  const { splits = [] } = options
  const keys = new TableSchema(table).splitKeys('algorithm' in splits ? algorithmSplitKeys(splits) : splits)
  const bounds = [EMPTY, ...keys, EMPTY]
  const regions = bounds.slice(0, -1).map(
    (start, i): RegionDescriptor => ({
      id: manifest.allocateId(),
      tableId: table.id,
      start,
      stop: bounds[i + 1]!,
    }),
  )
  await makeTable(desk, table, regions)
  return table.name
}

async function makeTable(
  desk: Desk,
  table: TableDescriptor,
  regions: readonly RegionDescriptor[],
): Promise<void> {
  const listed = regions.map((region) => ({ region, families: [] }))
  await reserving(desk.engine, table.name, () =>
    swapTable(desk, null, { table, regions: listed, files: [], from: null }, [
      { kind: 'createTable', table, regions },
    ]),
  )
}

export function alterTable(desk: Desk, name: string, changes: TableChanges): Promise<TableDescriptor> {
  return changeDescriptor(desk, name, (before) =>
    alteredTable(before, changes, () => desk.engine.manifest.allocateId()),
  )
}

export async function setDisabled(desk: Desk, name: string, disabled: boolean): Promise<void> {
  await changeDescriptor(desk, name, ({ disabled: _, ...rest }) => (disabled ? { ...rest, disabled } : rest))
}

async function changeDescriptor(
  desk: Desk,
  name: string,
  change: (before: TableDescriptor) => TableDescriptor,
): Promise<TableDescriptor> {
  const { engine } = desk
  const old = userTable(engine, name)
  change(old.descriptor)
  const untyped = new UntypedCells(old)
  const work = async (): Promise<TableDescriptor> => {
    const table = change(old.descriptor)
    await untyped.refuse(table)
    const kept = new Set(table.families.map(({ id }) => id))
    const regions = listedRegions(engine, old).map(({ region, families }) => ({
      region,
      families: families.filter(([id]) => kept.has(id)),
    }))
    await swapTable(desk, old, { table, regions, files: [], from: old }, [{ kind: 'alterTable', table }])
    return table
  }
  return atRest(desk, [old], 'flushed', work, () => untyped.refuse(change(old.descriptor)))
}

/** A table's regions with their file lists, as the manifest has them. */
function listedRegions(engine: Engine, table: TableState): SnapshotRegion[] {
  return table.regions.regions.map(({ descriptor }) => ({
    region: descriptor,
    families: [...engine.manifest.state.regionFiles.get(descriptor.id)!],
  }))
}

/** The table gets new ids: what the WAL still holds of the old ones is nobody's. */
export async function truncateTable(desk: Desk, name: string, keepSplits: boolean): Promise<void> {
  const { engine } = desk
  const old = userTable(engine, name)
  await atRest(desk, [old], 'as it is', async () => {
    const { table, regions } = emptyCopy(engine, old, old.descriptor, keepSplits)
    const listed = regions.map((region) => ({ region, families: [] }))
    await swapTable(desk, old, { table, regions: listed, files: [], from: null }, [
      { kind: 'dropTable', tableId: old.descriptor.id },
      { kind: 'createTable', table, regions },
    ])
  })
}

export async function cloneTable(
  desk: Desk,
  name: string,
  newName: string,
  keepSplits: boolean,
): Promise<void> {
  const { engine } = desk
  const old = userTable(engine, name)
  const { disabled: _, ...descriptor } = old.descriptor
  const like = { ...descriptor, name: checkTableName(newName) }
  const { table, regions } = emptyCopy(engine, old, like, keepSplits)
  await makeTable(desk, table, regions)
}

function emptyCopy(
  { manifest }: Engine,
  old: TableState,
  like: TableDescriptor,
  keepSplits: boolean,
): { table: TableDescriptor; regions: RegionDescriptor[] } {
  const table: TableDescriptor = {
    ...like,
    id: manifest.allocateId(),
    families: like.families.map((family) => ({ ...family, id: manifest.allocateId() })),
  }
  const bounds: Pick<RegionDescriptor, 'start' | 'stop'>[] = keepSplits
    ? old.regions.regions.map(({ descriptor }) => descriptor)
    : [{ start: EMPTY, stop: EMPTY }]
  const regions = bounds.map(({ start, stop }) => ({
    id: manifest.allocateId(),
    tableId: table.id,
    start,
    stop,
  }))
  return { table, regions }
}
