/** Snapshots: file lists that the manifest keeps. Taking, cloning and restoring one copies no row. */
import type { Engine } from '../engine.js'
import { SYSTEM_TABLE } from '../engine.js'
import type { ManifestEdit } from '../manifest/manifest-edit.js'
import {
  type SnapshotRecord,
  type SnapshotRegion,
  type SnapshotTable,
  snapshotFiles,
} from '../manifest/manifest-snapshot.js'
import type { SnapshotInfo } from '../model/admin-api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { checkTableName, nearestHint } from '../model/names.js'
import type { TableState } from '../table-state.js'
import { HourbaseError } from '../util/errors.js'
import { atRest, type Desk, swapTable } from './at-rest.js'
import { reserving, userTable } from './find-table.js'

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

export function takeSnapshot(
  desk: Desk,
  name: string,
  tableNames: readonly string[] | undefined,
): Promise<SnapshotInfo> {
  const { engine } = desk
  engine.writable()
  if (!NAME.test(name)) {
    throw new HourbaseError('INVALID_ARGUMENT', `snapshot name '${name}' is not allowed`, {
      where: { snapshot: name },
      hint: "it is made of A-Z a-z 0-9 _ . - and begins with neither '.' nor '-'",
    })
  }
  const names = tableNames ?? userTableNames(engine)
  return snapshotTables(desk, name, [...new Set(names.map((table) => userTable(engine, table)))])
}

export function userTableNames(engine: Engine): string[] {
  return [...engine.tables.keys()].filter((name) => name !== SYSTEM_TABLE)
}

/** All tables at rest together: the snapshot has every write up to one sequence and none above it. */
export function snapshotTables(
  desk: Desk,
  name: string,
  tables: readonly TableState[],
): Promise<SnapshotInfo> {
  const { engine } = desk
  return atRest(desk, tables, 'flushed', async () => {
    if (engine.manifest.state.snapshots.has(name)) {
      throw new HourbaseError('SNAPSHOT_EXISTS', `snapshot '${name}' exists already`, {
        where: { snapshot: name },
        hint: 'delete it first, or use another name',
      })
    }
    const edit: ManifestEdit = {
      kind: 'snapshot',
      name,
      createdAt: engine.options.clock.now(),
      sequence: engine.writable().appliedSequence,
      tableIds: tables.map(({ descriptor }) => descriptor.id),
    }
    await engine.manifest.commit([edit])
    return snapshotInfo(engine, findSnapshot(engine, name))
  })
}

export function findSnapshot(engine: Engine, name: string): SnapshotRecord {
  const { snapshots } = engine.manifest.state
  const snapshot = snapshots.get(name)
  if (snapshot !== undefined) return snapshot
  throw new HourbaseError('SNAPSHOT_NOT_FOUND', `there is no snapshot '${name}'`, {
    where: { snapshot: name },
    hint: nearestHint(name, [...snapshots.keys()]),
  })
}

export function listSnapshots(engine: Engine): SnapshotInfo[] {
  const shown = [...engine.manifest.state.snapshots.values()].filter(({ name }) => NAME.test(name))
  return shown.map((snapshot) => snapshotInfo(engine, snapshot))
}

function snapshotInfo(engine: Engine, snapshot: SnapshotRecord): SnapshotInfo {
  const { name, createdAt, sequence, tables } = snapshot
  const files = snapshotFiles(snapshot)
  let bytes = 0
  for (const id of files) bytes += engine.manifest.state.files.get(id)?.bytes ?? 0
  return {
    name,
    createdAt,
    sequence,
    tables: tables.map(({ table }) => table.name),
    files: files.size,
    bytes,
  }
}

/** The one that is meant. @throws INVALID_ARGUMENT, TABLE_NOT_FOUND */
export function tableOf<T extends { readonly table: TableDescriptor }>(
  what: string,
  tables: readonly T[],
  name: string | undefined,
): T {
  const wanted = name === undefined ? undefined : checkTableName(name)
  const found = wanted === undefined ? tables : tables.filter(({ table }) => table.name === wanted)
  if (found.length === 1) return found[0]!
  const known = tables.map(({ table }) => table.name)
  if (wanted === undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', `${what} has ${known.length} tables: which one?`, {
      hint: `name one of ${known.join(', ')}`,
    })
  }
  throw new HourbaseError('TABLE_NOT_FOUND', `${what} has no table '${wanted}'`, {
    where: { table: wanted },
    hint: nearestHint(wanted, known),
  })
}

export async function cloneSnapshot(
  desk: Desk,
  name: string,
  newTable: string,
  from: string | undefined,
): Promise<void> {
  const { engine } = desk
  engine.writable()
  const target = checkTableName(newTable)
  await reserving(engine, target, async () => {
    const source = tableOf(`snapshot '${name}'`, findSnapshot(engine, name).tables, from)
    const { table, regions } = copyOf(engine, source, target)
    await swapTable(desk, null, { table, regions, files: [], from: null }, [
      { kind: 'restore', table, regions, files: [] },
    ])
  })
}

/** New ids for table and regions; the families keep theirs, as the files do. */
function copyOf(
  { manifest }: Engine,
  source: SnapshotTable,
  name: string,
): { table: TableDescriptor; regions: SnapshotRegion[] } {
  const { disabled: _, ...descriptor } = source.table
  const id = manifest.allocateId()
  const regions = source.regions.map(({ region, families }) => ({
    region: { ...region, id: manifest.allocateId(), tableId: id },
    families,
  }))
  return { table: { ...descriptor, id, name }, regions }
}

/** One table after the other: each is restored whole or not at all. A table that was dropped comes back. */
export async function restoreSnapshot(desk: Desk, name: string, only: string | undefined): Promise<void> {
  const { engine } = desk
  engine.writable()
  const { tables } = findSnapshot(engine, name)
  const chosen = only === undefined ? tables : [tableOf(`snapshot '${name}'`, tables, only)]
  for (const { table } of chosen) {
    if (engine.tables.has(table.name)) await restoreTable(desk, name, table.name)
    else await cloneSnapshot(desk, name, table.name, table.name)
  }
}

async function restoreTable(desk: Desk, name: string, tableName: string): Promise<void> {
  const { engine } = desk
  const old = userTable(engine, tableName)
  await atRest(desk, [old], 'as it is', async () => {
    const source = tableOf(`snapshot '${name}'`, findSnapshot(engine, name).tables, tableName)
    const { table, regions } = copyOf(engine, source, tableName)
    await swapTable(desk, old, { table, regions, files: [], from: old }, [
      { kind: 'dropTable', tableId: old.descriptor.id },
      { kind: 'restore', table, regions, files: [] },
    ])
  })
}

/** Files that nobody else lists are removed. */
export async function deleteSnapshot({ engine }: Desk, name: string): Promise<void> {
  engine.writable()
  const snapshot = findSnapshot(engine, name)
  await engine.manifest.commit([{ kind: 'deleteSnapshot', name }])
  const { vfs } = engine.options
  for (const id of snapshotFiles(snapshot)) {
    if (engine.manifest.state.files.has(id)) continue
    try {
      vfs.unlink(engine.sstPath(id))
    } catch {
      // The next open removes what is left: no manifest names it.
    }
  }
}
